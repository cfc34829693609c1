import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type Snapshot = Schemas['DaySnapshot']
export type SwapBook = Schemas['SwapBook']
export type BookPlace = Schemas['BookPlace']
export type DayStall = Schemas['DayStall']
export type Balance = Schemas['HolderBalance']
export type Counts = Schemas['EventCounts']
export type Summary = Schemas['DaySummary']
export type Notable = Schemas['NotableOperation']
export type Operation = Schemas['DayOperation']
export type Action = Schemas['DayAction']
export type ActionKind = Action['kind']
export type Result = Schemas['DayOperationResult']
export type Reason = Schemas['DayOperationReason']
export type Answer = Schemas['DayOperationAnswer']
export type Answers = Schemas['DayOperationsAnswer']
export type MadeDevice = Schemas['MadeDevice']
export type DeviceView = Schemas['DeviceView']
export type OrganisedEvent = Schemas['OrganisedEvent']
export type Title = Schemas['BookTitle']
export type EventCatalogue = Schemas['EventCatalogue']

/** This phone or tablet at the desk of one event. */
export interface Device {
  event: string
  id: string
  name: string
  token: string
}

/** What a device knows of its day. */
export interface Kept {
  snapshot: Snapshot
  catalogue: EventCatalogue | null
  /** The language its words are in. */
  lang: string
  /** By this device's clock. */
  read_at: number
}
