import { expect, it } from 'vitest'
import { mondayOf, weekOf } from './dates'
import { sumBy } from './figures'

const figure = (month: string, group: string, pieces: number, kg: number) =>
  ({ month, township: '220605001', group, pieces, kg, bookings: 1 }) as never

it('sums over the other dimensions, the most first', () => {
  const figures = [
    figure('2026-10', 'furniture', 2, 60),
    figure('2026-11', 'appliances', 5, 200),
    figure('2026-11', 'furniture', 1, 30),
  ]
  expect(sumBy(figures, ({ group }) => group)).toEqual([
    { id: 'appliances', pieces: 5, kg: 200, bookings: 1 },
    { id: 'furniture', pieces: 3, kg: 90, bookings: 2 },
  ])
})

it('begins a week on Monday, over the ends of months and years', () => {
  expect(mondayOf('2026-11-29')).toBe('2026-11-23')
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  expect(weekOf(mondayOf('2027-01-01'))).toEqual([
    '2026-12-28',
    '2026-12-29',
    '2026-12-30',
    '2026-12-31',
    '2027-01-01',
    '2027-01-02',
    '2027-01-03',
  ])
})
