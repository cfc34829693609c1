// The market's names for the types of the server's document.
import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type ListingCard = Schemas['ListingCard']
export type ListingView = Schemas['ListingView']
export type OwnListing = Schemas['OwnListing']
export type ListingMade = Schemas['ListingMade']
export type ListingKind = Schemas['ListingKind']
export type ListingTerms = Schemas['ListingTerms']
export type Ruling = Schemas['ModerationRuling']
export type Lead = Schemas['ListingLead']
export type NewListing = Schemas['NewListing']
export type Renewed = Schemas['Renewed']
export type LastRuling = Schemas['LastRuling']
export type SavedSearch = Schemas['SearchView']
export type Catalogue = Schemas['MarketCatalogue']
export type Root = Catalogue['roots'][number]

export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}
