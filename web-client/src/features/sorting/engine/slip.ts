// One slip of the pen between what was typed and a name; the twin of search/slip.rs.
import type { Text } from './text.ts'

/** Positions count characters of the longer of the two. */
export type Slip =
  /** Another character at this position. */
  | { kind: 'other'; at: number }
  /** Two neighbours changed places, the first at this position. */
  | { kind: 'swapped'; at: number }
  /** The name has a character here that was not typed. */
  | { kind: 'missing'; at: number }
  /** A character was typed here that the name does not have. */
  | { kind: 'extra'; at: number }

/** The one slip that separates the two; `null` when they are equal or further apart. */
export function slip(typed: Text, name: Text): Slip | null {
  const longer = typed.length - name.length
  if (longer > 1 || longer < -1) return null
  const shorter = Math.min(typed.length, name.length)
  let before = 0
  while (before < shorter && typed.code(before) === name.code(before)) before += 1
  let after = 0
  const most = shorter - before
  while (
    after < most &&
    typed.code(typed.length - 1 - after) === name.code(name.length - 1 - after)
  ) {
    after += 1
  }
  const apart = shorter - before - after
  if (longer === 0) {
    if (apart === 1) return { kind: 'other', at: before }
    const swapped =
      apart === 2 &&
      typed.code(before) === name.code(before + 1) &&
      typed.code(before + 1) === name.code(before)
    return swapped ? { kind: 'swapped', at: before } : null
  }
  if (apart !== 0) return null
  return { kind: longer < 0 ? 'missing' : 'extra', at: before }
}
