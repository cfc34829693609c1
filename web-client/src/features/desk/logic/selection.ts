// Which rows are ticked. Codes, not rows: a row that is read again stays ticked.

/** What the server takes in one go. */
export const MOST_SELECTED = 200

export interface Selection {
  codes: string[]
  /** Where the next range begins: the row ticked last. */
  anchor: string
}

export const nothing = (): Selection => ({ codes: [], anchor: '' })

export const isSelected = (selection: Selection, code: string): boolean =>
  selection.codes.indexOf(code) >= 0

const capped = (codes: string[]) => codes.slice(0, MOST_SELECTED)

export function toggled(selection: Selection, code: string): Selection {
  const off = isSelected(selection, code)
  const codes = off
    ? selection.codes.filter((one) => one !== code)
    : capped([...selection.codes, code])
  return { codes, anchor: code }
}

/** From the row ticked last to this one, as in any list of files. */
export function ranged(selection: Selection, code: string, rows: string[]): Selection {
  const from = rows.indexOf(selection.anchor)
  const to = rows.indexOf(code)
  if (from < 0 || to < 0) return toggled(selection, code)
  const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  // The end of the range is what a second shift-click moves; what was ticked elsewhere stays.
  const codes = [...selection.codes, ...between.filter((one) => !isSelected(selection, one))]
  return { codes: capped(codes), anchor: selection.anchor }
}

export function all(rows: string[]): Selection {
  return { codes: capped(rows), anchor: rows[0] ?? '' }
}

/** What is left of it in another list: an unseen row must never be acted on. */
export function kept(selection: Selection, rows: string[]): Selection {
  const codes = selection.codes.filter((code) => rows.indexOf(code) >= 0)
  if (codes.length === selection.codes.length) return selection
  return { codes, anchor: codes.indexOf(selection.anchor) >= 0 ? selection.anchor : '' }
}

export type Extent = 'none' | 'some' | 'all'

export function extent(selection: Selection, rows: string[]): Extent {
  if (selection.codes.length === 0) return 'none'
  return rows.length > 0 && rows.every((code) => isSelected(selection, code)) ? 'all' : 'some'
}
