import { api } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import { narrowed, type Wish } from './wish'

type Schemas = components['schemas']
export type Alert = Schemas['AlertView']
export type Frequency = Schemas['AlertFrequency']
export type Confirmed = Schemas['AlertConfirmed']

export const askAlert = (wish: Wish, email: string, frequency: Frequency, intent: string) =>
  api.post<void>('/alerts', { ...narrowed(wish), email, frequency }, { intent })

export const askedAlert = (token: string) =>
  api.get<Alert>(`/alerts/confirm/${encodeURIComponent(token)}`)
export const confirmAlert = (token: string) =>
  api.post<Confirmed>(`/alerts/confirm/${encodeURIComponent(token)}`)
export const readAlert = (token: string) => api.get<Alert>(`/alerts/${encodeURIComponent(token)}`)
export const renewAlert = (token: string) =>
  api.post<Alert>(`/alerts/${encodeURIComponent(token)}/renew`)
export const endAlert = (token: string) => api.delete<void>(`/alerts/${encodeURIComponent(token)}`)
