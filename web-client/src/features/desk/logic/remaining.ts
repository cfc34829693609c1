import type { Status } from '@/shared/api/types'

export type TimeLevel = 'none' | 'ok' | 'soon' | 'late'

export interface Clock {
  created_at: string
  due_at?: string | null
  /** As the server reckons it: working time, or any time for an urgent case; null: the clock stands. */
  minutes_left?: number | null
  /** The whole time the office was given, in the same minutes. */
  deadline_minutes?: number
  overdue: boolean
  status: Status
}

const SOON_MINUTES = 4 * 60
const SOON_SHARE = 0.25
const MINUTE_MS = 60_000

/** Minutes on the wall clock until the deadline, below zero past it; null where no clock runs. */
export function minutesLeft(item: Clock, now: number): number | null {
  if (item.minutes_left == null || !item.due_at) return null
  return Math.floor((Date.parse(item.due_at) - now) / MINUTE_MS)
}

/** Amber with less than a quarter of the time or less than four hours left, red past the deadline. */
export function timeLevel(item: Clock, now: number): TimeLevel {
  const left = minutesLeft(item, now)
  if (item.overdue || (left !== null && left < 0)) return 'late'
  if (left === null || item.minutes_left == null || !item.due_at) return 'none'
  // Friday's last hour is the last before a deadline on Monday morning, whatever the wall clock says.
  const working = Math.min(left, item.minutes_left)
  if (working < SOON_MINUTES) return 'soon'
  const whole = item.deadline_minutes ?? wall(item.created_at, item.due_at)
  const rest = item.deadline_minutes === undefined ? left : working
  return whole > 0 && rest / whole < SOON_SHARE ? 'soon' : 'ok'
}

const wall = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / MINUTE_MS

export const hasEnded = (status: Status): boolean =>
  status === 'closed' || status === 'rejected' || status === 'merged'

export interface Span {
  days: number
  hours: number
  minutes: number
}

/** The two units that matter: days with hours, or hours with minutes. */
export function span(minutes: number): Span {
  const all = Math.abs(Math.trunc(minutes))
  const days = Math.floor(all / 1440)
  const hours = Math.floor((all % 1440) / 60)
  return { days, hours, minutes: days > 0 ? 0 : all % 60 }
}
