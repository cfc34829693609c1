import type { Status } from '@/shared/api/types'

export type TimeLevel = 'none' | 'ok' | 'soon' | 'late'

export interface Clock {
  created_at: string
  due_at: string | null
  minutes_left?: number | null
  overdue: boolean
  status: Status
  paused?: boolean
}

const SOON_MINUTES = 4 * 60
const SOON_SHARE = 0.25
const ENDED: Status[] = ['closed', 'rejected', 'merged', 'handled', 'suspended']

/** Minutes until the deadline, below zero past it; null where no clock runs. */
export function minutesLeft(item: Clock, now: number): number | null {
  if (item.minutes_left !== undefined) return item.minutes_left
  if (item.paused || !item.due_at || ENDED.indexOf(item.status) >= 0) return null
  return Math.floor((Date.parse(item.due_at) - now) / 60_000)
}

/** Amber with less than a quarter of the time or less than four hours left, red past the deadline. */
export function timeLevel(item: Clock, now: number): TimeLevel {
  const left = minutesLeft(item, now)
  if (left === null) return item.overdue ? 'late' : 'none'
  if (item.overdue || left < 0) return 'late'
  if (left < SOON_MINUTES) return 'soon'
  const total = item.due_at ? Date.parse(item.due_at) - Date.parse(item.created_at) : NaN
  const rest = item.due_at ? Date.parse(item.due_at) - now : NaN
  return total > 0 && rest / total < SOON_SHARE ? 'soon' : 'ok'
}

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
