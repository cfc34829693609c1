import { describe, expect, it } from 'vitest'
import type { BulkAnswer } from '../inbox/types'
import {
  UNDO_MS,
  bulkActions,
  bulkBody,
  bulkFaults,
  cannotBeUndone,
  clock,
  latest,
  noBulkValues,
  undoableOf,
} from './bulk'
import { STAFF_ROLES } from './roles'

const answer = (part: Partial<BulkAnswer>): BulkAnswer => ({
  id: '1',
  done: 2,
  refused: 0,
  undo_until: '2026-05-01T00:10:00Z',
  results: [],
  ...part,
})

describe('many at once', () => {
  it('is offered to those who work on cases only', () => {
    const able = STAFF_ROLES.filter((role) => bulkActions(role).length > 0)
    expect(able).toEqual(['handler', 'coordinator', 'verifier'])
    expect(bulkActions('handler')[0]).toBe('accept')
    expect(bulkActions('handler')).not.toContain('close')
  })
  it('asks for what each action needs', () => {
    const values = noBulkValues()
    expect(bulkFaults('accept', values)).toEqual({})
    expect(bulkFaults('hand_over', values)).toEqual({ staff_id: 'staff_id' })
    expect(bulkFaults('dispatch', values)).toEqual({ office: 'office', reason: 'reason' })
    expect(bulkFaults('verify', values)).toEqual({})
    expect(bulkFaults('extend', { ...values, hours: '401', reason: ' ' })).toEqual({
      hours: 'hours',
      reason: 'reason',
    })
  })
  it('sends code and version of each case and only the words of this action', () => {
    const values = { ...noBulkValues(), staff_id: 'p', note: 'left over', reason: ' 外出 ' }
    const cases = [{ code: '100000001', version: 3, extra: 1 }]
    expect(bulkBody('hand_over', cases, values)).toEqual({
      action: 'hand_over',
      cases: [{ code: '100000001', version: 3 }],
      params: { staff_id: 'p', reason: '外出' },
    })
    expect(bulkBody('accept', [], values).params).toEqual({})
    expect(bulkBody('note', [], values).params).toEqual({ note: 'left over', public: false })
  })
  it('warns before what people are told of at once', () => {
    expect(cannotBeUndone('accept')).toBe(false)
    expect(cannotBeUndone('close')).toBe(true)
  })
})

describe('taking back', () => {
  it('is possible for ten minutes by the time that passed here, whatever the clock says', () => {
    const step = undoableOf('accept', answer({ undo_until: '1999-01-01T00:00:00Z' }), 5_000)
    expect(step!.until).toBeLessThanOrEqual(5_000 + UNDO_MS)
    expect(latest([step!], 5_000)).toBe(step)
    expect(latest([step!], 5_000 + UNDO_MS)).toBeNull()
  })
  it('is not offered where nothing was done or nothing can be undone', () => {
    expect(undoableOf('accept', answer({ done: 0 }), 0)).toBeNull()
    expect(undoableOf('close', answer({ undo_until: null }), 0)).toBeNull()
  })
  it('begins with the last step', () => {
    const one = { id: '1', action: 'accept' as const, done: 1, until: 50 }
    const two = { id: '2', action: 'accept' as const, done: 1, until: 100 }
    expect(latest([one, two], 0)).toBe(two)
    expect(latest([two, one], 60)).toBe(two)
  })
  it('counts down in minutes and seconds', () => {
    expect([clock(UNDO_MS), clock(65_001), clock(9_000), clock(-1)]).toEqual([
      '10:00',
      '1:06',
      '0:09',
      '0:00',
    ])
  })
})
