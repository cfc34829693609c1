import { describe, expect, it } from 'vitest'
import type { EventCatalogue } from '../types'
import { emptyForm, faultsOf, toAction } from './bring'
import { gramsOf } from './kilos'
import { modeOf, modesOf } from './modes'

const catalogue = {
  conditions: [{ id: 'good', name: '好', value: 1 }],
  formats: [
    { id: 'small', name: '小' },
    { id: 'medium', name: '中' },
    { id: 'large', name: '大' },
  ],
} as unknown as EventCatalogue

describe('a book that comes in', () => {
  it('starts as most books are', () => {
    expect(emptyForm(catalogue, 'A017')).toMatchObject({
      condition: 'good',
      format: 'medium',
      holder: 'A017',
    })
  })

  it('needs a number or a title, and no name of a child', () => {
    const form = emptyForm(catalogue)
    expect(faultsOf(form)).toEqual(['title'])
    expect(faultsOf({ ...form, isbn: '9787020002207' })).toEqual([])
    expect(faultsOf({ ...form, title: '小王子', holder: '王小明' })).toEqual(['holder'])
  })

  it('leaves out what is empty and never hands in what is no code', () => {
    const form = { ...emptyForm(catalogue), title: ' 小王子 ', holder: '王小明' }
    expect(toAction(form, 'b')).toEqual({
      kind: 'bring',
      book: 'b',
      title: '小王子',
      condition: 'good',
      format: 'medium',
    })
    expect(toAction({ ...form, holder: ' a017 ' }, 'b').holder).toBe('A017')
  })
})

describe('the desk', () => {
  it('has the modes of its kind of event', () => {
    const names = (does: string[]) => {
      const { big, small } = modesOf(does)
      return [big, small].map((list) => list.map(({ mode }) => mode))
    }
    expect(names(['books'])).toEqual([
      ['bring', 'shelve', 'take'],
      ['books', 'count', 'more'],
    ])
    expect(names(['stalls', 'things'])).toEqual([['stalls'], ['count', 'more']])
    expect(names(['things'])).toEqual([['count'], ['more']])
    expect(modeOf(['things'], 'bring')).toBe('count')
    expect(modeOf(['books'], 'take')).toBe('take')
  })

  it.each([
    ['2.5', 2500],
    ['2，5', 2500],
    ['0', 0],
    ['x', null],
    ['-1', null],
    ['100001', null],
  ])('reads %s kg as %s g', (text, grams) => expect(gramsOf(text)).toBe(grams))
})
