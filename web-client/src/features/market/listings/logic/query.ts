import type { LocationQuery } from 'vue-router'
import type { ListingKind, ListingTerms } from '../types'

export type Sort = 'newest' | 'nearest' | 'cheapest'

export interface Filters {
  q: string
  kind: ListingKind | ''
  terms: ListingTerms | ''
  category: string
  township: string
  sort: Sort
}

const one = (value: LocationQuery[string]): string => (typeof value === 'string' ? value : '')
const among = <T extends string>(value: string, all: readonly T[]): T | '' =>
  all.find((each) => each === value) ?? ''

/** The address says what is looked for, so that it can be shared and gone back to. */
export function filtersOf(query: LocationQuery): Filters {
  return {
    q: one(query.q),
    kind: among(one(query.kind), ['offer', 'wanted', 'lend'] as const),
    terms: among(one(query.terms), ['free', 'swap', 'price'] as const),
    category: one(query.category),
    township: one(query.township),
    sort: among(one(query.sort), ['newest', 'nearest', 'cheapest'] as const) || 'newest',
  }
}

/** Only what was chosen. */
export function queryOf(filters: Filters): Record<string, string> {
  const pairs = Object.entries(filters).filter(([key, value]) =>
    key === 'sort' ? value !== 'newest' : value !== '',
  )
  return Object.fromEntries(pairs)
}

/** How many choices narrow the list, beside the words. */
export const narrowed = ({ terms, category, township }: Filters): number =>
  [terms, category, township].filter(Boolean).length

/** What can be saved of it: something must be asked for. */
export function searchOf({ q, kind, terms, category, township }: Filters) {
  const chosen = { q: q.trim(), kind, terms, category, township }
  const kept = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ''))
  return Object.keys(kept).length > 0 ? kept : null
}
