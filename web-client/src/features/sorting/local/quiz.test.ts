import { describe, expect, it } from 'vitest'
import { Index } from '../engine/index.ts'
import type { Bin, Kind, Pack, Route } from '../engine/types.ts'
import { browse } from './browse'
import { poster } from './poster'
import { makeQuiz } from './quiz'

const BINS: (Bin | null)[] = ['recyclable', 'hazardous', 'kitchen', 'other', null]

/** Forty kinds of five things each, eight to a bin. */
function made(extra: string[] = []): Index {
  const kinds: Kind[] = Array.from({ length: 40 }, (_, at) => {
    const category = BINS[at % 5]
    const route: Route | null = category ? null : 'pickup'
    const urban = { category, route, why: `w${at}`, prepare: `p${at}` }
    return {
      id: `kind-${at}`,
      name: `种${at}`,
      differs: at % 3 === 0 ? '各地不同' : null,
      urban: { ...urban, goes_to: 'g', source: 's', effective: '2019-12-01' },
      dangerous: category === 'hazardous',
    }
  })
  const name = kinds.flatMap((_, kind) => Array.from({ length: 5 }, (__, at) => `物${kind}之${at}`))
  const kind = kinds.flatMap((_, at) => Array.from({ length: 5 }, () => at))
  name.push(...extra)
  kind.push(...extra.map(() => 0))
  const none = name.map(() => '')
  const pack = {
    format: 1,
    revision: 0,
    lang: 'zh',
    kinds,
    things: { name, kind, aliases: none, en: none, ko: none, emoji: none, note: none, id: {} },
    lexicon: {
      ask_before: [],
      ask_after: [],
      neutral: [],
      state: [],
      class: {},
      class_of_kind: {},
      head: [],
      lookalike: [],
    },
    traditional: '',
    readings: {},
    further_readings: {},
    points: [],
    collection: [],
  } as Pack
  return new Index(pack)
}

describe.each([1, 2, 3] as const)('a quiz of level %d', (level) => {
  const quiz = (code: string, index = made()) => makeQuiz(index, code, level, 'urban')
  const things = (code: string, index?: Index) => quiz(code, index).map(({ thing }) => thing.id)

  it('is ten different things, with hazardous ones and one right answer each', () => {
    const questions = quiz('三年二班')
    expect(new Set(questions.map(({ thing }) => thing.id)).size).toBe(10)
    expect(
      questions.filter(({ answer }) => answer.category === 'hazardous').length,
    ).toBeGreaterThan(1)
    for (const { options, right, asks, answer } of questions) {
      expect(new Set(options).size).toBe(options.length)
      expect(options).toHaveLength(4)
      const wanted = asks === 'prepare' ? answer.prepare : (answer.category ?? 'route')
      expect(options[right]).toBe(wanted)
    }
  })

  it('is the same for a class and another for the next', () => {
    expect(things(' 三年二班')).toEqual(things('三年二班'))
    expect(things('三年三班')).not.toEqual(things('三年二班'))
  })

  it('changes by one question at most when a ruling is added', () => {
    const before = things('三年二班')
    const after = things('三年二班', made(['新东西']))
    expect(after.filter((id) => !before.includes(id)).length).toBeLessThanOrEqual(1)
  })
})

it('posters show each bin with its own things only', () => {
  for (const { bin, examples, prepare } of poster(made(), 'urban')) {
    const own = BINS.indexOf(bin)
    expect(examples).toHaveLength(8)
    for (const { name } of examples) expect(Number(/\d+/.exec(name)![0]) % 5).toBe(own)
    expect(prepare.length).toBeGreaterThan(0)
  }
})

it('browsing finds every kind once', () => {
  const groups = browse(made(), 'urban')
  expect(groups.flatMap(({ kinds }) => kinds)).toHaveLength(40)
  expect(groups.map(({ things }) => things)).toEqual([40, 40, 40, 40, 40])
})
