import { api, type RequestOptions } from '@/shared/api/client'
import type {
  Catalogue,
  Lead,
  ListingCard,
  ListingMade,
  ListingView,
  NewListing,
  NewSearch,
  OwnListing,
  Page,
  Renewed,
  Ruling,
  SavedSearch,
} from './types'

type Query = RequestOptions['query']
interface Changed {
  listing: OwnListing
  moderation?: Ruling | null
}

export const findListings = (query: Query, signal?: AbortSignal) =>
  api.get<Page<ListingCard>>('/listings', { query, signal })
export const readListing = (id: string) => api.get<ListingView>(`/listings/${id}`)
export const similarListings = (id: string) =>
  api.get<{ items: ListingCard[] }>(`/listings/${id}/similar`)
export const readCatalogue = () => api.get<Catalogue>('/listings/categories')
export const leadTo = (thing: string) => api.get<Lead>('/listings/lead', { query: { thing } })

export const makeListing = (body: NewListing, intent: string) =>
  api.post<ListingMade>('/listings', body, { intent })
export const changeListing = (id: string, body: Partial<NewListing> & { version: number }) =>
  api.patch<Changed>(`/listings/${id}`, body)
export const publishListing = (id: string) => api.post<Changed>(`/listings/${id}/publish`)
export const renewListing = (id: string, token?: string) =>
  api.post<Renewed>(`/listings/${id}/renew`, token ? { token } : {})
export const withdrawListing = (id: string) => api.post<OwnListing>(`/listings/${id}/withdraw`)
export const ownListings = (cursor?: string) =>
  api.get<Page<OwnListing>>('/me/listings', { query: { cursor } })
export const ownListing = (id: string) => api.get<OwnListing>(`/me/listings/${id}`)

export const savedSearches = () => api.get<{ items: SavedSearch[] }>('/me/searches')
export const saveSearch = (body: NewSearch, intent: string) =>
  api.post<{ id: string }>('/me/searches', body, { intent })
export const forgetSearch = (id: string) => api.delete<undefined>(`/me/searches/${id}`)
export const sawSearch = (id: string) => api.post<undefined>(`/me/searches/${id}/seen`)
