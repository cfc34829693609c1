// The district's own clock: `YYYY-MM-DDTHH:MM`, whatever the phone is set to. As UTC in Date, so
// that no phone's zone or summer time moves it.
import { currentLocale, LANG_TAGS } from '@/shared/i18n'

export const DAY_MS = 86_400_000
export const dateOf = (local: string): string => local.slice(0, 10)
export const timeOf = (local: string): string => local.slice(11, 16)
export const asUtc = (local: string): Date =>
  new Date(`${local.slice(0, 16).padEnd(16, 'T00:00')}Z`)
export const fromUtc = (date: Date): string => date.toISOString().slice(0, 16)
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
export const addMinutes = (local: string, minutes: number): string =>
  fromUtc(new Date(asUtc(local).getTime() + minutes * 60_000))

/** What the district's clock says at this moment; it is eight hours ahead all the year. */
export const localNow = (now: number): string => fromUtc(new Date(now + 8 * 3_600_000))

function format(local: string, options: Intl.DateTimeFormatOptions): string {
  const date = asUtc(local)
  if (Number.isNaN(date.getTime())) return ''
  return new Intl.DateTimeFormat(LANG_TAGS[currentLocale()], {
    timeZone: 'UTC',
    ...options,
  }).format(date)
}
const year = (local: string): Intl.DateTimeFormatOptions =>
  local.slice(0, 4) === String(new Date().getFullYear()) ? {} : { year: 'numeric' }

export const dayText = (local: string) =>
  format(local, { ...year(local), month: 'short', day: 'numeric', weekday: 'short' })
export const dayLong = (local: string) =>
  format(local, { ...year(local), month: 'long', day: 'numeric', weekday: 'long' })
export const monthText = (month: string) =>
  format(`${month}-01`, { year: 'numeric', month: 'long' })
export const whenText = (local: string) => `${dayText(local)} ${timeOf(local)}`
export const monthDayText = (local: string) => format(local, { month: 'long', day: 'numeric' })
/** `MO` … `SU` by name; 5 January 2026 is a Monday. */
export const weekdayName = (index: number, width: 'long' | 'short' = 'long') =>
  format(addDays('2026-01-05', index), { weekday: width })

/** `9:00–11:30`, and the last day where it ends on another. */
export function spanText(starts: string, ends: string): string {
  if (dateOf(starts) === dateOf(ends)) return `${timeOf(starts)}–${timeOf(ends)}`
  return `${timeOf(starts)} – ${whenText(ends)}`
}
