// Thin types of the inbox's part of the interface, until the server's document carries them.
import type { LngLat, Status } from '@/shared/api/types'
import type { CaseActionName, CaseItem, CaseList } from '../types'

export interface Risk {
  score: number
  /** In the reader's language, the heaviest first. */
  why: string[]
}
export type InboxItem = CaseItem & {
  version: number
  location: LngLat
  risk: Risk
  /** It no longer fits the filters; it stays where it was until the list is loaded again. */
  gone?: boolean
}
export type InboxPage = Omit<CaseList, 'items'> & { items: InboxItem[]; total_capped: boolean }

export type BulkActionName = Extract<
  CaseActionName,
  'accept' | 'hand_over' | 'note' | 'urge' | 'verify' | 'close' | 'dispatch' | 'extend'
>
export interface BulkCase {
  code: string
  version: number
}
export interface BulkParams {
  staff_id?: string
  office?: string
  hours?: number
  reason?: string
  note?: string
  public?: boolean
}
export interface BulkBody {
  action: BulkActionName
  cases: BulkCase[]
  params: BulkParams
}
export interface BulkResult {
  code: string
  outcome: 'done' | 'refused'
  version: number | null
  reason: string | null
}
export interface BulkAnswer {
  id: string
  done: number
  refused: number
  /** Until when it can be taken back; null where it cannot. */
  undo_until: string | null
  results: BulkResult[]
}

export type Shared = 'own' | 'office' | 'everybody'
export interface SavedFilter {
  id: string
  name: string
  /** As `GET /desk/cases` takes it. */
  query: string
  shared: Shared
  owner_name: string | null
  own: boolean
  default: boolean
  position: number
  version: number
  /** Null beyond the first twelve. */
  count: number | null
  count_capped: boolean
}
export interface SavedFilterChange {
  version: number
  name?: string
  query?: string
  shared?: Shared
  position?: number
  default?: boolean
}

export interface Reply {
  id: string
  /** Null: the whole district's. */
  office: string | null
  category: string | null
  action: CaseActionName | null
  title: string
  text_zh: string
  text_en: string | null
  text_ko: string | null
  position: number
  version: number
  editable: boolean
}
export type ReplyDraft = Omit<Reply, 'id' | 'editable' | 'version'> & { version?: number }
export interface Placeholder {
  zh: string
  en: string
  ko: string
}
/** A reply with the case's own words put in. */
export interface FilledReply {
  id: string
  title: string
  text: string
  text_en: string | null
  text_ko: string | null
}

export interface Workload {
  id: string
  name: string
  open: number
  overdue: number
  urgent: number
}

export type Light = 'green' | 'amber' | 'red' | 'stopped'
export interface PointProperties {
  code: string
  status: Status
  status_text: string
  category: string
  category_name: string | null
  urgent: boolean
  light: Light | null
  escalation: number
}
export interface CellProperties {
  count: number
  red: number
}
interface Feature<P> {
  geometry: { coordinates: [number, number] }
  properties: P
}
export type CaseFeatures =
  | { clustered: false; features: Feature<PointProperties>[] }
  | { clustered: true; features: Feature<CellProperties>[] }

export interface LiveCase {
  code: string
  version: number
  status: Status
}
