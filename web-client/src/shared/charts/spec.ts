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

/** In ems: a Chinese or Korean character is one wide, a Latin letter about half of that. */
const wide = (text: string) =>
  Array.from(text).reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? 1 : 0.55), 0)

/** Breaks a label into lines of so many ems, between words where there are any; nothing is left out. */
export function wrapped(label: string, most: number): string[] {
  const lines: string[] = []
  let rest = label.trim()
  while (wide(rest) > most) {
    const chars = Array.from(rest)
    let at = chars.length
    while (at > 1 && wide(chars.slice(0, at).join('')) > most) at -= 1
    const space = chars.lastIndexOf(' ', at)
    if (space > 0) at = space
    lines.push(chars.slice(0, at).join(''))
    rest = chars.slice(at).join('').trim()
  }
  return [...lines, rest]
}

/** Where the labels of bars stand, and how much room each row has. */
export interface Rows {
  /** A line of its own above each bar, where there is no room beside it. */
  above: boolean
  labels: string[]
  /** Pixels from one bar to the next, and of the first label above the first row. */
  row: number
  top: number
  bar: number
}

const ROW_PX = 40
/** Less than this is a phone. */
const NARROW_PX = 520
export const LINE_HEIGHT = 1.2

export function rowsOf(spec: BarsSpec, width: number, text: number): Rows {
  const narrow = width < NARROW_PX
  // A quarter of the page beside the bars, within what is read at a glance.
  const beside = narrow ? 8 : Math.min(22, Math.max(14, width / text / 4))
  const above = narrow && spec.labels.some((label) => wide(label) > beside)
  const broken = spec.labels.map((label) => wrapped(label, above ? width / text - 1 : beside))
  const tall = Math.max(1, ...broken.map((lines) => lines.length)) * text * LINE_HEIGHT
  const bar = above ? Math.round(text * 1.2) : Math.round(ROW_PX * 0.62)
  const row = Math.ceil(Math.max(ROW_PX, above ? tall + bar + text : tall + 8))
  return {
    above,
    labels: broken.map((lines) => lines.join('\n')),
    row,
    top: above ? Math.max(0, Math.ceil(tall + 4 + bar / 2 - row / 2)) : 0,
    bar,
  }
}

/** What a chart takes of the page, in pixels; without a width, the least of any page. */
export function heightOf(spec: ChartSpec, width = Infinity, text = 13): number {
  if (spec.kind === 'lines') return 240
  const { row, top } = rowsOf(spec, width, text)
  return Math.max(1, spec.labels.length) * row + top + 8
}
