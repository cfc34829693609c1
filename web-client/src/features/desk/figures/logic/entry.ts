// A quarter's figures as they are typed.
import type { TargetBody, TargetPart } from '../types'

export interface Typed {
  numerator: string
  denominator: string
  note: string
  reason: string
}

/** Full-width digits and separators of thousands are what gets pasted from a table. */
export function parseAmount(text: string): number | null {
  const plain = text
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。]/g, '.')
    .replace(/[\s,，]/g, '')
  return /^\d{1,12}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null
}

/** 0 to 1; nothing where it cannot be said yet. */
export function shareOf(typed: Pick<Typed, 'numerator' | 'denominator'>): number | null {
  const above = parseAmount(typed.numerator)
  const below = parseAmount(typed.denominator)
  return above === null || below === null || below === 0 ? null : above / below
}

/** Points from the quarter before. */
export function jumpOf(share: number | null, last: number | null | undefined): number | null {
  return share === null || last == null ? null : Math.abs(share - last) * 100
}

export function met(
  target: { direction: 'at_least' | 'at_most'; percent: number },
  share: number,
): boolean {
  // A share of two decimals' worth of binary dust must not miss 85 %.
  const points = Math.round(share * 1e8) / 1e6
  return target.direction === 'at_least' ? points >= target.percent : points <= target.percent
}

/** After the deadline only a correction is asked for its reason, not a first entry. */
export const needsReason = (part: Pick<TargetPart, 'version'>, isOver: boolean): boolean =>
  isOver && part.version > 0

export type Faults = Partial<Record<keyof Typed, 'number' | 'exceeds' | 'reason'>>

export function check(typed: Typed, part: Pick<TargetPart, 'version'>, isOver: boolean): Faults {
  const faults: Faults = {}
  const above = parseAmount(typed.numerator)
  const below = parseAmount(typed.denominator)
  if (above === null) faults.numerator = 'number'
  if (below === null) faults.denominator = 'number'
  if (above !== null && below !== null && above > below) faults.numerator = 'exceeds'
  if (needsReason(part, isOver) && Array.from(typed.reason.trim()).length < 4)
    faults.reason = 'reason'
  return faults
}

export function bodyOf(
  typed: Typed,
  part: Pick<TargetPart, 'version' | 'township'>,
  isOver: boolean,
  confirm: boolean,
): TargetBody {
  return {
    numerator: parseAmount(typed.numerator) ?? 0,
    denominator: parseAmount(typed.denominator) ?? 0,
    version: part.version,
    ...(typed.note.trim() ? { note: typed.note.trim() } : {}),
    ...(needsReason(part, isOver) ? { reason: typed.reason.trim() } : {}),
    ...(part.township ? { township: part.township.id } : {}),
    ...(confirm ? { confirm: true } : {}),
  }
}

export const typedOf = (part: TargetPart): Typed => ({
  numerator: part.numerator == null ? '' : String(part.numerator),
  denominator: part.denominator == null ? '' : String(part.denominator),
  note: part.note ?? '',
  reason: '',
})

export const keyOf = (part: TargetPart): string => part.township?.id ?? ''
