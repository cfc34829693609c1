import type { OwnListing, Ruling } from '../types'

/**
 * What the owner is told about a listing that is not public. The rules may have held it and a
 * person refused it since: the state is what counts.
 */
export function rulingOf(own: Pick<OwnListing, 'state' | 'moderation'>): Ruling | null {
  const { state, moderation } = own
  if (state !== 'held' && state !== 'refused') return null
  return {
    decision: state === 'held' ? 'hold' : 'refuse',
    reasons: moderation?.reasons ?? [],
    case_id: moderation?.case_id,
  }
}
