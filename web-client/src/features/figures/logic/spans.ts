// The times that figures are asked for, by the district's days.
import type { Span } from '../api'

/** As many finished years as are offered; earlier ones can be read from the files. */
const YEARS = 3

/** Newest first. */
export function finishedYears(today: string): number[] {
  const year = Number(today.slice(0, 4))
  return Array.from({ length: YEARS }, (_, back) => year - 1 - back)
}

export const yearSpan = (year: number): Required<Span> => ({
  from: `${year}-01-01`,
  to: `${year}-12-31`,
})

/** What the public may ask: a year that is over, else (nothing said) the last twelve whole months. */
export function publicSpan(year: string, today: string): Span {
  return finishedYears(today).map(String).includes(year) ? yearSpan(Number(year)) : {}
}

export const PRESETS = [
  'twelve',
  'month',
  'last_month',
  'quarter',
  'last_quarter',
  'year',
  'last_year',
] as const
export type Preset = (typeof PRESETS)[number]

const two = (n: number) => String(n).padStart(2, '0')
/** `month` may be out of 1…12; the year follows. */
const first = (year: number, month: number): string =>
  `${year + Math.floor((month - 1) / 12)}-${two(((((month - 1) % 12) + 12) % 12) + 1)}-01`
function last(year: number, month: number): string {
  const next = new Date(`${first(year, month + 1)}T12:00:00Z`)
  return new Date(next.getTime() - 86_400_000).toISOString().slice(0, 10)
}

export function presetSpan(preset: Preset, today: string): Required<Span> {
  const year = Number(today.slice(0, 4))
  const month = Number(today.slice(5, 7))
  const quarter = month - ((month - 1) % 3)
  switch (preset) {
    case 'twelve':
      return { from: first(year, month - 12), to: today }
    case 'month':
      return { from: first(year, month), to: today }
    case 'last_month':
      return { from: first(year, month - 1), to: last(year, month - 1) }
    case 'quarter':
      return { from: first(year, quarter), to: today }
    case 'last_quarter':
      return { from: first(year, quarter - 3), to: last(year, quarter - 1) }
    case 'year':
      return { from: first(year, 1), to: today }
    case 'last_year':
      return yearSpan(year - 1)
  }
}

export const presetOf = (span: Required<Span>, today: string): Preset | undefined =>
  PRESETS.find((preset) => {
    const { from, to } = presetSpan(preset, today)
    return from === span.from && to === span.to
  })
