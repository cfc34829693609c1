const SHANGHAI_MS = 8 * 3600_000

/** Today's date by the district's clock, as a date field writes it. */
export function todayInDistrict(now: number): string {
  return new Date(now + SHANGHAI_MS).toISOString().slice(0, 10)
}
