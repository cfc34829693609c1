import type { Grouping } from '../types'

export const GROUPINGS: Grouping[] = ['office', 'township', 'category', 'month']

/** From an address, which anybody can write. */
export const groupingOf = (value: unknown): Grouping =>
  GROUPINGS.find((grouping) => grouping === value) ?? 'office'
