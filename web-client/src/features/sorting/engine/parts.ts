// A name on no list, understood from its parts: 油污的外卖盒, 敌敌畏瓶子, old water bottle. The head
// noun decides, unless a modifier does; the twin of search/parts.rs.
import { FOREIGN, NEUTRAL, type Index } from './index.ts'
import { bySlip, kindOf, ownKind, settle, settleBest, UNDERSTOOD } from './ladder.ts'
import type { Asked, Found, Guess } from './ladder.ts'
import { slip } from './slip.ts'
import { lengthOf, Text } from './text.ts'

/** The class of what is dangerous. */
const HAZARD = 'hazard'
/** Named before a head that has no rule for it, it leaves the question open: 吃完药的铝塑板. */
const MEDICINE = 'medicine'

/** What stands before the head. */
interface Prefix {
  classes: Set<string>
  /** Entries named in it. */
  things: number[]
  /** States told in it: 脏 in 擦车的脏布. */
  states: number[]
  /** Every character belongs to a word we know. */
  understood: boolean
}

const isDangerous = (index: Index, kind: number): boolean =>
  Boolean(index.pack.kinds[kind].dangerous)

/** A name with modifiers around it: 干净的快餐盒, 手机坏了. */
export function byModifiedName(index: Index, text: Text): Found | null {
  const { rest, states } = withoutModifiers(index, text)
  const entry = rest.length < text.length ? index.chinese(rest.text) : undefined
  if (entry === undefined) return null
  return answer(index, entry, turned(index, kindOf(index, index.thingOf[entry]), states), 90)
}

export function byParts(asked: Asked, text: Text): Found | null {
  const { index, doubts } = asked
  const { rest, states } = withoutModifiers(index, text)
  if (rest.length < text.length) {
    const near: Asked = { ...asked, doubts: [] }
    const found = bySlip(near, rest)
    if (found) {
      for (const hit of found.hits) {
        hit.kind = turned(index, hit.kind, states)
        hit.confidence = Math.min(hit.confidence, 80)
      }
      return found
    }
    doubts.push(...near.doubts)
  }
  const decided = byEnd(asked, rest)
  if (!decided) return null
  const { prefix } = decided
  const kind = turned(index, turned(index, decided.kind, prefix.states), states)
  const warned =
    prefix.classes.has(HAZARD) || (decided.entry !== null && prefix.classes.has(MEDICINE))
  if (warned && !isDangerous(index, kind)) {
    doubts.push(...prefix.things)
    if (decided.entry !== null) doubts.push(decided.entry)
    return null
  }
  return answer(index, decided.entry, kind, decided.confidence)
}

interface Decided {
  entry: number | null
  kind: number
  confidence: number
  prefix: Prefix
}

/** What the end of the name decides: a thing on the list, or a head noun. */
function byEnd({ index, doubts }: Asked, rest: Text): Decided | null {
  const { length } = rest
  let tail: { len: number; entry: number } | null = null
  for (let len = length - 1; len >= 2 && !tail; len -= 1) {
    const entry = index.chinese(rest.slice(length - len))
    if (entry !== undefined) tail = { len, entry }
  }
  let head: { len: number; head: number } | null = null
  for (let len = Math.min(index.heads.longest, length - 1); len >= 1 && !head; len -= 1) {
    const found = index.heads.get(rest.slice(length - len))
    if (found !== undefined) head = { len, head: found }
  }
  if (tail && (!head || head.len <= tail.len)) {
    const prefix = readPrefix(index, rest.sub(0, length - tail.len))
    const own = kindOf(index, index.thingOf[tail.entry])
    const ruled = head && byHead(index, prefix, head.head, false)
    // 面 before 药袋 does not make it a bag of flour.
    if (ruled && (isDangerous(index, ruled.kind) || !isDangerous(index, own)))
      return { entry: null, kind: ruled.kind, confidence: prefix.understood ? 80 : 72, prefix }
    const confidence = prefix.understood ? UNDERSTOOD : tail.len === 2 ? 64 : 70
    return { entry: tail.entry, kind: own, confidence, prefix }
  }
  if (!head) return null
  const prefix = readPrefix(index, rest.sub(0, length - head.len))
  const ruled = byHead(index, prefix, head.head, true)
  if (!ruled) {
    doubts.push(...prefix.things)
    return null
  }
  const confidence = !ruled.named ? 62 : prefix.understood ? UNDERSTOOD : 70
  return { entry: null, kind: ruled.kind, confidence, prefix }
}

function byHead(index: Index, prefix: Prefix, head: number, any: boolean) {
  const rule = index.pack.lexicon.head[head].of.find(([name]) =>
    name === '*' ? any : prefix.classes.has(name),
  )
  return rule ? { kind: index.kindAt.get(rule[1])!, named: rule[0] !== '*' } : null
}

