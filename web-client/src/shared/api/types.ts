// The server's types by the names the client uses; all of them come from the generated schema.
import type { components } from './schema'

type Schemas = components['schemas']

export type Named = Schemas['Named']
export type LngLat = Schemas['Point']
export type Datum = Schemas['Datum']
export type Status = Schemas['Status']
export type Role = Schemas['Role']
export type Me = Schemas['Me']
export type Contact = Schemas['Contact']

export type Community = Schemas['CommunityView']
/** GeoJSON is an opaque object in OpenAPI; here it gets its proper type. */
export type Township = Omit<Schemas['TownshipView'], 'area'> & { area?: GeoJSON.Geometry | null }
export type Question = Schemas['QuestionView']
export type Category = Schemas['ReportCategory']
/** A server that says nothing of its tiles' datum means WGS-84. */
export type Tiles = Schemas['Tiles'] & { datum?: Datum }
export type District = Omit<
  Schemas['DistrictView'],
  'bbox' | 'outline' | 'tiles' | 'townships' | 'categories'
> & {
  bbox: [number, number, number, number]
  outline: GeoJSON.Geometry
  tiles?: Tiles | null
  townships: Township[]
  categories: Category[]
}

export type Routing = Schemas['RoutingView']
export type UploadedPhoto = Schemas['PhotoUploaded']
export type SimilarReport = Schemas['Similar']
export type NewReport = Schemas['NewReport']
export type ReportReceipt = Omit<Schemas['Filed'], 'moderation'> & { moderation: ModerationRuling }
export type Joined = Schemas['Joined']
export type ReportPhoto = Schemas['PhotoView']
export type HistoryStep = Schemas['EventView']
export type OwnView = Schemas['OwnView']
export type ReportView = Schemas['ReportView']
export type ReportListItem = Schemas['ReportSummary']

export type SortingAnswer = Schemas['SortingAnswer']
export type SortingRuling = Schemas['RulingView']

// The document names these enumerations by the server's variants; on the wire they are lower case.
export type ModerationDecision = Lowercase<Schemas['ModerationDecision']>
export type ModerationKind = Lowercase<Schemas['ModerationSubjectKind']>
export type ModerationState = Lowercase<Schemas['ModerationCaseState']>
export type ModerationCause = Lowercase<Schemas['ModerationCause']>
export type AppealState = Lowercase<Schemas['AppealState']>
export type FlagReason = 'forbidden' | 'scam' | 'personal-data' | 'insult' | 'wrong-place' | 'other'
export type ModerationPlace = Schemas['ModerationPlace']
export type ModerationReason = Omit<Schemas['ModerationReason'], 'decision'> & {
  decision: ModerationDecision
}
/** What the author of anything published is told at once. */
export type ModerationRuling = Omit<Schemas['ModerationRuling'], 'decision' | 'reasons'> & {
  decision: ModerationDecision
  reasons: ModerationReason[]
}
export type Appeal = Omit<Schemas['AppealView'], 'state'> & { state: AppealState }
export type OwnModerationCase = Omit<
  Schemas['OwnModerationCase'],
  'subject_kind' | 'state' | 'cause' | 'reasons' | 'appeal'
> & {
  subject_kind: ModerationKind
  state: ModerationState
  cause: ModerationCause
  reasons: ModerationReason[]
  appeal?: Appeal | null
}
export type Ban = Omit<Schemas['BanView'], 'appeal'> & { appeal?: Appeal | null }

export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}
