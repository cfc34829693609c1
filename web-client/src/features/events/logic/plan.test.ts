import { describe, expect, it } from 'vitest'
import type { Stalls } from '../types'
import {
  countKinds,
  emptyGrid,
  gridOf,
  labelOf,
  painted,
  paintedLine,
  planOf,
  resized,
} from './plan'

describe('a stall plan', () => {
  it('is painted cell by cell, and the same again takes it off', () => {
    const one = painted(emptyGrid(2, 2), 0, 1, 'stall:ground')
    expect(one).toEqual([
      ['', 'stall:ground'],
      ['', ''],
    ])
    expect(painted(one, 0, 1, 'stall:ground')).toEqual(emptyGrid(2, 2))
    expect(painted(one, 0, 1, 'blocked')[0][1]).toBe('blocked')
  })
  it('is painted by whole rows and columns', () => {
    const row = paintedLine(emptyGrid(2, 3), 'stall:table', { row: 1 })
    expect(countKinds(row)).toEqual({ table: 3 })
    expect(paintedLine(row, 'stall:table', { row: 1 })).toEqual(emptyGrid(2, 3))
    expect(countKinds(paintedLine(row, 'stall:ground', { column: 0 }))).toEqual({
      ground: 2,
      table: 2,
    })
  })
  it('keeps what still fits when it changes its size', () => {
    const grid = painted(emptyGrid(2, 2), 1, 1, 'entrance')
    expect(resized(grid, 3, 2)[1][1]).toBe('entrance')
    expect(resized(grid, 1, 2)).toEqual([['', '']])
  })
  it('is the same after the server has kept it', () => {
    const grid = [
      ['stall:ground', 'blocked'],
      ['', 'entrance'],
    ]
    const plan = planOf(grid, { ground: 500 })
    expect(plan).toEqual({
      rows: 2,
      columns: 2,
      prices: { ground: 500 },
      cells: [
        { row: 0, column: 0, is: 'stall', stall_kind: 'ground' },
        { row: 0, column: 1, is: 'blocked' },
        { row: 1, column: 1, is: 'entrance' },
      ],
    })
    const view = {
      rows: 2,
      columns: 2,
      stalls: [{ row: 0, column: 0, stall_kind: 'ground' }],
      other_cells: plan.cells.slice(1),
    } as unknown as Stalls
    expect(gridOf(view)).toEqual(grid)
    expect(labelOf(1, 2)).toBe('B3')
  })
})
