// Who may do what with the parties on a case, as the server sees it: nothing is offered that it
// would answer with 403.
import type { Me, Status } from '@/shared/api/types'
import type { CaseView } from '../types'
import type { ConsultationView, LinkView, PartView } from './types'

type Case = Pick<CaseView, 'lead' | 'status' | 'parts' | 'consultations' | 'links'>
type Who = Pick<Me, 'role' | 'office'>

const OVER: Status[] = ['closed', 'rejected', 'merged']
const DEALT_WITH: Status[] = ['dispatched', 'reopened', 'accepted', 'extended']
export const MAX_OPEN_PARTS = 8
export const MAX_OPEN_LINKS = 10

export const officeOf = (me: Who): string | null => me.office?.id ?? null

export const isOver = (view: Pick<Case, 'status'>): boolean => OVER.includes(view.status)

/** The office that leads, or a coordinator. */
export const leads = (view: Case, me: Who): boolean =>
  me.role === 'coordinator' || (me.role === 'handler' && officeOf(me) === view.lead.id)

export const maySplit = (view: Case, me: Who): boolean =>
  me.role === 'coordinator' &&
  DEALT_WITH.includes(view.status) &&
  view.parts.filter(({ state }) => state === 'open').length < MAX_OPEN_PARTS

export const mayEndPart = (part: PartView, me: Who): boolean =>
  part.state === 'open' && me.role === 'handler' && officeOf(me) === part.office.id

export const mayJoin = (part: PartView, me: Who): boolean =>
  part.state === 'open' && me.role === 'coordinator'

export const openConsultation = (view: Case): ConsultationView | null =>
  view.consultations.find(({ decided_at }) => decided_at == null) ?? null

export const mayConsult = (view: Case, me: Who): boolean =>
  leads(view, me) && !isOver(view) && openConsultation(view) === null

export const ownOpinion = (consultation: ConsultationView, me: Who) =>
  consultation.opinions.find(({ party }) => party.id === officeOf(me)) ?? null

export const mayGiveOpinion = (consultation: ConsultationView, me: Who): boolean =>
  consultation.decided_at == null && me.role === 'handler' && ownOpinion(consultation, me) !== null

export const waitingFor = (consultation: ConsultationView) =>
  consultation.opinions.filter(({ stance }) => stance == null).map(({ party }) => party)

/** When every party has been heard or has had its time. */
export const isRipe = (consultation: ConsultationView, now: number): boolean =>
  waitingFor(consultation).length === 0 || Date.parse(consultation.opinions_by) <= now

export const mayMakeLink = (view: Case, me: Who): boolean =>
  leads(view, me) && !isOver(view) && view.links.filter(({ open }) => open).length < MAX_OPEN_LINKS

export const mayRevoke = (view: Case, link: LinkView, me: Who): boolean =>
  link.open && leads(view, me)

export type LinkState = 'waiting' | 'opened' | 'done' | 'revoked' | 'expired'

export function linkState(link: LinkView): LinkState {
  if (link.revoked_at != null) return 'revoked'
  if (link.done_at != null) return 'done'
  if (!link.open) return 'expired'
  return link.opened_at != null ? 'opened' : 'waiting'
}
