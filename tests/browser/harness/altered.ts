// Names as people get them wrong, and what is no name at all; the same every time for a seed.
import type { Pack } from '../../../web-client/src/features/sorting/engine/types.ts'

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function namesOf({ things }: Pack): {
  chinese: string[]
  foreign: string[]
} {
  const split = (names: string[]) => names.flatMap((each) => each.split('|')).filter(Boolean)
  return {
    chinese: [...things.name, ...split(things.aliases), ...things.emoji.filter(Boolean)],
    foreign: [...split(things.en), ...split(things.ko)],
  }
}

/** `count` queries, each made from a name by one of the ways in turn. */
export function altered(pack: Pack, count: number, seed: number): string[] {
  const random = seeded(seed)
  const below = (most: number) => Math.floor(random() * most)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const { chinese, foreign } = namesOf(pack)
  const { lexicon } = pack
  const readings = Object.entries(pack.readings)
  const readingOf = new Map(
    readings.flatMap(([reading, all]) => Array.from(all, (char) => [char, reading] as const)),
  )
  const traditional = new Map<string, string>()
  const pairs = Array.from(pack.traditional)
  for (let at = 0; at + 1 < pairs.length; at += 2) traditional.set(pairs[at + 1]!, pairs[at]!)
  const states = lexicon.state.flatMap((state) => [...state.before, ...state.after])
  const classWords = Object.values(lexicon.class).flat()
  const heads = lexicon.head.flatMap((head) => head.words)
  const han = () => String.fromCodePoint(0x4e00 + below(0x9fff - 0x4e00))
  const homophone = (char: string) => {
    const reading = readingOf.get(char)
    return reading ? pick(Array.from(pack.readings[reading]!)) : han()
  }
  const lookalike = (char: string) => {
    const group = lexicon.lookalike.find((each) => each.includes(char))
    return group ? pick(Array.from(group)) : han()
  }
  const replaced = (name: string, by: (char: string) => string) => {
    const chars = Array.from(name)
    const at = below(chars.length)
    chars[at] = by(chars[at]!)
    return chars.join('')
  }
  const spelled = (name: string, of: (reading: string) => string, between = '') =>
    Array.from(name, (char) => of(readingOf.get(char) ?? char)).join(between)

  const ways: ((name: string) => string)[] = [
    (name) => {
      const chars = Array.from(name)
      chars.splice(below(chars.length), 1)
      return chars.join('')
    },
    (name) => replaced(name, (char) => char + char),
    (name) => {
      const chars = Array.from(name)
      const at = below(chars.length - 1)
      ;[chars[at], chars[at + 1]] = [chars[at + 1] ?? '', chars[at] ?? '']
      return chars.join('')
    },
    (name) => replaced(name, homophone),
    (name) => replaced(name, lookalike),
    (name) => replaced(name, han),
    (name) => replaced(name, (char) => char + han()),
    (name) => pick(lexicon.neutral) + name,
    (name) => pick(states) + name,
    (name) => name + pick(states),
    (name) => `${pick(lexicon.neutral)}${pick(states)}的${name}`,
    (name) => pick(states) + replaced(name, homophone),
    (name) => Array.from(name, (char) => traditional.get(char) ?? char).join(''),
    (name) =>
      Array.from(name, (char) =>
        /[!-~]/.test(char) ? String.fromCodePoint(char.codePointAt(0)! + 0xfee0) : char,
      ).join('　'),
    (name) => spelled(name, (reading) => reading),
    (name) => spelled(name, (reading) => reading, ' ').toUpperCase(),
    (name) => spelled(name, (reading) => Array.from(reading)[0]!),
    (name) => spelled(name, (reading) => reading.replace('zh', 'z').replace('ng', 'n')),
    (name) => spelled(name, (reading) => reading.replace(/^lv/, 'lü')),
    (name) => `${pick(lexicon.ask_before)}${name}${pick(lexicon.ask_after)}？`,
    (name) => `${name}${pick(lexicon.ask_after)}`,
    (name) => pick(classWords) + pick(heads),
    (name) => name + pick(heads),
    (name) => `${name}${pick(chinese)}`,
    (name) => pick(classWords) + name,
    (name) => `${han()}${han()}${name}`,
    (name) => `${name}🔋️${pick(['🏽', '‍', '！', '\u{1f9f4}'])}`,
    () => `${pick(['old', 'dirty', 'used', 'a', 'my'])} ${pick(foreign)}`,
    () => `${pick(foreign)}s`,
    () => `${pick(foreign)} ${pick(foreign)}`,
    () => replaced(pick(foreign), (char) => char + char),
    () => replaced(pick(foreign), () => 'x'),
    () => pick(foreign).slice(0, -1),
    () => pick(foreign).toUpperCase().replace(/ /g, '-'),
    () => Array.from({ length: 1 + below(9) }, han).join(''),
    () =>
      Array.from({ length: 1 + below(40) }, () => String.fromCodePoint(32 + below(0x2fff))).join(
        '',
      ),
    () => pick([' ', '？？', '🗑️', '👨‍👩‍👧', '是什么垃圾', '的', '的的的', 'İ', 'ß', 'Σας', '\u{7}']),
    () => Array.from({ length: 90 }, () => pick(Array.from(pick(chinese)))).join(''),
  ]
  return Array.from({ length: count }, (_, at) => {
    const query = ways[at % ways.length]!(pick(chinese))
    // An empty parameter counts as none.
    return Array.from(query).slice(0, 100).join('') || '？'
  })
}
