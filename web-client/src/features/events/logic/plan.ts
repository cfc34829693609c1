// A stall plan as the organiser draws it: a grid of cells, each with one thing on it or nothing.
import type { StallCell, StallPlan, Stalls } from '../types'

export type Brush =
  { is: 'stall'; kind: string } | { is: 'blocked' } | { is: 'entrance' } | { is: 'nothing' }
/** `stall:<kind>`, `blocked`, `entrance`, or '' */
export type Grid = string[][]

export const MAX_ROWS = 26
export const MAX_COLUMNS = 26

export const markOf = (brush: Brush): string =>
  brush.is === 'stall' ? `stall:${brush.kind}` : brush.is === 'nothing' ? '' : brush.is

export const emptyGrid = (rows: number, columns: number): Grid =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => ''))

/** What lies outside is lost, what is inside stays where it is. */
export const resized = (grid: Grid, rows: number, columns: number): Grid =>
  emptyGrid(rows, columns).map((row, r) => row.map((_, c) => grid[r]?.[c] ?? ''))

/** Painting what is there already takes it off again. */
export function painted(grid: Grid, row: number, column: number, mark: string): Grid {
  return grid.map((line, r) =>
    r !== row ? line : line.map((cell, c) => (c !== column ? cell : cell === mark ? '' : mark)),
  )
}
export function paintedLine(grid: Grid, mark: string, at: { row?: number; column?: number }): Grid {
  const inLine = (r: number, c: number) => r === at.row || c === at.column
  const cells = grid.flatMap((line, r) => line.filter((_, c) => inLine(r, c)))
  const next = cells.every((cell) => cell === mark) ? '' : mark
  return grid.map((line, r) => line.map((cell, c) => (inLine(r, c) ? next : cell)))
}

export const rowLetter = (row: number): string => String.fromCharCode(65 + row)
export const labelOf = (row: number, column: number): string => `${rowLetter(row)}${column + 1}`

export function gridOf(plan: Stalls): Grid {
  const grid = emptyGrid(plan.rows, plan.columns)
  for (const stall of plan.stalls) grid[stall.row][stall.column] = `stall:${stall.stall_kind}`
  for (const cell of plan.other_cells) grid[cell.row][cell.column] = cell.is
  return grid
}

export function planOf(grid: Grid, prices: Record<string, number>): StallPlan {
  const cells: StallCell[] = []
  grid.forEach((line, r) =>
    line.forEach((mark, c) => {
      if (mark === '') return
      const [is, kind] = mark.split(':')
      cells.push({
        row: r,
        column: c,
        is: is as StallCell['is'],
        ...(kind ? { stall_kind: kind } : {}),
      })
    }),
  )
  return { rows: grid.length, columns: grid[0]?.length ?? 0, cells, prices }
}

/** How many stalls of each kind are drawn. */
export function countKinds(grid: Grid): Record<string, number> {
  const found: Record<string, number> = {}
  for (const mark of grid.flat()) {
    const kind = mark.startsWith('stall:') ? mark.slice(6) : ''
    if (kind) found[kind] = (found[kind] ?? 0) + 1
  }
  return found
}
