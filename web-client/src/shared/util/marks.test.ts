import { expect, test } from 'vitest'
import { pieces, rangesOf } from './marks'

const place = (field: string, start: number | null, end: number | null) => ({ field, start, end })

test('places count characters, also after an emoji of two UTF-16 units', () => {
  const text = '🚮🚮打13800138000吧'
  expect(pieces(text, [{ start: 3, end: 14 }])).toEqual([
    { text: '🚮🚮打', marked: false },
    { text: '13800138000', marked: true },
    { text: '吧', marked: false },
  ])
})

test('places of several reasons that overlap are one; other fields and no place are left out', () => {
  const reasons = [
    { places: [place('text', 4, 6), place('title', 0, 1), place('picture', null, null)] },
    { places: [place('text', 5, 9), place('text', 0, 2)] },
  ]
  expect(rangesOf(reasons, 'text')).toEqual([
    { start: 0, end: 2 },
    { start: 4, end: 9 },
  ])
  expect(rangesOf(reasons, 'price')).toEqual([])
})

test('a place beyond the end of a text that is no longer kept marks nothing', () => {
  expect(pieces('', [{ start: 3, end: 5 }])).toEqual([])
  expect(pieces('好', [{ start: 0, end: 5 }])).toEqual([{ text: '好', marked: true }])
})
