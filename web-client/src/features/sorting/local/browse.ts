// The kinds by bin, as somebody leafs through them who has no name to type.
import type { Index } from '../engine/index.ts'
import { rulingOf } from '../engine/ladder.ts'
import type { Area, Bin, Kind, Named, Route } from '../engine/types.ts'
import { thingName } from '../engine/view.ts'

/** A bin, or `route` for what goes into none. */
export type Group = Bin | 'route'
export const GROUPS: Group[] = ['recyclable', 'kitchen', 'hazardous', 'other', 'route']

export interface BrowsedKind extends Named {
  route: Route | null
  examples: (Named & { emoji: string })[]
  count: number
}
export interface Browsed {
  group: Group
  kinds: BrowsedKind[]
  things: number
}

const EXAMPLES = 6

export const groupOf = (kind: Kind, area: Area): Group => rulingOf(kind, area).category ?? 'route'

/** The things of every kind, in the pack's order, which begins with the commonest. */
export function thingsByKind(index: Index): number[][] {
  const byKind: number[][] = index.pack.kinds.map(() => [])
  index.pack.things.kind.forEach((kind, thing) => byKind[kind].push(thing))
  return byKind
}

export function browse(index: Index, area: Area): Browsed[] {
  const byKind = thingsByKind(index)
  const groups = GROUPS.map((group): Browsed => ({ group, kinds: [], things: 0 }))
  index.pack.kinds.forEach((kind, at) => {
    const own = groups.find(({ group }) => group === groupOf(kind, area))!
    own.things += byKind[at].length
    own.kinds.push({
      id: kind.id,
      name: kind.name,
      route: rulingOf(kind, area).route ?? null,
      count: byKind[at].length,
      examples: byKind[at].slice(0, EXAMPLES).map((thing) => ({
        id: index.thingId(thing),
        name: thingName(index, thing),
        emoji: index.pack.things.emoji[thing],
      })),
    })
  })
  return groups
}
