// Choosing what goes along: who may book it, how many, and what one and the same collector takes.
import type { CatalogueItem, Party, Wanted } from '../types'

export type Counts = Record<string, number>

export const wantedOf = (counts: Counts): Wanted[] =>
  Object.keys(counts)
    .filter((item) => counts[item] > 0)
    .map((item) => ({ item, count: counts[item] }))

export const itemsQuery = (counts: Counts): string =>
  wantedOf(counts)
    .map(({ item, count }) => `${item}:${count}`)
    .join(',')

export function withCount(counts: Counts, item: CatalogueItem, count: number): Counts {
  const next = { ...counts }
  const most = Math.min(item.per_booking, Math.max(0, count))
  if (most === 0) delete next[item.id]
  else next[item.id] = most
  return next
}

/** The collectors that take all of these, in the order of the first item's preference. */
export function commonCollectors(items: CatalogueItem[]): string[] {
  if (items.length === 0) return []
  return items[0].collectors.filter((id) => items.every((item) => item.collectors.includes(id)))
}

/** False where nobody takes this together with what is chosen: it needs a booking of its own. */
export function goesWith(item: CatalogueItem, chosen: CatalogueItem[]): boolean {
  return chosen.length === 0 || commonCollectors([...chosen, item]).length > 0
}

/** What another party may not book, or the catalogue no longer has, is left out. */
export function keepAllowed(counts: Counts, items: CatalogueItem[], party: Party): Counts {
  const kept: Counts = {}
  for (const id of Object.keys(counts)) {
    const item = items.find((each) => each.id === id)
    if (item && item.who.includes(party)) kept[id] = Math.min(counts[id], item.per_booking)
  }
  return kept
}
