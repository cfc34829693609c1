// Kept filters: what may be shared with whom, and their order.
import type { SavedFilter, Shared } from '../inbox/types'
import type { StaffRole } from '../types'

/** Counting stops at a thousand where more would take long. */
export const shownCount = (count: string, capped: boolean): string => (capped ? `${count}+` : count)

export function sharesOf(role: StaffRole, hasOffice: boolean): Shared[] {
  const shares: Shared[] = ['own']
  if (hasOffice) shares.push('office')
  if (role === 'coordinator' || role === 'administrator') shares.push('everybody')
  return shares
}

export interface Move {
  id: string
  version: number
  position: number
}

/**
 * What changes when one of one's own filters moves up or down. Filters that were made and deleted
 * leave gaps and doubles, so all are numbered anew and only those that differ are sent.
 */
export function moves(own: SavedFilter[], id: string, step: 1 | -1): Move[] {
  const order = own.map((one) => one.id)
  const from = order.indexOf(id)
  const to = from + step
  if (from < 0 || to < 0 || to >= order.length) return []
  order.splice(to, 0, order.splice(from, 1)[0])
  return order
    .map((one, position) => ({ filter: own.find(({ id: other }) => other === one), position }))
    .filter(({ filter, position }) => filter !== undefined && filter.position !== position)
    .map(({ filter, position }) => ({
      id: filter!.id,
      version: filter!.version,
      position,
    }))
}
