import { api } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import type { Page } from '@/shared/api/types'

type Schemas = components['schemas']
export type Webhook = Schemas['WebhookView']
export type WebhookEvent = Schemas['WebhookEvent']
export type NewWebhook = Schemas['NewWebhook']
export type ChangeWebhook = Schemas['ChangeWebhook']
export type WithSecret = Schemas['WebhookWithSecret']
export type Delivery = Schemas['DeliveryView']

export const EVENTS: readonly WebhookEvent[] = [
  'report.received',
  'report.dispatched',
  'report.status_changed',
  'report.closed',
  'report.reopened',
  'report.updated',
]

const path = (id: string) => `/desk/webhooks/${encodeURIComponent(id)}`

export const listWebhooks = () => api.get<{ items: Webhook[] }>('/desk/webhooks')
export const addWebhook = (body: NewWebhook, intent: string) =>
  api.post<WithSecret>('/desk/webhooks', body, { intent })
export const changeWebhook = (id: string, body: ChangeWebhook) => api.patch<Webhook>(path(id), body)
export const removeWebhook = (id: string) => api.delete<void>(path(id))
export const newSecret = (id: string, intent: string) =>
  api.post<WithSecret>(`${path(id)}/secret`, undefined, { intent })
export const listDeliveries = (id: string, cursor: string | null) =>
  api.get<Page<Delivery>>(`${path(id)}/deliveries`, { query: { cursor } })
export const redeliver = (id: string, delivery: string) =>
  api.post<void>(`${path(id)}/deliveries/${encodeURIComponent(delivery)}/redeliver`)
