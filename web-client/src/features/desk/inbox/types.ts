// The inbox's names for the types of the server's document.
import type { components } from '@/shared/api/schema'
import type { Status } from '@/shared/api/types'
import type { CaseItem, CaseList } from '../types'

type Schemas = components['schemas']

export type Risk = Schemas['RiskView']
export type InboxItem = CaseItem & {
  /** It no longer fits the filters; it stays where it was until the list is loaded again. */
  gone?: boolean
}
export type InboxPage = CaseList

export type BulkActionName = Schemas['BulkAction']
export type BulkCase = Schemas['BulkCase']
export type BulkParams = Schemas['BulkParams']
export type BulkBody = Schemas['Bulk']
export type BulkResult = Schemas['BulkResult']
export type BulkAnswer = Schemas['BulkDone']

export type Shared = Schemas['Shared']
export type SavedFilter = Schemas['FilterView']
export type SavedFilterChange = Schemas['FilterChange']

export type Reply = Schemas['ReplyView']
export type ReplyDraft = Schemas['ReplyDraft']
export type Placeholder = Schemas['Placeholder']
/** A reply with the case's own words put in. */
export type FilledReply = Schemas['RenderedReply']

export type Workload = Schemas['Workload']
export type LiveCase = Schemas['LiveCase']
export type Light = Schemas['Light']

// GeoJSON is an opaque object in OpenAPI; here it gets its proper type.
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

/** The sheets of the inbox. */
export type InboxDialog = 'help' | 'drawer' | 'save' | 'manage' | 'export' | 'workloads'
