import { api, url } from '@/shared/api/client'
import type { ModerationRuling, Page } from '@/shared/api/types'
import type {
  AskSaid,
  AskSummary,
  AskView,
  BlockView,
  ListingView,
  MarketFigures,
  MarketReason,
  NewBlock,
  OwnSeller,
  Reputation,
  SellerDecision,
  SellerForDesk,
  SellerForm,
  SellerPage,
  Thumbs,
  Written,
} from './types'

export const readListing = (id: string) => api.get<ListingView>(`/listings/${id}`)
export const readReasons = async () =>
  (await api.get<{ reasons: MarketReason[] }>('/listings/categories')).reasons

export const newAsk = (listing: string, text: string, intent: string) =>
  api.post<{ id: string; state: string; message: Written }>(
    `/listings/${listing}/asks`,
    { text },
    { intent },
  )
export const readMyAsks = (cursor?: string | null) =>
  api.get<Page<AskSummary>>('/me/asks', { query: { limit: 50, cursor } })
export const readListingAsks = (listing: string, cursor?: string | null) =>
  api.get<Page<AskSummary>>(`/listings/${listing}/asks`, { query: { limit: 50, cursor } })

export const readAsk = (id: string, signal?: AbortSignal) =>
  api.get<AskView>(`/asks/${id}`, { signal })
export const writeMessage = (id: string, text: string, intent: string) =>
  api.post<Written>(`/asks/${id}/messages`, { text }, { intent })

export type PlainStep = 'promise' | 'release' | 'handover/accept' | 'done' | 'returned' | 'withdraw'
export const takeStep = (id: string, step: PlainStep) => api.post<AskView>(`/asks/${id}/${step}`)
export const proposeHandover = (id: string, at: string, place_text: string) =>
  api.post<AskView>(`/asks/${id}/handover`, { at, place_text })
export const sayNoShow = (id: string, reason: string, note: string) =>
  api.post<AskSaid>(`/asks/${id}/no-show`, { reason, note: note || undefined })
export const rate = (id: string, thumbs: Thumbs, text: string) =>
  api.post<AskSaid>(`/asks/${id}/rate`, { thumbs, text: text || undefined })
export const reply = (id: string, text: string) => api.post<AskSaid>(`/asks/${id}/reply`, { text })
export const calendarFile = (id: string) => url(`/asks/${id}.ics`)

export const readReputation = () => api.get<Reputation>('/me/reputation')
export const readBlocks = () => api.get<Page<BlockView>>('/me/blocks', { query: { limit: 100 } })
export const block = (body: NewBlock, intent: string) =>
  api.post<{ id: string }>('/me/blocks', body, { intent })
export const unblock = (id: string) => api.delete<undefined>(`/me/blocks/${id}`)

export const readOwnSeller = () => api.get<OwnSeller>('/me/seller')
export const saveSeller = (form: SellerForm) =>
  api.put<{ seller: OwnSeller; moderation: ModerationRuling }>('/me/seller', form)
export const readSeller = (id: string) => api.get<SellerPage>(`/sellers/${id}`)

export const readFigures = () => api.get<MarketFigures>('/listings/figures')

export const deskSellers = (state: string, cursor?: string | null, limit = 50) =>
  api.get<Page<SellerForDesk>>('/desk/sellers', {
    query: { state, cursor, limit },
  })
export const decideSeller = (id: string, decision: SellerDecision, reason: string) =>
  api.post<unknown>(`/desk/sellers/${id}/decide`, { decision, reason })
