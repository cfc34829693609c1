import { describe, expect, it } from 'vitest'
import { MOST_SELECTED, all, extent, kept, nothing, ranged, toggled } from './selection'

const rows = ['a', 'b', 'c', 'd', 'e']

describe('ticking rows', () => {
  it('ticks and takes the tick away', () => {
    const one = toggled(nothing(), 'b')
    expect(one).toEqual({ codes: ['b'], anchor: 'b' })
    expect(toggled(one, 'b').codes).toEqual([])
  })
  it('ticks a range down and up, keeping what was ticked elsewhere', () => {
    const from = toggled(toggled(nothing(), 'e'), 'b')
    expect(ranged(from, 'd', rows).codes).toEqual(['e', 'b', 'c', 'd'])
    expect(ranged(toggled(nothing(), 'd'), 'b', rows).codes).toEqual(['d', 'b', 'c'])
  })
  it('ticks one row where no range begins', () => {
    expect(ranged(nothing(), 'c', rows).codes).toEqual(['c'])
    expect(ranged({ codes: ['x'], anchor: 'x' }, 'c', rows).codes).toEqual(['x', 'c'])
  })
  it('never holds more than the server takes', () => {
    const many = Array.from({ length: 300 }, (_, at) => `c${at}`)
    expect(all(many).codes).toHaveLength(MOST_SELECTED)
    expect(ranged(toggled(nothing(), 'c0'), 'c299', many).codes).toHaveLength(MOST_SELECTED)
    expect(toggled(all(many), 'more').codes).toHaveLength(MOST_SELECTED)
  })
  it('drops rows that are not in the list any more', () => {
    expect(kept({ codes: ['a', 'x'], anchor: 'x' }, rows)).toEqual({ codes: ['a'], anchor: '' })
  })
  it('says how much of the list is ticked', () => {
    expect(extent(nothing(), rows)).toBe('none')
    expect(extent(toggled(nothing(), 'a'), rows)).toBe('some')
    expect(extent(all(rows), rows)).toBe('all')
    expect(extent(nothing(), [])).toBe('none')
  })
})
