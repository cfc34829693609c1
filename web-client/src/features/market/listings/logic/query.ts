import type { LocationQuery } from 'vue-router'
import type { ListingKind, ListingTerms, NewSearch, SavedSearch } from '../types'

export type Sort = 'newest' | 'nearest' | 'cheapest'
export const KINDS = ['offer', 'wanted', 'lend'] as const
export const TERMS = ['free', 'swap', 'price'] as const
export const SORTS = ['newest', 'nearest', 'cheapest'] as const

export interface Filters {
  q: string
  kind: ListingKind | ''
  terms: ListingTerms | ''
  category: string
  township: string
  /** In fen, as the server takes it. */
  price_max: string
  sort: Sort
}

const one = (value: LocationQuery[string]): string => (typeof value === 'string' ? value : '')
const among = <T extends string>(value: string, all: readonly T[]): T | '' =>
  all.find((each) => each === value) ?? ''

/** The address says what is looked for, so that it can be shared and gone back to. */
export function filtersOf(query: LocationQuery): Filters {
  return {
    q: one(query.q),
    kind: among(one(query.kind), KINDS),
    terms: among(one(query.terms), TERMS),
    category: one(query.category),
    township: one(query.township),
    price_max: /^\d{1,9}$/.test(one(query.price_max)) ? one(query.price_max) : '',
    sort: among(one(query.sort), SORTS) || 'newest',
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
export const narrowed = ({ terms, category, township, price_max }: Filters): number =>
  [terms, category, township, price_max].filter(Boolean).length

/** What can be saved of it; null where nothing is asked for. */
export function searchOf(filters: Filters): NewSearch | null {
  const { q, kind, terms, category, township, price_max } = filters
  const chosen = Object.entries({ q: q.trim(), kind, terms, category, township })
  const kept: NewSearch = Object.fromEntries(chosen.filter(([, value]) => value !== ''))
  if (price_max !== '') kept.price_max_fen = Number(price_max)
  return Object.keys(kept).length > 0 ? kept : null
}

/** The list that a saved search stands for. */
export const queryOfSaved = (saved: SavedSearch): Record<string, string> =>
  queryOf({
    q: saved.q ?? '',
    kind: saved.kind ?? '',
    terms: saved.terms ?? '',
    category: saved.category?.id ?? '',
    township: saved.township?.id ?? '',
    price_max: saved.price_max_fen == null ? '' : String(saved.price_max_fen),
    sort: 'newest',
  })
