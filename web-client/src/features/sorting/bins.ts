// How a bin looks. The colours are those of the bins in the street (GB/T 19095-2019); white on each
// of them keeps a contrast of at least 5, and a drawing and a name always stand beside the colour.
import type { Route } from './engine/types.ts'
import type { Group } from './local/browse.ts'

export interface Look {
  colour: string
  soft: string
  icon: string
}

export const LOOKS: Record<Group, Look> = {
  recyclable: { colour: '#0b5cad', soft: '#e3eefa', icon: 'scrap' },
  hazardous: { colour: '#b3201f', soft: '#fdeaea', icon: 'hazardous' },
  kitchen: { colour: '#1a6b2e', soft: '#e2f3e5', icon: 'kitchen' },
  other: { colour: '#454b4f', soft: '#ecedee', icon: 'household' },
  route: { colour: '#17493a', soft: '#dcefe3', icon: 'truck' },
}

const ROUTE_ICONS: Record<Route, string> = { pickup: 'truck', drop_off: 'pin', special: 'alert' }

export interface Ruled {
  category?: string | null
  route?: string | null
}

export const groupOf = ({ category }: Ruled): Group => (category as Group | null) ?? 'route'

export function lookOf(ruled: Ruled): Look {
  const look = LOOKS[groupOf(ruled)]
  return ruled.category || !ruled.route
    ? look
    : { ...look, icon: ROUTE_ICONS[ruled.route as Route] ?? look.icon }
}

/** The message key of where it goes, in one word. */
export function nameKey(ruled: Ruled, area: string): string {
  if (ruled.category === 'kitchen' && area === 'village') return 'sorting.bin.kitchen_village'
  if (ruled.category) return `sorting.bin.${ruled.category}`
  return `sorting.route.${ruled.route ?? 'special'}`
}
