import { expect, test } from 'vitest'
import { filtersOf, narrowed, queryOf, searchOf } from './query'

test('what is looked for goes through the address and back', () => {
  const query = { q: '椅子', kind: 'offer', terms: 'free', category: 'furniture', sort: 'nearest' }
  expect(queryOf(filtersOf(query))).toEqual(query)
  expect(queryOf(filtersOf({ kind: 'nonsense', sort: 'newest', q: ['a', 'b'] }))).toEqual({})
  expect(narrowed(filtersOf(query))).toBe(2)
})

test('an empty search is not worth keeping', () => {
  expect(searchOf(filtersOf({}))).toBeNull()
  expect(searchOf(filtersOf({ q: ' 椅子 ', sort: 'nearest' }))).toEqual({ q: '椅子' })
})
