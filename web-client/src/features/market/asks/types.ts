// The asks' names for the types of the server's document.
import type { components } from '@/shared/api/schema'
import type { ModerationRuling } from '@/shared/api/types'

type Schemas = components['schemas']

export type ListingCard = Schemas['ListingCard']
export type ListingView = Schemas['ListingView']
export type AskView = Schemas['AskView']
export type AskSummary = Schemas['AskSummary']
export type AskMessage = Schemas['AskMessage']
export type AskMark = Schemas['AskMark']
export type AskCan = Schemas['AskCan']
export type AskSaid = Omit<Schemas['AskSaid'], 'moderation'> & {
  moderation?: ModerationRuling | null
}
export type Reputation = Schemas['Reputation']
export type BlockView = Schemas['BlockView']
export type NewBlock = Schemas['NewBlock']
export type OwnSeller = Schemas['OwnSeller']
export type SellerForm = Schemas['SellerForm']
export type SellerPage = Schemas['SellerPage']
export type SellerForDesk = Schemas['SellerForDesk']
export type SellerState = OwnSeller['state']
export type SellerDecision = 'approve' | 'refuse' | 'revoke'
export type MarketFigures = Schemas['MarketFigures']
export type MarketMonth = Schemas['MarketMonth']
export type Thumbs = Schemas['Thumbs']

export type MarketReason = Schemas['ReasonChoice']

/** What became of words that were sent. */
export interface Written {
  id: string
  state: AskMessage['state']
  at: string
  moderation: ModerationRuling
}
