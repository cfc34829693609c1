// Days and hours in the district's clock: no phone's own time zone moves a meeting.
const OFFSET_MS = 8 * 3_600_000

const day = (ms: number) => new Date(ms + OFFSET_MS).toISOString().slice(0, 10)

/** Today and `days` later, as a date field writes it. */
export const dayFrom = (now: number, days: number): string => day(now + days * 86_400_000)

/** A date field and a time field as the server reads them; null while one is missing. */
export function momentOf(date: string, time: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d/.test(time)) return null
  return `${date}T${time.slice(0, 5)}:00+08:00`
}

export function fieldsOf(iso: string): { date: string; time: string } {
  const local = new Date(Date.parse(iso) + OFFSET_MS).toISOString()
  return { date: local.slice(0, 10), time: local.slice(11, 16) }
}
