import { expect, test } from 'vitest'
import { intents } from './intents'

test('a retry has the key of the first try; other content has another', () => {
  let made = 0
  const intentOf = intents(() => `key ${(made += 1)}`)
  expect([intentOf('a'), intentOf('a'), intentOf('b'), intentOf('b')]).toEqual([
    'key 1',
    'key 1',
    'key 2',
    'key 2',
  ])
  expect(intents()('')).not.toBe('')
})
