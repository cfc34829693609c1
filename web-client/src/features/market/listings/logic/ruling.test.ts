import { expect, test } from 'vitest'
import { rulingOf } from './ruling'

const moderation = { decision: 'hold' as const, reasons: [], case_id: 'c' }

test('what a person refused is refused, though the rules had only held it', () => {
  expect(rulingOf({ state: 'refused', moderation })).toMatchObject({
    decision: 'refuse',
    case_id: 'c',
  })
  expect(rulingOf({ state: 'held', moderation })?.decision).toBe('hold')
})

test('what is public, or was never handed in, has no ruling to show', () => {
  expect(rulingOf({ state: 'published', moderation })).toBeNull()
  expect(rulingOf({ state: 'draft', moderation: null })).toBeNull()
})
