// The rungs, from the certain to the likely; the twin of search/ladder.rs.
import { isLatin } from './fold.ts'
import { ALIAS, blur, NAME, FOREIGN, type Index } from './index.ts'
import { byEnglish, byModifiedName, byParts } from './parts.ts'
import { slip } from './slip.ts'
import { Text } from './text.ts'
import type { Area, Kind, MatchedBy, Ruling } from './types.ts'

/** Per cent. From here on every part of a name was understood. */
export const UNDERSTOOD = 78

/** Names offered where there is no answer. */
export const MAX_CANDIDATES = 8

export interface Hit {
  /** A thing on the list; `null` for one on no list, of a kind that its parts tell. */
  thing: number | null
  /** Position of the kind that decides; a state can make it another than the thing's own. */
  kind: number
  matchedBy: MatchedBy
  /** Per cent; below 60 there is no answer. */
  confidence: number
  /** The name that matched, where one did. */
  entry: number | null
}

/** Rulings, or names to choose from, or neither. */
export interface Found {
  hits: Hit[]
  candidates: number[]
}

/** One look-up: where it asks from, and what it came across on the way. */
export interface Asked {
  index: Index
  area: Area
  doubts: number[]
}

export const rulingOf = (kind: Kind, area: Area): Ruling =>
  area === 'village' ? (kind.village ?? kind.urban) : kind.urban

/** Where a ruling ends: what two answers must share for it not to matter which of them is right. */
const outcome = (ruling: Ruling): string => ruling.category ?? `route:${ruling.route ?? ''}`

export const kindOf = (index: Index, thing: number): number => index.pack.things.kind[thing]

export const ownKind = (index: Index, thing: number): Kind => index.pack.kinds[kindOf(index, thing)]

/** Looks a name up as it was typed. */
export function lookUp(index: Index, typed: string, area: Area): Found {
  const folded = index.fold(typed)
  if (folded.text === '') return { hits: [], candidates: [] }
  const asked: Asked = { index, area, doubts: [] }
  const text = new Text(folded.text)
  const named = byName(asked, text.text)
  if (named) return named
  const bare = withoutQuestion(index, text)
  const within = bare.length < text.length ? byName(asked, bare.text) : null
  if (within) return within
  const found = isLatin(folded.text)
    ? (byPinyin(asked, bare) ?? byEnglish(asked, folded.words))
    : (byModifiedName(index, bare) ??
      bySlip(asked, bare) ??
      byParts(asked, bare) ??
      byOtherCharacter(asked, bare))
  if (found) {
    const danger = [...nearDanger(index, found, bare), ...nearDanger(index, found, text)]
    if (danger.length === 0) return found
    asked.doubts.unshift(...danger)
  }
  offerContained(asked, bare)
  return { hits: [], candidates: uniqueThings(index, asked.doubts) }
}

/** Entries that what has been typed so far may become, one of each thing. */
export function suggest(index: Index, typed: string, limit: number): number[] {
  const { text } = index.fold(typed)
  if (text === '') return []
  const found = [...index.exact(text), ...index.beginningWith(text)]
  if (isLatin(text)) {
    if (text.length >= 2) {
      for (const map of [index.fullPinyin, index.initials]) {
        for (const key of map.beginningWith(text).slice(0, limit)) found.push(...map.get(key)!)
      }
    }
  } else {
    index.textOf.forEach((name, entry) => {
      if (index.rankOf[entry] <= ALIAS && name.text.includes(text)) found.push(entry)
    })
  }
  return uniqueEntries(index, found).slice(0, limit)
}

/** A spoken question with its frame taken off: 请问…是什么垃圾. */
function withoutQuestion(index: Index, text: Text): Text {
  let from = 0
  let to = text.length
  again: for (;;) {
    for (let len = Math.min(index.askBefore.longest, to - from - 1); len >= 1; len -= 1) {
      if (index.askBefore.has(text.slice(from, from + len))) {
        from += len
        continue again
      }
    }
    for (let len = Math.min(index.askAfter.longest, to - from - 1); len >= 1; len -= 1) {
      if (index.askAfter.has(text.slice(to - len, to))) {
        to -= len
        continue again
      }
    }
    return text.sub(from, to)
  }
}

function byName(asked: Asked, text: string): Found | null {
  const { index } = asked
  const found = index.exact(text)
  if (found.length === 0) return null
  const best = index.rankOf[found[0]]
  return settle(
    asked,
    found.filter((entry) => index.rankOf[entry] === best),
    best === NAME || best === FOREIGN ? 'exact' : 'alias',
    100,
  )
}

function byPinyin(asked: Asked, { text, length }: Text): Found | null {
  const { index } = asked
  const full = index.fullPinyin.get(text)
  if (full) return settle(asked, full, 'pinyin', 95)
  const initials = index.initials.get(text)
  if (length >= 3 && initials) return settle(asked, initials, 'pinyin', 75)
  const blurred = length >= 6 ? index.blurredPinyin.get(blur(text)) : undefined
  if (blurred) return settle(asked, blurred, 'typo', 80)
  if (initials) asked.doubts.push(...initials.slice(0, MAX_CANDIDATES))
  return null
}

/** A guess: how likely, and which entry. */
export type Guess = [confidence: number, entry: number]

/**
 * One likely slip: a homophone, a look-alike, two characters swapped, one left out or doubled. The
 * last character names the thing, so it may only be mistaken for one that is like it.
 */
