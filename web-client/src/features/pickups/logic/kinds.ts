// From an answer of the sorting look-up to the items of the catalogue. Only what is certain is
// chosen beforehand; else the group is opened and the resident chooses.
import type { CatalogueItem } from '../types'

const ITEMS: Record<string, string> = {
  mattress: 'mattress',
  computer: 'computer',
  'phone-tablet': 'mobile-phone',
  'e-bike-battery': 'e-bike-battery',
}

const GROUPS: Record<string, string> = {
  furniture: 'furniture',
  'furniture-parts': 'furniture',
  'bulky-other': 'furniture',
  'carpet-large': 'furniture',
  'appliance-statutory': 'appliances',
  'appliance-large': 'appliances',
  'appliance-small': 'electronics',
  'crt-tube': 'appliances',
  'battery-lead': 'battery',
  'soil-stone': 'renovation',
}

export interface Guess {
  item: string | null
  group: string | null
}

export function guessFrom(kind: string, thing: string, items: CatalogueItem[]): Guess {
  const typed = thing.trim()
  // The thing's own name is better than its kind: 冰箱 is a fridge, its kind any large appliance.
  const byName =
    typed === ''
      ? undefined
      : items.find(
          ({ name }) =>
            name === typed || (typed.length > 1 && (name.includes(typed) || typed.includes(name))),
        )
  const known = byName ?? items.find(({ id }) => id === ITEMS[kind])
  if (known) return { item: known.id, group: known.group }
  const group = GROUPS[kind] ?? (kind.startsWith('renovation-') ? 'renovation' : null)
  return { item: null, group: group !== null && hasGroup(items, group) ? group : null }
}

const hasGroup = (items: CatalogueItem[], group: string): boolean =>
  items.some((item) => item.group === group)
