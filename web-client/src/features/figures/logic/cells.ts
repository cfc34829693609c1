// Hotspot cells in four steps of one colour: darker is more, for the colour-blind too.
import type { Hotspot } from '../types'

export const STEPS = ['#f3c98b', '#e08f3f', '#b3501a', '#6e2408'] as const

/** The least count of each step; fewer steps where the counts are few. */
export function thresholds(cells: { cases: number }[]): number[] {
  const most = Math.max(0, ...cells.map(({ cases }) => cases))
  const least = cells.length > 0 ? Math.min(...cells.map(({ cases }) => cases)) : 0
  const steps = STEPS.map((_, at) => Math.ceil(least + ((most - least) * at) / STEPS.length))
  return steps.filter((step, at) => at === 0 || step > steps[at - 1]!)
}

export function stepOf(cases: number, limits: number[]): number {
  let step = 0
  limits.forEach((limit, at) => {
    if (cases >= limit) step = at
  })
  return step
}

/** `3–5`, `6`, `7+` */
export function legendOf(limits: number[]): string[] {
  return limits.map((limit, at) => {
    const next = limits[at + 1]
    if (next === undefined) return `${limit}+`
    return next - 1 > limit ? `${limit}–${next - 1}` : `${limit}`
  })
}

export const mostMonth = (cell: Pick<Hotspot, 'months'>): number =>
  Math.max(1, ...cell.months.map(({ cases }) => cases))

/** Where recurrence is too little to show, the order by it would seem none. */
export const byCases = (cells: Hotspot[]): Hotspot[] =>
  [...cells].sort((a, b) => b.cases - a.cases || (a.cell < b.cell ? -1 : 1))
