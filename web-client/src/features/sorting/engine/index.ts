// Everything the ladder looks names up in, built once per rule set; the twin of search/index.rs.
import { fold, isHan, readTraditional, type Folded, type Traditional } from './fold.ts'
import { idOf } from './ids.ts'
import { compare, keysInOrder, Text } from './text.ts'
import type { Pack } from './types.ts'

/** Readings of one name that are kept at most. */
const MAX_READINGS = 8

/** How near to the thing a name is: the lower wins where one text names several things. */
export const NAME = 0
export const ALIAS = 1
export const FOREIGN = 2
export const FOREIGN_ALIAS = 3

/** What a modifier says: nothing about sorting, or a position in the lexicon's states. */
export const NEUTRAL = -1

/** A word's meaning; the first one given stays. */
class Words<T> {
  longest = 0
  private readonly byText = new Map<string, T>()

  add(word: string, value: T): void {
    if (word === '') return
    this.longest = Math.max(this.longest, new Text(word).length)
    if (!this.byText.has(word)) this.byText.set(word, value)
  }
  get(word: string): T | undefined {
    return this.byText.get(word)
  }
  has(word: string): boolean {
    return this.byText.has(word)
  }
}

/** Most texts lead to one entry: a list is made for the second. */
class Lists {
  private readonly byText = new Map<string, number | number[]>()

  add(key: string, entry: number): void {
    const found = this.byText.get(key)
    if (found === undefined) this.byText.set(key, entry)
    else if (typeof found === 'number') this.byText.set(key, [found, entry])
    else found.push(entry)
  }
  /** Unless it was the last one added. */
  addNew(key: string, entry: number): void {
    const found = this.byText.get(key)
    const last = typeof found === 'object' ? found[found.length - 1] : found
    if (last !== entry) this.add(key, entry)
  }
  get(key: string): readonly number[] | undefined {
    const found = this.byText.get(key)
    return typeof found === 'number' ? [found] : found
  }
  /** The texts that begin so, the shortest first. */
  beginningWith(text: string): string[] {
    const keys: string[] = []
    this.byText.forEach((_, key) => {
      if (key.startsWith(text)) keys.push(key)
    })
    return keys.sort((a, b) => a.length - b.length || compare(a, b))
  }
  /** Best rank first; what is of one rank keeps its order. */
  sortEach(rank: (entry: number) => number): void {
    this.byText.forEach((found) => {
      if (typeof found === 'object') found.sort((a, b) => rank(a) - rank(b) || a - b)
    })
  }
}

interface Spelling {
  full: string
  initials: string
}

export class Index {
  readonly traditional: Traditional
  readonly readings = new Map<string, string[]>()
  readonly kindAt = new Map<string, number>()
  private thingAt: Map<string, number> | null = null

  /** Of each entry: its thing, its rank, its folded text. */
  readonly thingOf: number[] = []
  readonly rankOf: number[] = []
  readonly textOf: Text[] = []
  /** As it was written, where that is not the folded text. */
  private readonly writtenAs = new Map<number, string>()

  readonly exactly = new Lists()
  /** Entries of a length that begin with a character, and that end with it. */
  private readonly byFirst = new Map<number, number[]>()
  private readonly byLast = new Map<number, number[]>()
  readonly fullPinyin = new Lists()
  readonly initials = new Lists()
  /** With the sounds that are mixed up in the north-east made one. */
  readonly blurredPinyin = new Lists()
  readonly askBefore = new Words<true>()
  readonly askAfter = new Words<true>()
  readonly before = new Words<number>()
  readonly after = new Words<number>()
  readonly classes = new Words<string>()
  readonly heads = new Words<number>()
  /** No name, class or modifier is longer. */
  longest = 0
  private readonly lookalike = new Set<string>()
  /** Entries in the order of their text. */
  private readonly sorted: number[]

  constructor(readonly pack: Pack) {
    this.traditional = readTraditional(pack.traditional)
    for (const reading of keysInOrder(pack.readings)) {
      for (const char of pack.readings[reading]) {
        this.readings.set(char, [reading, ...(pack.further_readings[char] ?? [])])
      }
    }
    pack.kinds.forEach((kind, at) => this.kindAt.set(kind.id, at))
    this.readNames()
    this.mapNames()
    this.sorted = this.textOf.map((_, entry) => entry)
    this.sorted.sort(
      (a, b) =>
        compare(this.textOf[a].text, this.textOf[b].text) ||
        this.rankOf[a] - this.rankOf[b] ||
        a - b,
    )
    this.readLexicon()
  }

  private readNames(): void {
    const { things } = this.pack
    const split = (names: string) => (names === '' ? [] : names.split('|'))
    things.name.forEach((name, thing) => {
      const add = (written: string, rank: number) => {
        const text = this.fold(written).text
        if (text === '') return
        const entry = this.thingOf.push(thing) - 1
        this.rankOf.push(rank)
        const own = new Text(text)
        this.textOf.push(own)
        this.longest = Math.max(this.longest, own.length)
        if (text !== written) this.writtenAs.set(entry, written)
      }
      const en = split(things.en[thing])
      const ko = split(things.ko[thing])
      add(name, NAME)
      for (const alias of split(things.aliases[thing])) add(alias, ALIAS)
      add(things.emoji[thing], ALIAS)
      for (const usual of [...en.slice(0, 1), ...ko.slice(0, 1)]) add(usual, FOREIGN)
      for (const further of [...en.slice(1), ...ko.slice(1)]) add(further, FOREIGN_ALIAS)
    })
  }

