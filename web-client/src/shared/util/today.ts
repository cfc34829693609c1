const SHANGHAI_MS = 8 * 3600_000
const DAY_MS = 24 * 3600_000

/** Today's date by the district's clock, as a date field writes it. */
export function todayInDistrict(now: number): string {
  return new Date(now + SHANGHAI_MS).toISOString().slice(0, 10)
}

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

export const nextDay = (day: string): string => addDays(day, 1)

/** The first moment of a day by the district's clock. */
export const dayStart = (day: string): string => `${day}T00:00:00+08:00`

/** The district's day of a moment, moved by some milliseconds; empty for what is no moment. */
export function dayOf(moment: string, move: number): string {
  const at = Date.parse(moment)
  return Number.isNaN(at) ? '' : todayInDistrict(at + move)
}
