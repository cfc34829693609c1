// Who has how much, where somebody is to be chosen.
import type { Named } from '@/shared/api/types'
import type { Workload } from '../inbox/types'

export const share = (open: number, most: number): string =>
  `${Math.round((100 * open) / Math.max(1, most))}%`

export interface Colleague extends Named {
  /** Null where it is not known. */
  load: Workload | null
}

/** Those with the least in hand first; whose load is unknown comes last, in the order given. */
export function byLoad(people: Named[], loads: Workload[]): Colleague[] {
  const known = new Map(loads.map((load) => [load.id, load]))
  return people
    .map((one, at) => ({ id: one.id, name: one.name, load: known.get(one.id) ?? null, at }))
    .sort((a, b) => {
      if (!a.load || !b.load) return Number(!a.load) - Number(!b.load) || a.at - b.at
      return a.load.open - b.load.open || a.load.overdue - b.load.overdue || a.at - b.at
    })
    .map(({ id, name, load }) => ({ id, name, load }))
}
