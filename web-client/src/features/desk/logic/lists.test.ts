import { describe, expect, it } from 'vitest'
import type { SavedFilter } from '../inbox/types'
import { addDays, dayOf, dayStart, isDay, nextDay } from '@/shared/util/today'
import { sideOfCluster } from './map'
import { stepped } from './rows'
import { moves, sharesOf, shownCount } from './saved'
import { byLoad } from './workloads'

describe('kept filters', () => {
  const own = (...positions: number[]) =>
    positions.map((position, at) => ({ id: `f${at}`, version: at + 1, position }) as SavedFilter)

  it('move by changing as few as possible', () => {
    expect(moves(own(0, 1, 2), 'f2', -1)).toEqual([
      { id: 'f2', version: 3, position: 1 },
      { id: 'f1', version: 2, position: 2 },
    ])
    expect(moves(own(0, 1), 'f0', -1)).toEqual([])
    expect(moves(own(0, 1), 'f1', 1)).toEqual([])
    expect(moves(own(0), 'unknown', 1)).toEqual([])
  })
  it('move even where two had the same place', () => {
    expect(moves(own(0, 0, 0), 'f1', -1)).toEqual([
      { id: 'f0', version: 1, position: 1 },
      { id: 'f2', version: 3, position: 2 },
    ])
  })
  it('are shared as far as the role reaches', () => {
    expect(sharesOf('handler', true)).toEqual(['own', 'office'])
    expect(sharesOf('coordinator', false)).toEqual(['own', 'everybody'])
    expect(sharesOf('verifier', false)).toEqual(['own'])
  })
  it('say when there may be more', () => {
    expect([shownCount('1,000', true), shownCount('37', false)]).toEqual(['1,000+', '37'])
  })
})

describe('going through the rows', () => {
  it('begins at the top and stays within', () => {
    expect(stepped(['a', 'b'], '', 1)).toBe('a')
    expect(stepped(['a', 'b'], 'a', 1)).toBe('b')
    expect(stepped(['a', 'b'], 'b', 1)).toBe('b')
    expect(stepped(['a', 'b'], 'a', -1)).toBe('a')
    expect(stepped([], 'a', 1)).toBeNull()
  })
})

describe('colleagues', () => {
  it('with the least in hand come first, unknown ones last', () => {
    const people = ['x', 'y', 'z'].map((id) => ({ id, name: id.toUpperCase() }))
    const loads = [
      { id: 'x', name: 'X', open: 9, overdue: 0, urgent: 0 },
      { id: 'z', name: 'Z', open: 2, overdue: 1, urgent: 0 },
    ]
    expect(byLoad(people, loads).map(({ id }) => id)).toEqual(['z', 'x', 'y'])
    expect(byLoad(people, []).map(({ id }) => id)).toEqual(['x', 'y', 'z'])
  })
})

describe('the district’s days', () => {
  it('begin at midnight there', () => {
    expect(dayStart('2026-05-01')).toBe('2026-05-01T00:00:00+08:00')
    expect([nextDay('2026-12-31'), addDays('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28'])
    expect(dayOf('2026-04-30T16:00:00Z', 0)).toBe('2026-05-01')
    expect(dayOf('2026-06-01T00:00:00+08:00', -1)).toBe('2026-05-31')
    expect(dayOf('', 0)).toBe('')
    expect([isDay('2026-02-28'), isDay('2026-2-8'), isDay('2026-13-01')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('the map', () => {
  it('draws more as larger, within bounds', () => {
    expect([9, 10, 50, 999, 100_000].map(sideOfCluster)).toEqual([42, 50, 58, 58, 66])
  })
})
