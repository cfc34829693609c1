// What can be shown of each row: as a column, and as bars.
import { COLOURS, type BarsSpec } from '@/shared/charts/spec'
import type { FigureRow, FollowUp } from '../types'
import { count, percent, score, workTime } from './words'

/** In the order of the choice. */
export const MEASURES = [
  'received',
  'closed',
  'closed_in_time',
  'rework',
  'disputed',
  'recurred',
  'extended',
  'first_action',
  'close',
  'satisfaction',
] as const
export type Measure = (typeof MEASURES)[number]

export interface Cell {
  main: string
  /** The share of a count, the ninetieth percentile of a time, the number of scores. */
  beside: string
}

type Rate = keyof FollowUp['rates']

/** By the id of a definition; what a newer server adds and this client doesn't know is left empty. */
export function cell(figures: FollowUp, id: string): Cell {
  if (id === 'first_action' || id === 'close') {
    const { median, p90 } = figures[id]
    return { main: workTime(median), beside: p90 == null ? '' : `≤ ${workTime(p90)}` }
  }
  if (id === 'satisfaction') {
    const { average, scores } = figures.satisfaction
    return { main: score(average), beside: scores > 0 ? `× ${count(scores)}` : '' }
  }
  const value = figures[id as 'received'] as unknown
  if (typeof value !== 'number') return { main: '', beside: '' }
  const rate = figures.rates[id as Rate]
  return { main: count(value), beside: rate == null ? '' : percent(rate) }
}

export function valueOf(figures: FollowUp, measure: Measure): number | null {
  switch (measure) {
    case 'received':
      return figures.received
    case 'first_action':
    case 'close':
      return figures[measure].median ?? null
    case 'satisfaction':
      return figures.satisfaction.average ?? null
    default:
      return figures.rates[measure] ?? null
  }
}

export function format(measure: Measure): (value: number) => string {
  switch (measure) {
    case 'received':
      return count
    case 'first_action':
    case 'close':
      return workTime
    case 'satisfaction':
      return score
    default:
      return percent
  }
}

/** The parts that what was received falls into; together they are all of it. */
const PARTS = [
  ['good', 'closed_in_time', (f: FollowUp) => f.closed_in_time],
  ['late', 'closed_late', (f: FollowUp) => f.closed - f.closed_in_time],
  ['open', 'open', (f: FollowUp) => f.open],
  ['other', 'not_counted', (f: FollowUp) => f.rejected + f.merged],
] as const

/** Rows that are not shown have no bar: an empty one would say nought. */
export const shownRows = (rows: FigureRow[]): (FigureRow & { figures: FollowUp })[] =>
  rows.filter((row): row is FigureRow & { figures: FollowUp } => row.figures != null)

export function barsOf(
  rows: FigureRow[],
  measure: Measure,
  name: (key: string) => string,
): BarsSpec {
  const shown = shownRows(rows)
  const labels = shown.map((row) => row.name)
  if (measure === 'received')
    return {
      kind: 'bars',
      labels,
      series: PARTS.map(([colour, key, of]) => ({
        name: name(`part.${key}`),
        values: shown.map(({ figures }) => of(figures)),
        colour: COLOURS[colour],
      })),
      format: count,
    }
  return {
    kind: 'bars',
    labels,
    series: [
      {
        name: name(`measure.${measure}`),
        values: shown.map(({ figures }) => valueOf(figures, measure)),
        colour: COLOURS.good,
      },
    ],
    format: format(measure),
    max: measure === 'satisfaction' ? 5 : isShare(measure) ? 1 : undefined,
  }
}

export const isShare = (measure: Measure): boolean =>
  !['received', 'first_action', 'close', 'satisfaction'].includes(measure)

/** The sentence of the chart for whoever does not see it: how many rows, the most and the least. */
export function extremes(
  rows: FigureRow[],
  measure: Measure,
): { most: string; mostValue: string; least: string; leastValue: string; n: number } | null {
  const known = shownRows(rows)
    .map((row) => ({ name: row.name, value: valueOf(row.figures, measure) }))
    .filter((row): row is { name: string; value: number } => row.value !== null)
  if (known.length === 0) return null
  const sorted = known.sort((a, b) => b.value - a.value)
  const top = sorted[0]!
  const bottom = sorted[sorted.length - 1]!
  const words = format(measure)
  return {
    most: top.name,
    mostValue: words(top.value),
    least: bottom.name,
    leastValue: words(bottom.value),
    n: known.length,
  }
}
