import type { ModerationRuling, OwnModerationCase } from '@/shared/api/types'
import type { Month } from './api'

/** Where a case stands, in the words of its author. */
export type Standing =
  | 'waiting'
  | 'flagged'
  | 'approved'
  | 'refused'
  | 'appealing'
  | 'upheld'
  | 'overturned'
  | 'withdrawn'

type Known = Pick<OwnModerationCase, 'state' | 'cause'> & { appeal?: { state: string } | null }

export function standingOf(one: Known): Standing {
  if (one.state === 'withdrawn') return 'withdrawn'
  if (one.state === 'open') return one.cause === 'flags' ? 'flagged' : 'waiting'
  if (one.state === 'approved')
    return one.appeal?.state === 'overturned' ? 'overturned' : 'approved'
  if (one.appeal?.state === 'open') return 'appealing'
  return one.appeal?.state === 'upheld' ? 'upheld' : 'refused'
}

export const TONE: Record<Standing, 'wait' | 'good' | 'bad' | 'quiet'> = {
  waiting: 'wait',
  flagged: 'wait',
  appealing: 'wait',
  approved: 'good',
  overturned: 'good',
  refused: 'bad',
  upheld: 'bad',
  withdrawn: 'quiet',
}

/** A case as a notice tells of it: what was told at once may be settled by now. */
export function rulingOf(one: OwnModerationCase): ModerationRuling {
  const decision = { open: 'hold', refused: 'refuse', approved: 'publish', withdrawn: 'publish' }
  return {
    case_id: one.id,
    decision: decision[one.state] as ModerationRuling['decision'],
    reasons: one.reasons,
  }
}

/** The page on which the author changes what was refused, if there is one. */
export function pageToChange(one: OwnModerationCase): string | null {
  return one.subject_kind === 'listing' ? `/market/${one.subject_id}` : null
}

/** Months from the first in which anything happened, the oldest first. */
export function withoutEmptyStart(months: Month[]): Month[] {
  const ordered = [...months].sort((one, other) => one.month.localeCompare(other.month))
  const first = ordered.findIndex(
    (month) => month.published + month.held + month.refused + month.appeals > 0,
  )
  return first < 0 ? ordered.slice(-1) : ordered.slice(first)
}

export interface Span {
  unit: 'minutes' | 'hours' | 'days'
  n: number
}

/** A duration as people say it: nobody wants to read 2,880 minutes. */
export function spanOf(minutes: number): Span {
  if (minutes < 60) return { unit: 'minutes', n: Math.max(1, minutes) }
  if (minutes < 48 * 60) return { unit: 'hours', n: Math.round(minutes / 60) }
  return { unit: 'days', n: Math.round(minutes / 1440) }
}

/** Steps of an axis up to at least `most`: 1, 2 or 5 times a power of ten. */
export function axis(most: number): number[] {
  const rough = Math.max(1, most) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power)
  const steps = Math.ceil(Math.max(1, most) / step)
  return Array.from({ length: steps + 1 }, (_, index) => index * step)
}
