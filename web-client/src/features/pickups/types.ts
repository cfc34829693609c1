// The pickups' names for the types of the server's document.
import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type Party = Schemas['Party']
export type Catalogue = Schemas['Catalogue']
export type CatalogueItem = Schemas['CatalogueItem']
export type SlotOffer = Schemas['SlotOffer']
export type SlotOffers = Schemas['SlotOffers']
export type Half = SlotOffer['half']
export type Bill = Schemas['Bill']
export type Wanted = Schemas['Wanted']
export type NewPickup = Schemas['NewPickup']
export type ChangePickup = Schemas['ChangePickup']
export type PickupPhoto = Schemas['PickupPhoto']
export type CodeSent = Schemas['CodeSent']
export type ContactToken = Schemas['ContactToken']

export type PickupStatus =
  | 'waiting'
  | 'offered'
  | 'held'
  | 'booked'
  | 'collected'
  | 'partly'
  | 'refused'
  | 'missed'
  | 'cancelled'
  | 'expired'

/** The document names these like those of reports, so they are written out here. */
export interface PickupEvent {
  at: string
  kind: string
  text: string
  status: PickupStatus
  note?: string | null
  price_fen: number
}
export interface PickupPlace {
  township: string
  community?: string | null
  address: string
  floor: number
  lift: boolean
  lng?: number | null
  lat?: number | null
  text: string
}
export type PickupView = Omit<Schemas['PickupView'], 'status' | 'history' | 'place'> & {
  status: PickupStatus
  history: PickupEvent[]
  place: PickupPlace
}
export type HeldPickup = Omit<Schemas['HeldPickup'], 'status'> & { status: PickupStatus }
export type ChangedPickup = Omit<Schemas['ChangedPickup'], 'pickup'> & { pickup: PickupView }
