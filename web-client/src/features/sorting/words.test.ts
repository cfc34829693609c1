import { describe, expect, it } from 'vitest'
import type { Result } from './engine/types.ts'
import { matchWords, stepsOf } from './words'

describe('the steps of a preparation', () => {
  it.each([
    ['倒空。压扁；拧上盖。', ['倒空', '压扁', '拧上盖']],
    ['写“碱性”的1.5伏干电池可投其他垃圾。', ['写“碱性”的1.5伏干电池可投其他垃圾']],
    ['Empty it; rinse 1.5 l once.', ['Empty it', 'Rinse 1.5 l once']],
    ['', []],
  ])('of %j are %j', (text, steps) => {
    expect(stepsOf(text)).toEqual(steps)
  })
})

describe('how it matched', () => {
  const result = {
    matched: '餐盒',
    matched_by: 'part',
    kind: { id: 'k', name: '塑料盒' },
  } as Result

  it('is said but for the very name', () => {
    expect(matchWords({ ...result, matched_by: 'exact' }, '餐盒')).toBeNull()
    expect(matchWords(result, '油餐盒')?.key).toBe('sorting.answer.by_part')
    expect(matchWords({ ...result, matched: null }, '油盒')).toEqual({
      key: 'sorting.answer.by_part_kind',
      values: { name: '塑料盒', query: '油盒' },
    })
  })
})
