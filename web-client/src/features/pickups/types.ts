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

export type PickupStatus = Schemas['PickupStatus']
export type PickupEvent = Schemas['PickupEvent']
export type PickupPlace = Schemas['PickupPlace']
export type PickupView = Schemas['PickupView']
export type HeldPickup = Schemas['HeldPickup']
export type ChangedPickup = Schemas['ChangedPickup']
