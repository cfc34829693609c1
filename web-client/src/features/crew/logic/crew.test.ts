import { describe, expect, it } from 'vitest'
import type { Operation, OperationAnswer } from '../types'
import { readLabel } from './day'
import {
  afterAnswers,
  afterFailure,
  asSent,
  bodyOf,
  canTakeBack,
  pendingOf,
  queued,
  ready,
  wakeUp,
} from './queue'

const op = (id: string, at: string, part: Partial<Operation> = {}): Operation => ({
  id,
  ref: '482719356',
  kind: 'collected',
  at,
  ...part,
})
const photo = { key: 'k', intent: 'i', uploaded: null, refused: false }
const answer = (id: string, part: Partial<OperationAnswer>): OperationAnswer => ({
  id,
  result: 'applied',
  repeated: false,
  ...part,
})

describe('the crew’s queue', () => {
  it('sends in the order of what happened, only one’s own, and photos when they are up', () => {
    const queue = [
      queued(op('b', '2026-11-27T02:00:00Z'), 'me'),
      queued(op('a', '2026-11-27T01:00:00Z'), 'me'),
      queued(op('c', '2026-11-27T00:00:00Z'), 'somebody else'),
      queued(op('d', '2026-11-27T00:00:00Z', { kind: 'photos' }), 'me', [photo]),
    ]
    expect(ready(queue, 'me', 0).map((each) => each.op.id)).toEqual(['a', 'b'])
    queue[3] = { ...queue[3], photos: [{ ...photo, uploaded: { id: 'p1' } as never }] }
    expect(ready(queue, 'me', 0).map((each) => each.op.id)).toEqual(['d', 'a', 'b'])
    expect(bodyOf(queue[3]).photo_ids).toEqual(['p1'])
  })

  it('tries again under the same ids, later each time, and at once when the signal is back', () => {
    let queue = [queued(op('a', '2026-11-27T01:00:00Z'), 'me')]
    queue = afterFailure(queue, ['a'], 1000, null)
    expect(ready(queue, 'me', 5_999)).toEqual([])
    expect(ready(queue, 'me', 6_000).map((each) => each.op.id)).toEqual(['a'])
    queue = afterFailure(queue, ['a'], 6_000, 60)
    expect(queue[0].next_try_at).toBe(66_000)
    expect(ready(wakeUp(queue), 'me', 6_001)).toHaveLength(1)
  })

  it('drops what was carried out and keeps what was not, with the reason', () => {
    const queue = ['a', 'b', 'c', 'd'].map((id) => queued(op(id, '2026-11-27T01:00:00Z'), 'me'))
    const after = afterAnswers(queue, [
      answer('a', {}),
      answer('b', { result: 'conflict', detail: '已改期' }),
      answer('c', { result: 'refused', errors: [{ field: 'weight_kg', message: '请称重' }] }),
    ])
    expect(after.map((each) => [each.op.id, each.state, each.detail])).toEqual([
      ['b', 'conflict', '已改期'],
      ['c', 'refused', '请称重'],
      ['d', 'waiting', ''],
    ])
  })

  it('lets an outcome be taken back until it was on its way', () => {
    const queue = [queued(op('a', '2026-11-27T01:00:00Z'), 'me')]
    expect(canTakeBack(queue[0])).toBe(true)
    expect(canTakeBack(asSent(queue, ['a'])[0])).toBe(false)
  })

  it('shows the last outcome of a stop, not its photos', () => {
    const queue = [
      queued(op('a', '2026-11-27T01:00:00Z', { kind: 'refused' }), 'me'),
      queued(op('b', '2026-11-27T01:00:00Z', { kind: 'photos' }), 'me'),
    ]
    expect(pendingOf(queue, '482719356')?.op.id).toBe('a')
    expect(pendingOf(queue, '111111111')).toBeNull()
  })
})

describe('a label', () => {
  it.each([
    ['https://wufei.cn/desk/pickups/scan/abcDEF_-123', { token: 'abcDEF_-123' }],
    ['482-719-356', { code: '482719356' }],
    ['482 719 356', { code: '482719356' }],
    ['https://elsewhere.cn/x', null],
    ['12345', null],
  ])('%s is read', (text, read) => expect(readLabel(text)).toEqual(read))
})
