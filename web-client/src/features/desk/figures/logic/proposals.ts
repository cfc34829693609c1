// Who may do what with a proposal, and what it did.
import type { Me } from '@/shared/api/types'
import type { Kind, Proposal, ProposalState } from '../types'

export const KINDS: Kind[] = ['camera', 'sign', 'collection_point', 'lighting', 'patrol']
export const STATES: ProposalState[] = ['proposed', 'accepted', 'done', 'declined']
/** Signs that a text of the server's least length still says something. */
export const LEAST = 4
export const MOST = 500

type Person = Pick<Me, 'role' | 'office'> | null | undefined

export const mayPropose = (me: Person): boolean =>
  me?.role === 'handler' || me?.role === 'coordinator'

export function stepsFor(me: Person, proposal: Pick<Proposal, 'state' | 'office'>): Step[] {
  if (proposal.state === 'proposed') return me?.role === 'coordinator' ? ['accept', 'decline'] : []
  if (proposal.state !== 'accepted') return []
  const own = me?.role === 'handler' && me.office?.id === proposal.office?.id
  return own || me?.role === 'coordinator' ? ['done'] : []
}
export type Step = 'accept' | 'decline' | 'done'

export const longEnough = (text: string): boolean => Array.from(text.trim()).length >= LEAST
