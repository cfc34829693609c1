import { expect, test } from 'vitest'
import type { OwnModerationCase } from '@/shared/api/types'
import type { Month } from './api'
import { axis, rulingOf, spanOf, standingOf, withoutEmptyStart } from './logic'

const month = (name: string, held = 0): Month => ({
  month: name,
  published: 0,
  held,
  refused: 0,
  approved_by_people: 0,
  refused_by_people: 0,
  appeals: 0,
  overturned: 0,
})

test('a case stands where its state, its cause and its appeal put it', () => {
  const standing = (
    state: OwnModerationCase['state'],
    appeal: string | null = null,
    cause: OwnModerationCase['cause'] = 'rules',
  ) => standingOf({ state, cause, appeal: appeal ? { state: appeal } : null })
  expect(standing('open')).toBe('waiting')
  expect(standing('open', null, 'flags')).toBe('flagged')
  expect(standing('approved')).toBe('approved')
  expect(standing('approved', 'overturned')).toBe('overturned')
  expect(standing('refused')).toBe('refused')
  expect(standing('refused', 'open')).toBe('appealing')
  expect(standing('refused', 'upheld')).toBe('upheld')
  expect(standing('withdrawn')).toBe('withdrawn')
})

test('what was held and is settled now is told as it is now', () => {
  const one = { id: 'x', reasons: [] } as unknown as OwnModerationCase
  expect(rulingOf({ ...one, state: 'open' }).decision).toBe('hold')
  expect(rulingOf({ ...one, state: 'refused' }).decision).toBe('refuse')
  expect(rulingOf({ ...one, state: 'approved' })).toEqual({
    case_id: 'x',
    decision: 'publish',
    reasons: [],
  })
})

test('months before the service began are no row, the current one always is', () => {
  const months = [month('2026-11'), month('2026-10', 3), month('2026-09')]
  expect(withoutEmptyStart(months).map((one) => one.month)).toEqual(['2026-10', '2026-11'])
  expect(withoutEmptyStart([month('2026-11'), month('2026-10')]).map((one) => one.month)).toEqual([
    '2026-11',
  ])
})

test('durations are said in the unit a person would choose', () => {
  expect(spanOf(0)).toEqual({ unit: 'minutes', n: 1 })
  expect(spanOf(59)).toEqual({ unit: 'minutes', n: 59 })
  expect(spanOf(100)).toEqual({ unit: 'hours', n: 2 })
  expect(spanOf(2880)).toEqual({ unit: 'days', n: 2 })
})

test('an axis has whole, round steps and reaches the largest value', () => {
  expect(axis(0)).toEqual([0, 1])
  expect(axis(3)).toEqual([0, 1, 2, 3])
  expect(axis(9)).toEqual([0, 5, 10])
  expect(axis(130)).toEqual([0, 50, 100, 150])
})
