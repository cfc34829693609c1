import { expect, test } from 'vitest'
import { filtersOf, narrowed, queryOf, queryOfSaved, searchOf } from './query'

test('what is looked for goes through the address and back', () => {
  const query = {
    q: '椅子',
    kind: 'offer',
    terms: 'free',
    category: 'furniture',
    price_max: '5000',
    sort: 'nearest',
  }
  expect(queryOf(filtersOf(query))).toEqual(query)
  expect(queryOf(filtersOf({ kind: 'nonsense', price_max: '-3', q: ['a', 'b'] }))).toEqual({})
  expect(narrowed(filtersOf(query))).toBe(3)
})

test('an empty search is not worth keeping; how it is sorted is no part of it', () => {
  expect(searchOf(filtersOf({ sort: 'nearest' }))).toBeNull()
  expect(searchOf(filtersOf({ q: ' 椅子 ', sort: 'nearest', price_max: '5000' }))).toEqual({
    q: '椅子',
    price_max_fen: 5000,
  })
})

test('a saved search opens its list', () => {
  const saved = {
    id: '1',
    new: 2,
    created_at: '2026-11-26T00:00:00Z',
    kind: 'offer' as const,
    category: { id: 'furniture', name: '家具' },
    price_max_fen: 0,
  }
  expect(queryOfSaved(saved)).toEqual({ kind: 'offer', category: 'furniture', price_max: '0' })
})