/** English words: modifiers fall away, then the last words decide. */
export function byEnglish(asked: Asked, typed: string[]): Found | null {
  const { index, doubts } = asked
  const words = typed.slice()
  const states: number[] = []
  for (;;) {
    const entry = english(index, words)
    if (entry !== undefined) {
      const found = settle(asked, sameRank(index, entry), 'part', 90)
      for (const hit of found?.hits ?? []) hit.kind = turned(index, hit.kind, states)
      return found
    }
    if (words.length === 0) return null
    const state = index.before.get(words[0])
    if (state === undefined) break
    if (state !== NEUTRAL) states.push(state)
    words.shift()
  }
  const whole = new Text(words.join(''))
  if (whole.length >= 5) {
    const near: Guess[] = []
    for (const entry of index.near(whole)) {
      if (index.rankOf[entry] >= FOREIGN && slip(whole, index.textOf[entry])) near.push([70, entry])
    }
    const found = settleBest(asked, near)
    if (found) return found
  }
  for (let from = 1; from < words.length; from += 1) {
    const entry = english(index, words.slice(from))
    if (entry === undefined) continue
    const kind = turned(index, kindOf(index, index.thingOf[entry]), states)
    const before: number[] = []
    for (const word of words.slice(0, from)) {
      const named = english(index, [word])
      if (named !== undefined) before.push(named)
    }
    const dangerous =
      words.slice(0, from).some((word) => index.classes.get(word) === HAZARD) ||
      before.some((named) => Boolean(ownKind(index, index.thingOf[named]).dangerous))
    if (dangerous && !isDangerous(index, kind)) {
      doubts.push(...before, entry)
      return null
    }
    return answer(index, entry, kind, 66)
  }
  return null
}

/** The entry that English words name, in the singular too. */
function english(index: Index, words: string[]): number | undefined {
  const text = words.join('')
  const forms = [text]
  if (text.endsWith('ies')) forms.push(`${text.slice(0, -3)}y`)
  if (text.endsWith('es')) forms.push(text.slice(0, -2))
  if (text.endsWith('s')) forms.push(text.slice(0, -1))
  for (const form of forms) {
    const entry = index.exact(form)[0]
    if (entry !== undefined) return entry
  }
  return undefined
}

function sameRank(index: Index, entry: number): number[] {
  const rank = index.rankOf[entry]
  return index.exact(index.textOf[entry].text).filter((other) => index.rankOf[other] === rank)
}

/** Takes off what stands before and after the thing, and tells the states among it. */
function withoutModifiers(index: Index, text: Text): { rest: Text; states: number[] } {
  let rest = text
  const states: number[] = []
  again: while (index.chinese(rest.text) === undefined) {
    for (let len = Math.min(index.before.longest, rest.length - 1); len >= 1; len -= 1) {
      const state = index.before.get(rest.slice(0, len))
      if (state === undefined) continue
      const from = rest.char(len) === '的' && rest.length > len + 1 ? len + 1 : len
      const after = rest.slice(from)
      // One character is easily part of the name itself: 大 in 大蒜皮.
      if (len === 1 && state === NEUTRAL && index.chinese(after) === undefined) continue
      if (state !== NEUTRAL) states.push(state)
      rest = new Text(after)
      continue again
    }
    for (let len = Math.min(index.after.longest, rest.length - 1); len >= 1; len -= 1) {
      const state = index.after.get(rest.slice(rest.length - len))
      if (state === undefined) continue
      if (state !== NEUTRAL) states.push(state)
      rest = rest.sub(0, rest.length - len)
      continue again
    }
    break
  }
  return { rest, states }
}

/** The kind in the given states. */
function turned(index: Index, kind: number, states: number[]): number {
  return states.reduce((now, state) => {
    const to = index.pack.lexicon.state[state].turns[index.pack.kinds[now].id]
    return to === undefined ? now : index.kindAt.get(to)!
  }, kind)
}

/** What the words before the head say. */
function readPrefix(index: Index, text: Text): Prefix {
  const prefix: Prefix = { classes: new Set(), things: [], states: [], understood: true }
  let at = 0
  while (at < text.length) {
    let step = 0
    for (let len = Math.min(index.longest, text.length - at); len >= 1 && step === 0; len -= 1) {
      if (readWord(index, text.slice(at, at + len), prefix)) step = len
    }
    if (step === 0) prefix.understood = false
    at += Math.max(step, 1)
  }
  return prefix
}

function readWord(index: Index, word: string, prefix: Prefix): boolean {
  const own = index.classes.get(word)
  if (own !== undefined) prefix.classes.add(own)
  const entry = lengthOf(word) >= 2 ? index.chinese(word) : undefined
  if (entry !== undefined) {
    const kind = ownKind(index, index.thingOf[entry])
    const lent = index.pack.lexicon.class_of_kind[kind.id]
    if (lent !== undefined) prefix.classes.add(lent)
    if (kind.dangerous) prefix.classes.add(HAZARD)
    prefix.things.push(entry)
  }
  if (own !== undefined || entry !== undefined) return true
  const state = index.before.get(word)
  if (state === undefined) return word === '的'
  if (state !== NEUTRAL) prefix.states.push(state)
  return true
}

function answer(index: Index, entry: number | null, kind: number, confidence: number): Found {
  const thing = entry === null ? null : index.thingOf[entry]
  return { hits: [{ thing, kind, matchedBy: 'part', confidence, entry }], candidates: [] }
}
