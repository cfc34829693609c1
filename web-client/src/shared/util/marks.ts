// Where in a text something was found. The server counts Unicode characters; JavaScript's strings
// count UTF-16 units, which differ from the first emoji on.
export interface Range {
  start: number
  end: number
}

export interface Piece {
  text: string
  marked: boolean
}

interface Place {
  field: string
  start?: number | null
  end?: number | null
}

/** Ranges of one field, in order, overlapping ones made one. */
export function rangesOf(reasons: { places: Place[] }[], field: string): Range[] {
  const found = reasons
    .flatMap(({ places }) => places)
    .filter((place) => place.field === field && place.start != null && place.end != null)
    .map((place) => ({ start: place.start as number, end: place.end as number }))
    .sort((one, other) => one.start - other.start || one.end - other.end)
  const merged: Range[] = []
  for (const range of found) {
    const last = merged[merged.length - 1]
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else merged.push({ ...range })
  }
  return merged
}

export function pieces(text: string, ranges: Range[]): Piece[] {
  const characters = Array.from(text)
  const found: Piece[] = []
  const cut = (from: number, to: number, marked: boolean) => {
    const part = characters.slice(from, to).join('')
    if (part !== '') found.push({ text: part, marked })
  }
  let at = 0
  for (const { start, end } of ranges) {
    cut(at, start, false)
    cut(start, end, true)
    at = Math.max(at, end)
  }
  cut(at, characters.length, false)
  return found
}
