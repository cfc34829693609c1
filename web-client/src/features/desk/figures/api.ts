import type { Format, Span } from '@/features/figures/api'
import type { FigureTable, Grouping, Hotspots } from '@/features/figures/types'
import { api, url } from '@/shared/api/client'
import { watched } from '../api/desk'
import type {
  Comparison,
  NewProposal,
  Proposal,
  ProposalState,
  TargetBody,
  TargetHistory,
  TargetQuarter,
  TargetsPage,
} from './types'

export const readFigures = (span: Span, by: Grouping) =>
  watched(api.get<FigureTable>('/desk/figures', { query: { ...span, by } }))
export const figuresFile = (format: Format, span: Span, by: Grouping): string =>
  url('/desk/figures/export', { format, ...span, by })
export const summaryFile = (year: number): string => url(`/desk/annual-summary/${year}.docx`)

/** Without a quarter the one that ended last. */
export const readTargets = (period: string) =>
  watched(api.get<TargetsPage>('/desk/targets', { query: { period } }))
export const enterTarget = (target: string, period: string, body: TargetBody) =>
  watched(api.put<TargetQuarter>(`/desk/targets/${encodeURIComponent(target)}/${period}`, body))
export const readHistory = (target: string, period: string, township: string | undefined) =>
  watched(
    api.get<TargetHistory>(`/desk/targets/${encodeURIComponent(target)}/${period}`, {
      query: { township },
    }),
  )
export const readComparison = (period: string) =>
  watched(api.get<Comparison>('/desk/targets/comparison', { query: { period } }))

export const readHotspots = (span: Span, resolution: number) =>
  watched(api.get<Hotspots>('/desk/hotspots', { query: { ...span, resolution } }))
const PROPOSALS = '/desk/hotspots/proposals'
export const listProposals = (state: ProposalState | '') =>
  watched(api.get<{ items: Proposal[] }>(PROPOSALS, { query: { state } }))
export const propose = (body: NewProposal, intent: string) =>
  watched(api.post<Proposal>(PROPOSALS, body, { intent }))
export const decideProposal = (
  id: string,
  body: { accept: boolean; note: string; version: number },
) => watched(api.post<Proposal>(`${PROPOSALS}/${id}/decide`, body))
export const finishProposal = (id: string, body: { note: string; version: number }) =>
  watched(api.post<Proposal>(`${PROPOSALS}/${id}/done`, body))
