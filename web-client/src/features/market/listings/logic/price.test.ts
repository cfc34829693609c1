import { expect, test } from 'vitest'
import { fenOf, yuan } from './price'

test('a price is typed in yuan and kept in fen', () => {
  for (const [text, fen] of [
    ['30', 3000],
    [' 12.5 ', 1250],
    ['0.05', 5],
    ['３０', 3000],
  ] as const)
    expect(fenOf(text)).toBe(fen)
  for (const bad of ['', '-1', '1.234', 'abc', '12345678', '1e3', '.5'])
    expect(fenOf(bad)).toBeNull()
  expect([yuan(3000), yuan(1250), yuan(5), yuan(1205)]).toEqual(['30', '12.5', '0.05', '12.05'])
})
