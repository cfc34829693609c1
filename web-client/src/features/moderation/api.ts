// What authors and the public ask of moderation.
import { api, type RequestOptions } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import type { Ban, OwnModerationCase, Page } from '@/shared/api/types'

type Intent = Pick<RequestOptions, 'intent'>

export type Figures = components['schemas']['ModerationFigures']
export type Month = components['schemas']['ModerationMonth']

export const listOwnCases = (cursor: string | null, limit = 20) =>
  api.get<Page<OwnModerationCase>>('/moderation/cases', { query: { cursor, limit } })
export const readOwnCase = (id: string) =>
  api.get<OwnModerationCase>(`/moderation/cases/${encodeURIComponent(id)}`)
export const appealCase = (id: string, text: string, options: Intent) =>
  api.post<OwnModerationCase>(
    `/moderation/cases/${encodeURIComponent(id)}/appeal`,
    { text },
    options,
  )

/** By the report's secret, without an account. */
export const readReportCase = (code: string, secret: string) =>
  api.get<OwnModerationCase>(`/moderation/reports/${code}`, { secret })
export const appealReport = (code: string, secret: string, text: string, options: Intent) =>
  api.post<OwnModerationCase>(`/moderation/reports/${code}/appeal`, { secret, text }, options)

export const listOwnBans = () => api.get<{ items: Ban[] }>('/moderation/bans')
export const appealBan = (id: string, text: string, options: Intent) =>
  api.post<Ban>(`/moderation/bans/${encodeURIComponent(id)}/appeal`, { text }, options)

export const readFigures = () => api.get<Figures>('/moderation/figures')
