import type { DayStall } from '../types'

/** By row, then by number: A2 comes before A10. */
export const compareStalls = (a: DayStall, b: DayStall): number =>
  (a.stall ?? '').localeCompare(b.stall ?? '', 'en', { numeric: true })
