import { expect, it } from 'vitest'
import type { MarketMonth } from '../asks/types'
import { axisTop, barsOf } from './months'

const row = (month: string, grams: number | null): MarketMonth => ({
  month,
  category: { id: 'furniture', name: '家具' },
  handovers: grams === null ? null : 6,
  pieces: grams === null ? null : 6,
  low_g: grams === null ? null : grams / 2,
  typical_g: grams,
  high_g: grams === null ? null : grams * 2,
})

it('sums a month and says where something is kept back', () => {
  expect(barsOf([row('2026-11', 4000), row('2026-10', 1000), row('2026-11', null)])).toEqual([
    { month: '2026-10', low: 500, typical: 1000, high: 2000, partly: false },
    { month: '2026-11', low: 2000, typical: 4000, high: 8000, partly: true },
  ])
})

it('ends the axis at a round number', () => {
  expect([0, 7, 12, 48, 51, 1000].map(axisTop)).toEqual([1, 10, 20, 50, 100, 1000])
})