export function bySlip(asked: Asked, text: Text): Found | null {
  const { index } = asked
  const found: Guess[] = []
  const spelled = index.spellings(text)[0]
  for (const entry of (spelled && index.fullPinyin.get(spelled.full)) ?? []) {
    const name = index.textOf[entry]
    let shared = 0
    for (let at = 0; at < Math.min(name.length, text.length); at += 1)
      if (name.code(at) === text.code(at)) shared += 1
    if (name.length === text.length && (shared > 0 || text.length > 2)) found.push([90, entry])
  }
  for (const entry of index.near(text)) {
    const confidence = slipConfidence(index, text, index.textOf[entry])
    if (confidence !== null) found.push([confidence, entry])
  }
  return settleBest(asked, found)
}

function slipConfidence(index: Index, text: Text, name: Text): number | null {
  const found = slip(text, name)
  if (!found) return null
  const { kind, at } = found
  if (kind === 'other') return index.alike(text.char(at), name.char(at)) ? 86 : null
  if (kind === 'swapped') return text.length >= 3 ? 84 : null
  if (kind === 'missing') return text.length >= 3 && at + 1 < name.length ? 78 : null
  if (name.length < 3 || at === 0) return null
  const doubled = text.code(at) === text.code(at - 1)
  return doubled || at + 1 < text.length ? 76 : null
}

/** Some other character in a longer name: likely enough only where nothing else is near. */
function byOtherCharacter(asked: Asked, text: Text): Found | null {
  const { index } = asked
  const found: Guess[] = []
  for (const entry of text.length >= 4 ? index.near(text) : []) {
    const other = slip(text, index.textOf[entry])
    if (other?.kind === 'other' && other.at + 1 < text.length) found.push([62, entry])
  }
  return settleBest(asked, found)
}

/** The most likely of several guesses, unless a less likely one would be dangerous to miss. */
export function settleBest(asked: Asked, found: Guess[]): Found | null {
  if (found.length === 0) return null
  const { index } = asked
  found.sort((a, b) => b[0] - a[0] || a[1] - b[1])
  const best = found[0][0]
  const all = found.map(([, entry]) => entry)
  const top = found.filter(([confidence]) => confidence === best).map(([, entry]) => entry)
  const dangerous = (entries: number[]) =>
    entries.some((entry) => Boolean(ownKind(index, index.thingOf[entry]).dangerous))
  if (dangerous(all) && !dangerous(top)) {
    asked.doubts.push(...all)
    return null
  }
  return settle(asked, top, 'typo', best)
}

/** Answers when every entry leads to the same bin, and leaves them as doubts otherwise. */
export function settle(
  asked: Asked,
  entries: readonly number[],
  matchedBy: MatchedBy,
  confidence: number,
): Found | null {
  const { index, area, doubts } = asked
  const hits: Hit[] = []
  for (const entry of entries) {
    const thing = index.thingOf[entry]
    if (!hits.some((hit) => hit.thing === thing))
      hits.push({ thing, kind: kindOf(index, thing), matchedBy, confidence, entry })
  }
  if (hits.length === 0) return null
  const of = (hit: Hit) => outcome(rulingOf(index.pack.kinds[hit.kind], area))
  const first = of(hits[0])
  if (hits.some((hit) => of(hit) !== first)) {
    doubts.push(...entries)
    return null
  }
  return { hits, candidates: [] }
}

/** Dangerous names one slip away from the text, where the answer is a guess at something harmless. */
function nearDanger(index: Index, found: Found, text: Text): number[] {
  const guess = found.hits.find(
    ({ matchedBy, confidence, kind }) =>
      (matchedBy === 'typo' || (matchedBy === 'part' && confidence < UNDERSTOOD)) &&
      !index.pack.kinds[kind].dangerous,
  )
  if (!guess) return []
  const near = index.near(text).filter((entry) => {
    const name = index.textOf[entry]
    if (index.rankOf[entry] > ALIAS || name.length < 3) return false
    if (!ownKind(index, index.thingOf[entry]).dangerous) return false
    const one = slip(text, name)
    if (!one) return false
    // 矿水瓶 is a short 矿泉水瓶 rather than a 药水瓶 with a wrong character.
    return (
      one.kind !== 'other' ||
      guess.matchedBy !== 'typo' ||
      name.length > 3 ||
      index.alike(text.char(one.at), name.char(one.at))
    )
  })
  return near.sort((a, b) => a - b)
}

/** Things whose names stand somewhere in the text, the longest first. */
function offerContained({ index, doubts }: Asked, text: Text): void {
  for (let len = Math.min(text.length, 12) - 1; len >= 2; len -= 1) {
    for (let at = 0; at + len <= text.length; at += 1) {
      const entry = index.chinese(text.slice(at, at + len))
      if (entry !== undefined) doubts.push(entry)
    }
  }
  if (text.length >= 2) doubts.push(...index.beginningWith(text.text, MAX_CANDIDATES))
}

/** The first entry of each thing, so many as are offered. */
function uniqueEntries(index: Index, entries: number[]): number[] {
  const things = new Set<number>()
  const unique: number[] = []
  for (const entry of entries) {
    if (things.has(index.thingOf[entry])) continue
    things.add(index.thingOf[entry])
    unique.push(entry)
    if (unique.length === MAX_CANDIDATES) break
  }
  return unique
}

const uniqueThings = (index: Index, entries: number[]): number[] =>
  uniqueEntries(index, entries).map((entry) => index.thingOf[entry])
