import { api, commonHeaders, url } from '@/shared/api/client'
import { readAnswer } from '@/shared/api/client'
import type { Page } from '@/shared/api/types'
import { itemsQuery, type Counts } from './logic/items'
import type {
  Bill,
  Catalogue,
  ChangedPickup,
  ChangePickup,
  CodeSent,
  ContactToken,
  HeldPickup,
  NewPickup,
  Party,
  PickupView,
  SlotOffers,
  Wanted,
} from './types'

export const readCatalogue = () => api.get<Catalogue>('/pickups/catalogue')

export interface SlotQuestion {
  township: string
  items: Counts
  party: Party
  floor: number
  lift: boolean
}

export const readSlots = (question: SlotQuestion, signal?: AbortSignal) =>
  api.get<SlotOffers>('/pickups/slots', {
    query: { ...question, items: itemsQuery(question.items) },
    signal,
  })

export interface PriceQuestion {
  items: Wanted[]
  party: Party
  floor: number
  lift: boolean
  day?: string
  collector?: string
}

export const askPrice = (question: PriceQuestion) => api.post<Bill>('/pickups/quote', question)

export const askCode = (phone: string, email: string) =>
  api.post<CodeSent>('/pickups/codes', { phone, email: email || undefined })

export const verifyCode = (phone: string, code: string) =>
  api.post<ContactToken>('/pickups/codes/verify', { phone, code })

export const book = (body: NewPickup, intent: string) =>
  api.post<HeldPickup>('/pickups', body, { intent })

export const readPickup = (code: string, secret: string | null) =>
  api.get<PickupView>(`/pickups/${code}`, { pickupSecret: secret ?? undefined })

export const confirmPickup = (code: string, secret: string | null) =>
  api.post<PickupView>(`/pickups/${code}/confirm`, undefined, { pickupSecret: secret ?? undefined })

export const changePickup = (code: string, secret: string | null, body: ChangePickup) =>
  api.patch<ChangedPickup>(`/pickups/${code}`, body, { pickupSecret: secret ?? undefined })

export const cancelPickup = (code: string, secret: string | null, reason: string) =>
  api.delete<PickupView>(`/pickups/${code}`, {
    pickupSecret: secret ?? undefined,
    json: reason === '' ? undefined : { reason },
  })

export const readMyPickups = () =>
  api.get<Page<PickupView>>('/me/pickups', { query: { limit: 50 } })

/** A file that needs the secret as a header, which a plain link cannot send. */
export async function readFile(path: string, secret: string | null): Promise<Blob> {
  const response = await fetch(url(path), {
    headers: { ...commonHeaders({ pickupSecret: secret ?? undefined }), Accept: '*/*' },
    credentials: 'same-origin',
  })
  if (!response.ok) readAnswer(response.status, await response.text(), null)
  return response.blob()
}
