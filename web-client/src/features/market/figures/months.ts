// Sums of a month over its categories, and the bars drawn from them.
import type { MarketMonth } from '../asks/types'

export interface Bar {
  month: string
  low: number
  typical: number
  high: number
  /** Some category had too few to tell. */
  partly: boolean
}

/** Oldest first; what is kept back is left out of the sum and said to be. */
export function barsOf(rows: MarketMonth[]): Bar[] {
  const bars = new Map<string, Bar>()
  for (const row of rows) {
    const bar = bars.get(row.month) ?? {
      month: row.month,
      low: 0,
      typical: 0,
      high: 0,
      partly: false,
    }
    if (row.typical_g == null) bar.partly = true
    bar.low += row.low_g ?? 0
    bar.typical += row.typical_g ?? 0
    bar.high += row.high_g ?? 0
    bars.set(row.month, bar)
  }
  return Array.from(bars.values()).sort((a, b) => (a.month < b.month ? -1 : 1))
}

/** The top of an axis: 1, 2 or 5 times a power of ten. */
export function axisTop(highest: number): number {
  if (highest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(highest))
  return ([1, 2, 5, 10].find((step) => step * power >= highest) ?? 10) * power
}
