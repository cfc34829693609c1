import { API_BASE, api } from '@/shared/api/client'
import { watched } from '../api/desk'
import type { CaseActionName } from '../types'
import type {
  BulkAnswer,
  BulkBody,
  CaseFeatures,
  FilledReply,
  InboxPage,
  Placeholder,
  Reply,
  ReplyDraft,
  SavedFilter,
  SavedFilterChange,
  Shared,
  Workload,
} from './types'

type Params = Record<string, string | number | null>

export const LIVE_URL = `${API_BASE}/desk/live`

export const listInbox = (params: Params, signal?: AbortSignal) =>
  watched(api.get<InboxPage>('/desk/cases', { query: params, signal }))

export const mapInbox = (params: Params, signal?: AbortSignal) =>
  watched(api.get<CaseFeatures>('/desk/cases.geojson', { query: params, signal }))

export type ExportFormat = 'xlsx' | 'csv' | 'geojson'
/** Tens of thousands of cases take the server a while. */
const EXPORT_MS = 180_000

export const exportInbox = (params: Params, format: ExportFormat) =>
  watched(api.file('/desk/cases/export', { query: { ...params, format }, timeoutMs: EXPORT_MS }))

export const takeNext = (intent: string) =>
  watched(api.post<{ code: string; version: number }>('/desk/cases/next', undefined, { intent }))

export const listWorkloads = () => watched(api.get<{ items: Workload[] }>('/desk/workloads'))

export const sendBulk = (body: BulkBody, intent: string) =>
  watched(api.post<BulkAnswer>('/desk/bulk', body, { intent, timeoutMs: 60_000 }))

export const undoBulk = (id: string) =>
  watched(api.post<BulkAnswer>(`/desk/bulk/${id}/undo`, undefined, { timeoutMs: 60_000 }))

export const listSaved = () => watched(api.get<{ items: SavedFilter[] }>('/desk/filters'))

export const saveFilter = (
  filter: { name: string; query: string; shared: Shared },
  intent: string,
) => watched(api.post<{ id: string }>('/desk/filters', filter, { intent }))

export const changeFilter = (id: string, change: SavedFilterChange) =>
  watched(api.patch<SavedFilter>(`/desk/filters/${id}`, change))

export const deleteFilter = (id: string) => watched(api.delete<void>(`/desk/filters/${id}`))

export const listReplies = () =>
  watched(api.get<{ items: Reply[]; placeholders: Placeholder[] }>('/desk/replies'))

export const addReply = (draft: ReplyDraft, intent: string) =>
  watched(api.post<{ id: string }>('/desk/replies', draft, { intent }))

export const changeReply = (id: string, draft: ReplyDraft) =>
  watched(api.patch<void>(`/desk/replies/${id}`, draft))

export const deleteReply = (id: string) => watched(api.delete<void>(`/desk/replies/${id}`))

export const repliesForCase = (code: string, action: CaseActionName) =>
  watched(api.get<{ items: FilledReply[] }>(`/desk/cases/${code}/replies`, { query: { action } }))
