import { api, url } from '@/shared/api/client'
import { watched } from '../api/desk'
import type { components } from '@/shared/api/schema'
import type {
  Blackout,
  CodeToCall,
  Figures,
  Load,
  NewBlackout,
  NewPrice,
  PickupView,
  Price,
  SummaryPage,
  Template,
  TemplateBody,
} from './types'

export interface Span {
  from: string
  until: string
  collector?: string
}
type List<T> = { items: T[] }
const BASE = '/desk/pickups'

export const readCalendar = (span: Span) =>
  watched(api.get<List<Load>>(`${BASE}/calendar`, { query: { ...span } }))
export const setSlot = (id: string, items: number | null, litres: number | null) =>
  watched(api.put<void>(`${BASE}/slots/${id}`, { items, litres }))

export const listPickups = (query: Record<string, string | boolean | null>) =>
  watched(api.get<SummaryPage>(BASE, { query }))
export const readBooking = (code: string) => watched(api.get<PickupView>(`${BASE}/${code}`))
export const readCustody = (code: string) =>
  watched(api.get<components['schemas']['CustodyRecord']>(`${BASE}/${code}/custody`))
export const moveBooking = (code: string, slot: string) =>
  watched(api.post<PickupView>(`${BASE}/${code}/move`, { slot }))
export const cancelBooking = (code: string, reason: string) =>
  watched(api.post<PickupView>(`${BASE}/${code}/cancel`, { reason }))

export const listTemplates = () => watched(api.get<List<Template>>(`${BASE}/templates`))
export const setTemplate = (id: string, body: TemplateBody) =>
  watched(api.put<Template>(`${BASE}/templates/${encodeURIComponent(id)}`, body))

export const listBlackouts = () => watched(api.get<List<Blackout>>(`${BASE}/blackouts`))
export const addBlackout = (body: NewBlackout, intent: string) =>
  watched(api.post<Blackout>(`${BASE}/blackouts`, body, { intent }))
export const dropBlackout = (id: string) => watched(api.delete<void>(`${BASE}/blackouts/${id}`))

export const listPrices = () => watched(api.get<List<Price>>(`${BASE}/prices`))
export const setPrice = (body: NewPrice, intent: string) =>
  watched(api.post<Price>(`${BASE}/prices`, body, { intent }))

export const listCodes = () => watched(api.get<List<CodeToCall>>(`${BASE}/codes`))
export const codeCalled = (id: string) => watched(api.post<void>(`${BASE}/codes/${id}/called`))

export const readFigures = (span: Span) =>
  watched(api.get<Figures>(`${BASE}/figures`, { query: { ...span } }))
export const exportUrl = (kind: 'csv' | 'xlsx', span: Span): string =>
  url(`${BASE}/export.${kind}`, { ...span })
