import { describe, expect, it } from 'vitest'
import { fold, readTraditional } from './fold.ts'
import { fnv1a, idOf } from './ids.ts'
import { Index } from './index.ts'
import { slip } from './slip.ts'
import { compare, Text } from './text.ts'
import type { Pack } from './types.ts'
import { answer, ruling, suggestions } from './view.ts'

describe('folding', () => {
  const traditional = readTraditional('電电舊旧')

  it.each([
    ['５号電池', '5号电池'],
    [' 旧 电池！？', '旧电池'],
    ['ＬＥＤ灯', 'led灯'],
    ['Light-Bulb', 'lightbulb'],
    ['🔋\u{fe0f}', '🔋'],
    ['👍🏽', '👍'],
    ['电\u{200b}池', '电池'],
    ['lüguan', 'lvguan'],
    ['İ', 'i\u{307}'],
    ['\u{0}\u{7}', ''],
  ])('makes %j %j', (typed, expected) => {
    expect(fold(typed, traditional).text).toBe(expected)
  })

  it('keeps words apart that were written apart', () => {
    expect(fold('an old light-bulb', traditional).words).toEqual(['an', 'old', 'light', 'bulb'])
  })
})

describe('one slip', () => {
  it.each([
    ['易拉罐', '易拉罐', null],
    ['易拉灌', '易拉罐', { kind: 'other', at: 2 }],
    ['拉易罐', '易拉罐', { kind: 'swapped', at: 0 }],
    ['易罐', '易拉罐', { kind: 'missing', at: 1 }],
    ['易拉', '易拉罐', { kind: 'missing', at: 2 }],
    ['易拉拉罐', '易拉罐', { kind: 'extra', at: 2 }],
    ['易拉罐子', '易拉罐', { kind: 'extra', at: 3 }],
    ['塑料瓶', '易拉罐', null],
    ['🔋池', '🔋電', { kind: 'other', at: 1 }],
    ['', '罐', { kind: 'missing', at: 0 }],
    ['', '', null],
  ])('between %j and %j is %j', (typed, name, expected) => {
    expect(slip(new Text(typed), new Text(name))).toEqual(expected)
  })
})

describe('ids', () => {
  // The first three from the table that comes with FNV.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is hashed as %d', (name, hash) => {
    expect(fnv1a(name)).toBe(hash)
    expect(idOf(name)).toBe(hash.toString(36))
  })

  it('are hashed over UTF-8', () => {
    const bytes = Array.from(new TextEncoder().encode('é电池🔋'))
    const hash = bytes.reduce((all, byte) => Math.imul(all ^ byte, 0x01000193), 0x811c9dc5)
    expect(fnv1a('é电池🔋')).toBe(hash >>> 0)
  })
})

it('texts are ordered by characters, not by UTF-16 units', () => {
  expect(['\u{1f50b}', '\u{ff01}', '电'].sort(compare)).toEqual(['电', '\u{ff01}', '\u{1f50b}'])
})

const ruled = (category: 'kitchen' | 'hazardous' | 'other') => ({
  category,
  why: `${category}!`,
  prepare: 'p',
  goes_to: 'g',
  source: 's',
  effective: '2019-12-01',
})

const pack: Pack = {
  format: 1,
  revision: 0,
  lang: 'zh',
  kinds: [
    { id: 'peel', name: '果皮', urban: ruled('kitchen') },
    { id: 'ash', name: '炉灰', urban: ruled('other'), village: ruled('kitchen') },
    { id: 'cells', name: '蓄电池', urban: ruled('hazardous'), dangerous: true },
  ],
  things: {
    name: ['苹果皮', '煤灰', '充电电池'],
    kind: [0, 1, 2],
    aliases: ['苹果的皮', '煤炉灰|炉灰', ''],
    en: ['apple peel', 'coal ash|cinders', 'rechargeable battery'],
    ko: ['', '', ''],
    emoji: ['🍎', '', '🔋'],
    note: ['', '凉透再倒', ''],
    id: { 1: 'ash-1' },
  },
  lexicon: {
    ask_before: ['请问'],
    ask_after: ['是什么垃圾'],
    neutral: ['旧', '旧的', 'old'],
    state: [],
    class: {},
    class_of_kind: {},
    head: [],
    lookalike: [],
  },
  traditional: '電电',
  readings: {
    ping: '苹平',
    guo: '果',
    pi: '皮',
    mei: '煤',
    hui: '灰',
    dian: '电',
    chi: '池',
    chong: '充',
  },
  further_readings: {},
  points: [
    {
      id: 'p',
      name: '点',
      lng: 126.5,
      lat: 42,
      address: '',
      hours: '',
      bins: ['hazardous'],
      kinds: [],
      provisional: true,
    },
  ],
  collection: [{ bin: 'kitchen', area: 'urban', when: '每天', provisional: true }],
}

describe('an answer', () => {
  const index = new Index(pack)
  const of = (q: string, area: 'urban' | 'village' = 'urban') => answer(index, q, area)

  it.each([
    ['苹果皮', 'exact', 1],
    ['请问苹果皮是什么垃圾？', 'exact', 1],
    ['🍎', 'alias', 1],
    ['pingguopi', 'pinyin', 0.95],
    ['pgp', 'pinyin', 0.75],
    ['平果皮', 'typo', 0.9],
    ['旧的苹果皮', 'part', 0.9],
    ['old apple peels', 'part', 0.9],
  ])('to %j is found by %s', (q, how, confidence) => {
    expect(of(q).results[0]).toMatchObject({ name: '苹果皮', matched_by: how, confidence })
  })

  it('differs in a village', () => {
    expect(of('煤灰').results[0]).toMatchObject({
      id: 'ash-1',
      category: 'other',
      note: '凉透再倒',
    })
    expect(of('煤灰', 'village').results[0].category).toBe('kitchen')
  })

  it('is never guessed', () => {
    expect(of('宇宙飞船')).toEqual({
      query: '宇宙飞船',
      area: 'urban',
      results: [],
      candidates: [],
    })
    expect(of('  ').results).toEqual([])
  })

  it('is suggested while it is typed', () => {
    const names = (q: string) => suggestions(index, q, 'urban').map(({ name }) => name)
    expect(names('苹')).toEqual(['苹果皮'])
    expect(names('chong')).toEqual(['充电电池'])
    expect(names('电池')).toEqual(['充电电池'])
  })

  it('is read by its id, with points and days', () => {
    const peel = ruling(index, idOf('苹果皮'), 'urban')
    expect(peel).toMatchObject({ also: ['苹果的皮'], points: [], collected: ['每天'] })
    expect(ruling(index, 'cells', 'urban')?.points).toHaveLength(1)
    expect(ruling(index, 'nothing', 'urban')).toBeNull()
  })
})
