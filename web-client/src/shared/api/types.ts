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
export type ReportReceipt = Schemas['Filed']
export type Joined = Schemas['Joined']
export type ReportPhoto = Schemas['PhotoView']
export type Proof = Schemas['Proof']
export type Capture = Schemas['Capture']
export type HistoryStep = Schemas['EventView']
export type OwnView = Schemas['OwnView']
export type ReportView = Schemas['ReportView']
export type ReportListItem = Schemas['ReportSummary']

export type SortingAnswer = Schemas['SortingAnswer']
export type SortingRuling = Schemas['RulingView']

export type ModerationDecision = Schemas['ModerationDecision']
export type ModerationKind = Schemas['ModerationSubjectKind']
export type ModerationState = Schemas['ModerationCaseState']
export type ModerationCause = Schemas['ModerationCause']
export type FlagReason = Schemas['FlagReason']
export type ModerationReason = Schemas['ModerationReason']
/** What the author of anything published is told at once. */
export type ModerationRuling = Schemas['ModerationRuling']
export type Appeal = Schemas['AppealView']
export type OwnModerationCase = Schemas['OwnModerationCase']
export type Ban = Schemas['BanView']

export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}
