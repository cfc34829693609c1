// What is done at the desk of an event, by what its kind does.
export const MODES = ['bring', 'shelve', 'take', 'books', 'stalls', 'count', 'more'] as const
export type Mode = (typeof MODES)[number]

export interface Shown {
  mode: Mode
  icon: string
}

export function modesOf(does: string[]): { big: Shown[]; small: Shown[] } {
  const big: Shown[] = []
  const small: Shown[] = []
  if (does.includes('books')) {
    big.push({ mode: 'bring', icon: 'book_in' }, { mode: 'shelve', icon: 'shelf' })
    big.push({ mode: 'take', icon: 'book_out' })
    small.push({ mode: 'books', icon: 'list' })
  }
  if (does.includes('stalls')) big.push({ mode: 'stalls', icon: 'check' })
  const counts = big.length > 0 ? small : big
  counts.push({ mode: 'count', icon: 'people' })
  small.push({ mode: 'more', icon: 'list' })
  return { big, small }
}

export function modeOf(does: string[], wanted: unknown): Mode {
  const { big, small } = modesOf(does)
  const all = [...big, ...small].map(({ mode }) => mode)
  return all.find((mode) => mode === wanted) ?? all[0]
}
