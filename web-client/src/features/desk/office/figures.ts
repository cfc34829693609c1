import type { Figures } from './types'

type Figure = Figures['items'][number]

export interface Sum {
  id: string
  pieces: number
  kg: number
  bookings: number
}

/** Sums over all the other dimensions, the most pieces first. A booking of two kinds counts in both. */
export function sumBy(figures: Figure[], key: (figure: Figure) => string): Sum[] {
  const sums: Record<string, Sum> = {}
  for (const figure of figures) {
    const id = key(figure)
    const sum = (sums[id] ??= { id, pieces: 0, kg: 0, bookings: 0 })
    sum.pieces += figure.pieces
    sum.kg += figure.kg
    sum.bookings += figure.bookings
  }
  return Object.values(sums).sort((a, b) => b.pieces - a.pieces || a.id.localeCompare(b.id))
}
