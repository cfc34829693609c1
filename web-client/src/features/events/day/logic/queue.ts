// What a device did, as pure steps: work in, work out. Each step runs inside one transaction of
// IndexedDB, so that several tabs number their operations one after the other and none is lost.
import { nextTry } from '@/shared/util/backoff'
import type { Action, Answer, Operation, Reason, Result } from '../types'

export const MAX_BATCH = 100
/** An operation whose book was not there yet is asked after again. */
const ASK_AGAIN_MS = 60_000
/** Longer than a request may take: two tabs do not send the same at once, a closed one does not block. */
export const LEASE_MS = 30_000
/** What was done last, to look back on. */
const KEEP_DONE = 60

export interface Queued {
  op: Operation
  /** The book's title, or what else tells a person what this was about. */
  about: string
  answer: { result: Result; reason: Reason | 'unreadable' | null } | null
  /** The snapshot of this device already holds what it did. */
  settled: boolean
  /** A person has read what became of it. */
  seen: boolean
  attempts: number
  next_try_at: number
}

/** A picture that is not up yet; its operation is numbered once it is. */
export interface WaitingPicture {
  key: string
  intent: string
  book: string
}

export interface Work {
  /** The number given last. */
  seq: number
  ops: Queued[]
  pictures: WaitingPicture[]
  /** What the server said it has. */
  arrived: number
  highest: number
  lease: { tab: string; until: number } | null
}

export const emptyWork = (): Work => ({
  seq: 0,
  ops: [],
  pictures: [],
  arrived: 0,
  highest: 0,
  lease: null,
})

export interface Step {
  id: string
  at: string
  action: Action
  about: string
}

/** Numbers and queues what was done. */
export function record(work: Work, steps: Step[]): Work {
  let { seq } = work
  const added = steps.map(({ id, at, action, about }): Queued => {
    seq += 1
    return {
      op: { ...action, id, seq, at },
      about,
      answer: null,
      settled: false,
      seen: false,
      attempts: 0,
      next_try_at: 0,
    }
  })
  return { ...work, seq, ops: [...work.ops, ...added] }
}

export const isWaiting = (each: Queued): boolean => each.answer === null
const isOpen = (each: Queued): boolean => isWaiting(each) || each.answer?.result === 'pending'

/** The next batch, in the order in which it was done. */
export function ready(work: Work, now: number): Queued[] {
  return work.ops
    .filter((each) => isOpen(each) && each.next_try_at <= now)
    .sort((a, b) => a.op.seq - b.op.seq)
    .slice(0, MAX_BATCH)
}

export function afterAnswers(
  work: Work,
  { answers, arrived, highest_seq }: { answers: Answer[]; arrived: number; highest_seq: number },
  now: number,
): Work {
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  const ops = work.ops.map((each): Queued => {
    const answer = byId.get(each.op.id)
    if (!answer) return each
    const { result, reason = null } = answer
    // The id is known with other content: what was meant by it is there.
    if (reason === 'id_reused')
      return { ...each, answer: { result: 'applied', reason: null }, attempts: 0 }
    if (each.answer?.result === result && each.answer.reason === reason)
      return { ...each, next_try_at: now + ASK_AGAIN_MS }
    return {
      ...each,
      answer: { result, reason },
      settled: false,
      seen: false,
      attempts: 0,
      next_try_at: result === 'pending' ? now + ASK_AGAIN_MS : 0,
    }
  })
  // Its number was given to another operation: it goes again under the next free one.
  let seq = Math.max(work.seq, highest_seq)
  const renumbered = ops.map((each) => {
    if (each.answer?.reason !== 'seq_reused') return each
    seq += 1
    return { ...each, op: { ...each.op, seq }, answer: null, next_try_at: 0 }
  })
  return { ...work, seq, ops: renumbered, arrived, highest: highest_seq }
}

/** No answer arrived: the same ids go again, after a while. */
export function afterFailure(work: Work, ids: string[], now: number, wait: number | null): Work {
  return {
    ...work,
    ops: work.ops.map((each) => {
      if (!ids.includes(each.op.id)) return each
      const attempts = each.attempts + 1
      return { ...each, attempts, next_try_at: nextTry(attempts, now, wait) }
    }),
  }
}

/** The server cannot read it at all: only a person can do it again. */
export const asUnreadable = (work: Work, id: string): Work => ({
  ...work,
  ops: work.ops.map((each) =>
    each.op.id === id ? { ...each, answer: { result: 'refused', reason: 'unreadable' } } : each,
  ),
})

export const wakeUp = (work: Work): Work => ({
  ...work,
  ops: work.ops.map((each) => ({ ...each, next_try_at: 0 })),
})

/** What was answered before a snapshot was asked for is in it. */
export function settle(work: Work, ids: string[]): Work {
  const ops = work.ops.map((each) =>
    ids.includes(each.op.id) && !isOpen(each) ? { ...each, settled: true } : each,
  )
  const spent = ops.filter((each) => each.settled && !needsLook(each)).map(({ op }) => op.id)
  const gone = new Set(spent.slice(0, Math.max(0, spent.length - KEEP_DONE)))
  return { ...work, ops: ops.filter(({ op }) => !gone.has(op.id)) }
}

/** Somebody has to read what became of it. */
export const needsLook = ({ answer, seen }: Queued): boolean =>
  !seen &&
  answer !== null &&
  (answer.result === 'conflict' ||
    answer.result === 'refused' ||
    answer.result === 'pending' ||
    answer.reason !== null)

export const read = (work: Work, id: string): Work => ({
  ...work,
  ops: work.ops.map((each) => (each.op.id === id ? { ...each, seen: true } : each)),
})

/**
 * The phone got a new token: what the old device did not get rid of is handed in by the new one,
 * under the same ids.
 */
export function adopt(work: Work, from: Work): Work {
  let { seq } = work
  const moved = from.ops
    .filter(isOpen)
    .sort((a, b) => a.op.seq - b.op.seq)
    .map((each): Queued => {
      seq += 1
      return { ...each, op: { ...each.op, seq }, answer: null, attempts: 0, next_try_at: 0 }
    })
  return {
    ...work,
    seq,
    ops: [...work.ops, ...moved],
    pictures: [...work.pictures, ...from.pictures],
  }
}

/** Takes the right to send, where no other tab holds it. */
export function takeLease(work: Work, tab: string, now: number): Work {
  const { lease } = work
  // A clock set back must not lock the device out of its own queue.
  const held = lease && lease.tab !== tab && lease.until > now && lease.until < now + 2 * LEASE_MS
  return held ? work : { ...work, lease: { tab, until: now + LEASE_MS } }
}

export const dropLease = (work: Work, tab: string): Work =>
  work.lease?.tab === tab ? { ...work, lease: null } : work
