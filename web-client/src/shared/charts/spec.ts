// What a chart shows, without any library: pages say this, and only the lazy part knows ECharts.

export interface Series {
  name: string
  /** Null leaves a gap. */
  values: (number | null)[]
  colour: string
  /** A line to compare with instead of measured values. */
  dashed?: boolean
  /** Points by index that are not the whole truth yet; drawn hollow. */
  hollow?: boolean[]
}

export interface BarsSpec {
  kind: 'bars'
  labels: string[]
  series: Series[]
  /** How a number reads at the end of its bar. */
  format: (value: number) => string
  /** The end of the axis, where it has one by nature. */
  max?: number
}

export interface LinesSpec {
  kind: 'lines'
  labels: string[]
  series: Series[]
  format: (value: number) => string
  min?: number
  max?: number
}

export type ChartSpec = BarsSpec | LinesSpec

/**
 * Told apart by lightness as well as by hue, so that they differ for the colour-blind and in print;
 * each has a contrast of at least 3 with the page.
 */
export const COLOURS = {
  good: '#17493a',
  late: '#c2571f',
  open: '#5b86c4',
  other: '#858b86',
  stated: '#8a1c4a',
} as const

const ROW_PX = 40

/** In a row of its own each label has room for two lines, whatever the width of the page. */
export function heightOf(spec: ChartSpec): number {
  return spec.kind === 'bars' ? Math.max(1, spec.labels.length) * ROW_PX + 8 : 240
}

/** Breaks a long label in two, between words where there are any: a phone has 390 pixels. */
export function wrapped(label: string, most = 8): string {
  const wide = (text: string) =>
    Array.from(text).reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? 1 : 0.55), 0)
  if (wide(label) <= most) return label
  const chars = Array.from(label)
  const cut = (text: string) => {
    const all = Array.from(text)
    while (all.length > 1 && wide(all.join('')) > most - 1) all.pop()
    return all.length < Array.from(text).length ? `${all.join('').trim()}…` : text
  }
  const spaces = chars.flatMap((char, at) => (char === ' ' ? [at] : []))
  let at = chars.length
  while (at > 1 && wide(chars.slice(0, at).join('')) > most) at -= 1
  const space = spaces.filter((each) => each <= at).pop()
  if (space !== undefined) at = space
  return `${chars.slice(0, at).join('')}\n${cut(chars.slice(at).join('').trim())}`
}
