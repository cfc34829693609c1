import { describe, expect, it } from 'vitest'
import { getItem, updateItem } from '@/shared/util/idb'
import type { Answer } from '../types'
import {
  adopt,
  afterAnswers,
  afterFailure,
  asUnreadable,
  dropLease,
  emptyWork,
  needsLook,
  read,
  ready,
  record,
  settle,
  takeLease,
  wakeUp,
  type Step,
  type Work,
} from './queue'

const step = (id: string): Step => ({
  id,
  at: '2026-11-27T01:00:00Z',
  action: { kind: 'shelve', book: 'b' },
  about: '小王子',
})
const answer = (id: string, part: Partial<Answer> = {}): Answer => ({
  id,
  result: 'applied',
  reason: null,
  repeated: false,
  ...part,
})
const answered = (work: Work, answers: Answer[], now = 0) =>
  afterAnswers(work, { answers, arrived: answers.length, highest_seq: answers.length }, now)
const ids = (list: { op: { id: string } }[]) => list.map(({ op }) => op.id)

describe('a device’s queue', () => {
  it('counts from one without gaps', () => {
    const work = record(record(emptyWork(), [step('a'), step('b')]), [step('c')])
    expect(work.ops.map(({ op }) => op.seq)).toEqual([1, 2, 3])
    expect(work.seq).toBe(3)
  })

  it('counts without gaps when several tabs record at once', async () => {
    const tabs = Array.from({ length: 40 }, (_, n) =>
      updateItem<Work>('event_days', 'work', (before) =>
        record(before ?? emptyWork(), [step(`op-${n}`)]),
      ),
    )
    await Promise.all(tabs)
    const work = (await getItem<Work>('event_days', 'work'))!
    expect(work.ops.map(({ op }) => op.seq)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    expect(new Set(ids(work.ops)).size).toBe(40)
  })

  it('hands in a hundred at once, in order', () => {
    const work = record(
      emptyWork(),
      Array.from({ length: 130 }, (_, n) => step(`op-${n}`)),
    )
    const batch = ready({ ...work, ops: work.ops.reverse() }, 0)
    expect(batch).toHaveLength(100)
    expect(batch[0].op.seq).toBe(1)
    expect(batch[99].op.seq).toBe(100)
  })

  it('keeps what got no answer and sends it again as it was, later each time', () => {
    const before = record(emptyWork(), [step('a')])
    const after = afterFailure(before, ['a'], 1_000, null)
    expect(after.ops[0].op).toEqual(before.ops[0].op)
    expect(ready(after, 5_999)).toEqual([])
    expect(ids(ready(after, 6_000))).toEqual(['a'])
    expect(ids(ready(wakeUp(after), 0))).toEqual(['a'])
    expect(afterFailure(after, ['a'], 0, 60).ops[0].next_try_at).toBe(60_000)
  })

  it('asks again after what waits for its book, and hears when it was applied', () => {
    let work = record(emptyWork(), [step('a')])
    work = answered(work, [answer('a', { result: 'pending', reason: 'book_unknown' })], 1_000)
    expect(ready(work, 2_000)).toEqual([])
    expect(ids(ready(work, 61_000))).toEqual(['a'])
    work = answered(work, [answer('a', { repeated: true })], 61_000)
    expect(ready(work, 999_000)).toEqual([])
    expect(work.ops[0].answer).toEqual({ result: 'applied', reason: null })
  })

  it('speaks up again when what was pending and read turns into a conflict', () => {
    let work = record(emptyWork(), [step('a')])
    work = answered(work, [answer('a', { result: 'pending', reason: 'book_unknown' })])
    work = read(work, 'a')
    expect(work.ops.filter(needsLook)).toEqual([])
    work = answered(work, [answer('a', { result: 'conflict', reason: 'already_taken' })])
    expect(ids(work.ops.filter(needsLook))).toEqual(['a'])
  })

  it('shows what a person must know until it is read', () => {
    let work = record(emptyWork(), ['a', 'b', 'c', 'd', 'e'].map(step))
    work = answered(work, [
      answer('a'),
      answer('b', { result: 'conflict', reason: 'already_taken' }),
      answer('c', { reason: 'overdrawn' }),
      answer('d', { result: 'superseded' }),
    ])
    work = asUnreadable(work, 'e')
    expect(ids(work.ops.filter(needsLook))).toEqual(['b', 'c', 'e'])
    expect(ids(read(work, 'b').ops.filter(needsLook))).toEqual(['c', 'e'])
  })

  it('goes under the next number where its own was used', () => {
    const work = record(emptyWork(), [step('a')])
    const after = afterAnswers(
      work,
      {
        answers: [answer('a', { result: 'refused', reason: 'seq_reused' })],
        arrived: 9,
        highest_seq: 9,
      },
      0,
    )
    expect(after.ops[0]).toMatchObject({ op: { id: 'a', seq: 10 }, answer: null })
    expect(record(after, [step('b')]).ops[1].op.seq).toBe(11)
  })

  it('forgets what a snapshot holds, but the last ones and what nobody has read', () => {
    const steps = Array.from({ length: 100 }, (_, n) => step(`op-${n}`))
    const all = ids(record(emptyWork(), steps).ops)
    let work = answered(record(emptyWork(), steps), [
      ...all.slice(1, 99).map((id) => answer(id)),
      answer('op-0', { result: 'conflict', reason: 'already_taken' }),
    ])
    work = settle(work, all)
    expect(work.ops).toHaveLength(62)
    expect(work.ops[0].op.id).toBe('op-0')
    expect(work.ops[work.ops.length - 1]).toMatchObject({ op: { id: 'op-99' }, settled: false })
  })

  it('moves to a new device under the same ids', () => {
    const old = answered(record(emptyWork(), [step('a'), step('b'), step('c')]), [answer('a')])
    const work = adopt(record(emptyWork(), [step('x')]), old)
    expect(work.ops.map(({ op }) => [op.id, op.seq])).toEqual([
      ['x', 1],
      ['b', 2],
      ['c', 3],
    ])
    // The server had it, only its answer was lost.
    const after = answered(work, [answer('b', { result: 'refused', reason: 'id_reused' })])
    expect(after.ops[1].answer).toEqual({ result: 'applied', reason: null })
  })

  it('is sent by one tab at a time; a closed tab or a wrong clock blocks nobody', () => {
    const held = takeLease(emptyWork(), 'one', 1_000)
    expect(takeLease(held, 'two', 2_000).lease?.tab).toBe('one')
    expect(takeLease(held, 'two', 32_000).lease?.tab).toBe('two')
    expect(takeLease(held, 'two', -100_000).lease?.tab).toBe('two')
    expect(dropLease(held, 'two').lease?.tab).toBe('one')
    expect(dropLease(held, 'one').lease).toBeNull()
  })
})
