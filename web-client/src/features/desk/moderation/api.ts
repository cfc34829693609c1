// The moderators' calls.
import { api, request, type RequestOptions } from '@/shared/api/client'
import type { Page } from '@/shared/api/types'
import { watched } from '../api/desk'
import type { Rule } from './logic/rule'
import type {
  AppealDecision,
  Approval,
  Ban,
  Counts,
  DryRun,
  Line,
  NewBan,
  Part,
  Refusal,
  ReviewCase,
  RuleLine,
  RuleView,
} from './types'

const DESK = '/desk/moderation'
type Intent = Pick<RequestOptions, 'intent'>

export const readCounts = () => watched(api.get<Counts>(`${DESK}/counts`))
export const listCases = (part: Part, cursor: string | null) =>
  watched(api.get<Page<Line>>(`${DESK}/cases`, { query: { part, cursor, limit: 30 } }))
const one = (id: string) => `${DESK}/cases/${encodeURIComponent(id)}`
export const readCase = (id: string) => watched(api.get<ReviewCase>(one(id)))
export const approve = (id: string, body: Approval, options: Intent) =>
  watched(api.post<ReviewCase>(`${one(id)}/approve`, body, options))
export const refuse = (id: string, body: Refusal, options: Intent) =>
  watched(api.post<ReviewCase>(`${one(id)}/refuse`, body, options))
export const decideAppeal = (id: string, body: AppealDecision, options: Intent) =>
  watched(api.post<ReviewCase>(`${one(id)}/decide-appeal`, body, options))

export const listBans = () => watched(api.get<{ items: Ban[] }>(`${DESK}/bans`))
export const addBan = (body: NewBan, options: Intent) =>
  watched(api.post<Ban>(`${DESK}/bans`, body, options))
export const confirmBan = (id: string) => watched(api.post<Ban>(`${DESK}/bans/${id}/confirm`))
export const liftBan = (id: string, reason: string) =>
  watched(api.post<Ban>(`${DESK}/bans/${id}/lift`, { reason }))
export const decideBanAppeal = (
  id: string,
  body: { overturn: boolean; note: string },
  options: Intent,
) => watched(api.post<Ban>(`${DESK}/bans/${id}/decide-appeal`, body, options))

export const listRules = () =>
  watched(api.get<{ items: RuleLine[]; revision: number }>(`${DESK}/rules`))
const oneRule = (id: string) => `${DESK}/rules/${encodeURIComponent(id)}`
export const readRule = (id: string) => watched(api.get<RuleView>(oneRule(id)))
export const changeRule = (id: string, rule: Rule, reason: string) =>
  watched(api.put<RuleView>(oneRule(id), { rule, reason }))
export const removeRule = (id: string, reason: string) =>
  watched(request<RuleView>(oneRule(id), { method: 'DELETE', json: { reason } }))
/** Ninety days of submissions are asked: this may take a while. */
export const dryRun = (rule: Rule) =>
  watched(api.post<DryRun>(`${DESK}/dry-run`, { rule }, { timeoutMs: 90_000 }))
