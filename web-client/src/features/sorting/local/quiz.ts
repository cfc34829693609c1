// Ten questions out of the rulings. A class code seeds them, so that everybody in a class has the
// same; no question is kept anywhere, and nobody's answers are.
import type { Index } from '../engine/index.ts'
import { rulingOf } from '../engine/ladder.ts'
import { fnv1a } from '../engine/ids.ts'
import type { Area, Named, Result } from '../engine/types.ts'
import { ruling, thingName } from '../engine/view.ts'
import { groupOf, thingsByKind, type Group } from './browse.ts'

export type Level = 1 | 2 | 3
export const LEVELS: Level[] = [1, 2, 3]
export const QUESTIONS = 10

export interface Question {
  thing: Named & { emoji: string }
  /** Which bin, or what to do with it before. */
  asks: 'bin' | 'prepare'
  /** A group's name, or the text of a preparation. */
  options: string[]
  right: number
  answer: Result
}

/** How many of the ten come from each group. */
const SHARES: Record<Level, Record<Group, number>> = {
  1: { recyclable: 3, kitchen: 3, other: 2, hazardous: 2, route: 0 },
  2: { recyclable: 2, kitchen: 2, other: 2, hazardous: 2, route: 2 },
  3: { recyclable: 2, kitchen: 1, other: 2, hazardous: 3, route: 2 },
}
/** Of the hardest ten, these many ask for the preparation. */
const PREPARATIONS = 3
/** Only the first things of a kind: they are the ones that everybody knows. */
const KNOWN: Record<Level, number> = { 1: 2, 2: 6, 3: 14 }
const BINS: Group[] = ['recyclable', 'kitchen', 'hazardous', 'other']

/** Order by a hash of seed and name: a ruling added later changes one question at most. */
function shuffled<T>(items: T[], seed: string, name: (item: T) => string): T[] {
  const key = (item: T) => mixed(fnv1a(`${seed}|${name(item)}`))
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** FNV leaves names that differ in the last letter beside each other. */
function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

export function makeQuiz(index: Index, code: string, level: Level, area: Area): Question[] {
  const seed = `${code.trim().toLowerCase()}|${level}|${area}`
  const byKind = thingsByKind(index)
  const hard = hardKinds(index)
  const chosen: { thing: number; kind: number; group: Group }[] = []
  for (const group of [...BINS, 'route'] as Group[]) {
    const kinds = index.pack.kinds
      .map((kind, at) => ({ kind, at }))
      .filter(({ kind, at }) => groupOf(kind, area) === group && byKind[at].length > 0)
    const wanted = kinds.filter(({ at }) => (level === 3 ? hard.has(at) : byKind[at].length >= 4))
    const others = kinds.filter((each) => !wanted.includes(each))
    const order = [wanted, others].flatMap((list) => shuffled(list, seed, ({ kind }) => kind.id))
    for (const { at } of order.slice(0, SHARES[level][group])) {
      const things = byKind[at].slice(0, KNOWN[level])
      const [thing] = shuffled(things, seed, (each) => index.thingId(each))
      chosen.push({ thing, kind: at, group })
    }
  }
  const ordered = shuffled(chosen, seed, ({ thing }) => index.thingId(thing)).slice(0, QUESTIONS)
  return ordered.map(({ thing, kind, group }, at) => {
    const id = index.thingId(thing)
    const prepare = level === 3 && at >= QUESTIONS - PREPARATIONS
    const options = prepare
      ? preparations(index, kind, area, `${seed}|${id}`)
      : bins(group, `${seed}|${id}`)
    const right = prepare ? rulingOf(index.pack.kinds[kind], area).prepare : group
    return {
      thing: { id, name: thingName(index, thing), emoji: index.pack.things.emoji[thing] },
      asks: prepare ? 'prepare' : 'bin',
      options,
      right: options.indexOf(right),
      answer: ruling(index, id, area)!,
    }
  })
}

/** What people get wrong: authorities or areas differ, or its state or another way decides. */
function hardKinds(index: Index): Set<number> {
  const turned = index.pack.lexicon.state.flatMap(({ turns }) => [
    ...Object.keys(turns),
    ...Object.values(turns),
  ])
  const hard = new Set<number>()
  index.pack.kinds.forEach((kind, at) => {
    const { category, route } = kind.urban
    const changes = kind.village && kind.village.category !== category
    if (kind.differs || changes || (category && route) || turned.includes(kind.id)) hard.add(at)
  })
  return hard
}

/** Always in the order of the bins in the street; a fifth choice only where it is the answer. */
function bins(group: Group, seed: string): string[] {
  if (group !== 'route') return BINS
  const near = shuffled(['recyclable', 'hazardous', 'kitchen'] as Group[], seed, (each) => each)
  return [...BINS.filter((bin) => bin === 'other' || near.slice(0, 2).includes(bin)), 'route']
}

/** The right one and three that belong to other bins. */
function preparations(index: Index, kind: number, area: Area, seed: string): string[] {
  const own = rulingOf(index.pack.kinds[kind], area)
  const others = index.pack.kinds.filter(
    (each) => groupOf(each, area) !== groupOf(index.pack.kinds[kind], area),
  )
  const texts: string[] = []
  for (const each of shuffled(others, seed, ({ id }) => id)) {
    const { prepare } = rulingOf(each, area)
    if (prepare !== own.prepare && !texts.includes(prepare)) texts.push(prepare)
    if (texts.length === 3) break
  }
  return shuffled([own.prepare, ...texts], seed, (text) => text)
}
