// What is on, one by one, so that each can be taken off alone.
import { DATES, FLAGS, noFilters, type Filters } from './filters'

export type ChipKind =
  | 'status'
  | 'category'
  | 'township'
  | 'step'
  | 'light'
  | 'office'
  | 'assignee'
  | 'escalation'
  | 'near'
  | 'q'
  | (typeof FLAGS)[number]
  | (typeof DATES)[number]

export interface Chip {
  kind: ChipKind
  /** Of a list or a choice; empty for a plain yes. */
  value: string
  /** The filters without it. */
  off: Partial<Filters>
}

const LISTS = ['status', 'category', 'township', 'step', 'light'] as const
const CHOICES = ['office', 'assignee', 'escalation'] as const

export function chips(filters: Filters): Chip[] {
  const found: Chip[] = []
  const add = (kind: ChipKind, value: string, off: Partial<Filters>) =>
    found.push({ kind, value, off })
  if (filters.q !== '') add('q', filters.q, { q: '' })
  for (const kind of LISTS) {
    for (const value of filters[kind]) {
      const rest = (filters[kind] as string[]).filter((one) => one !== value)
      add(kind, value, { [kind]: rest })
    }
  }
  for (const kind of CHOICES) if (filters[kind] !== '') add(kind, filters[kind], { [kind]: '' })
  for (const kind of FLAGS) if (filters[kind]) add(kind, '', { [kind]: false })
  for (const kind of DATES) if (filters[kind] !== '') add(kind, filters[kind], { [kind]: '' })
  if (filters.near) add('near', String(filters.within_m), { near: null })
  return found
}

/** Everything off but the tab and the order. */
export function cleared(filters: Filters): Partial<Filters> {
  return { ...noFilters(filters.tab), sort: filters.sort }
}

/** For the number on the filter button: searching has a field of its own. */
export const filtersOn = (filters: Filters): number =>
  chips(filters).filter((chip) => chip.kind !== 'q').length