  private mapNames(): void {
    this.textOf.forEach((text, entry) => {
      this.exactly.add(text.text, entry)
      if (text.length >= 2) {
        addTo(this.byFirst, ending(text.code(0)!, text.length), entry)
        addTo(this.byLast, ending(text.code(text.length - 1)!, text.length), entry)
      }
      if (this.rankOf[entry] > ALIAS || text.length < 2 || !hasHan(text)) return
      for (const { full, initials } of this.spellings(text)) {
        this.fullPinyin.addNew(full, entry)
        this.blurredPinyin.addNew(blur(full), entry)
        this.initials.addNew(initials, entry)
      }
    })
    this.exactly.sortEach((entry) => this.rankOf[entry])
  }

  private readLexicon(): void {
    const { lexicon } = this.pack
    const folded = (word: string) => this.fold(word).text
    for (const word of lexicon.ask_before) this.askBefore.add(folded(word), true)
    for (const word of lexicon.ask_after) this.askAfter.add(folded(word), true)
    // States first: a word listed twice keeps the meaning that matters.
    lexicon.state.forEach((state, at) => {
      for (const word of state.before) this.before.add(folded(word), at)
      for (const word of state.after) this.after.add(folded(word), at)
    })
    for (const word of lexicon.neutral) this.before.add(folded(word), NEUTRAL)
    for (const name of keysInOrder(lexicon.class)) {
      for (const word of lexicon.class[name]) this.classes.add(folded(word), name)
    }
    this.longest = Math.max(this.longest, this.classes.longest, this.before.longest)
    lexicon.head.forEach((head, at) => {
      for (const word of head.words) this.heads.add(folded(word), at)
    })
    for (const group of lexicon.lookalike) {
      for (const a of group) for (const b of group) if (a !== b) this.lookalike.add(a + b)
    }
  }

  fold(text: string): Folded {
    return fold(text, this.traditional)
  }

  written(entry: number): string {
    return this.writtenAs.get(entry) ?? this.textOf[entry].text
  }

  /** Entries with this very text, best rank first. */
  exact(text: string): readonly number[] {
    return this.exactly.get(text) ?? []
  }

  /** The entry with this very text that names a thing in Chinese. */
  chinese(text: string): number | undefined {
    const first = this.exact(text)[0]
    return first !== undefined && this.rankOf[first] <= ALIAS ? first : undefined
  }

  /**
   * Entries about as long that share an end with the text: all that one slip can lead to, each
   * once.
   */
  near(text: Text): number[] {
    if (text.length === 0) return []
    const first = text.code(0)!
    const last = text.code(text.length - 1)!
    const near: number[] = []
    for (let length = text.length - 1; length <= text.length + 1; length += 1) {
      near.push(...(this.byFirst.get(ending(first, length)) ?? []))
      for (const entry of this.byLast.get(ending(last, length)) ?? [])
        if (this.textOf[entry].code(0) !== first) near.push(entry)
    }
    return near
  }

  /** Whether two characters sound the same in some reading, or are easily misread. */
  alike(a: string, b: string): boolean {
    const others = this.readings.get(b) ?? []
    const same = (this.readings.get(a) ?? []).some((reading) => others.includes(reading))
    return same || this.lookalike.has(a + b)
  }

  /** Every way to read a text aloud; none where a character has no reading. */
  spellings(text: Text): Spelling[] {
    let all: Spelling[] = [{ full: '', initials: '' }]
    for (const char of text.text) {
      const readings = /^[a-z0-9]$/i.test(char) ? [char] : this.readings.get(char)
      if (!readings) return []
      const next: Spelling[] = []
      // The usual reading for every spelling so far comes before further ones, so that the cap
      // drops the unlikely.
      for (const reading of readings) {
        for (const { full, initials } of all) {
          if (next.length < MAX_READINGS)
            next.push({ full: full + reading, initials: initials + reading.charAt(0) })
        }
      }
      all = next
    }
    return all
  }

  /** Entries whose text begins with `prefix`, in order of their text, `most` at most. */
  beginningWith(prefix: string, most = Infinity): number[] {
    let from = 0
    let to = this.sorted.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (compare(this.textOf[this.sorted[middle]].text, prefix) < 0) from = middle + 1
      else to = middle
    }
    const found: number[] = []
    for (; from < this.sorted.length && found.length < most; from += 1) {
      const entry = this.sorted[from]
      if (!this.textOf[entry].text.startsWith(prefix)) break
      found.push(entry)
    }
    return found
  }

  thingId(thing: number): string {
    return this.pack.things.id[thing] ?? idOf(this.pack.things.name[thing])
  }

  thingById(id: string): number | undefined {
    this.thingAt ??= new Map(
      this.pack.things.name.map((_, thing): [string, number] => [this.thingId(thing), thing]),
    )
    return this.thingAt.get(id)
  }
}

/** A character at an end of a name, and the name's length, as one key. */
const ending = (code: number, length: number): number => code * 1024 + length

function addTo(map: Map<number, number[]>, key: number, entry: number): void {
  const found = map.get(key)
  if (found) found.push(entry)
  else map.set(key, [entry])
}

function hasHan(text: Text): boolean {
  for (let at = 0; at < text.length; at += 1) if (isHan(text.code(at)!)) return true
  return false
}

/** zh/z, ch/c, sh/s and a final g are one sound to many. */
export const blur = (pinyin: string): string =>
  pinyin.replace(/zh/g, 'z').replace(/ch/g, 'c').replace(/sh/g, 's').replace(/ng/g, 'n')
