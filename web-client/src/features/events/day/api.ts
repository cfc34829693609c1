import { api, request, url } from '@/shared/api/client'
import type {
  Answers,
  Counts,
  DeviceView,
  EventCatalogue,
  MadeDevice,
  Operation,
  OrganisedEvent,
  Snapshot,
  Summary,
  Title,
} from './types'

/** Shorter than usual: with a weak signal the desk goes on from what it knows. */
const QUICK_MS = 4_000

export const readCatalogue = () => api.get<EventCatalogue>('/events/catalogue')

export const readDay = (event: string, deviceToken: string, since: number | null) =>
  api.get<Snapshot>(`/events/${event}/day`, { query: { since }, deviceToken })

export const handIn = (event: string, deviceToken: string, operations: Operation[]) =>
  api.post<Answers>(`/events/${event}/operations`, { operations }, { deviceToken })

export const readTitle = (event: string, deviceToken: string, isbn: string) =>
  request<Title>(`/events/${event}/titles/${isbn}`, { deviceToken, timeoutMs: QUICK_MS })

/** An SVG sheet: the address needs the device's token, so that no link can open it. */
export async function readLabels(
  event: string,
  deviceToken: string | null,
  query: { blank: number } | { book: string },
): Promise<string> {
  const headers: Record<string, string> = deviceToken ? { 'X-Device-Token': deviceToken } : {}
  const response = await fetch(url(`/events/${event}/labels`, query), {
    headers,
    credentials: 'same-origin',
  })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}

export const readEvent = (event: string) => api.get<OrganisedEvent>(`/events/${event}`)

export const listDevices = (event: string) => api.get<DeviceView[]>(`/events/${event}/devices`)
export const makeDevice = (
  event: string,
  device: { name: string; occurrence?: string },
  intent: string,
) => api.post<MadeDevice>(`/events/${event}/devices`, device, { intent })
export const revokeDevice = (event: string, device: string) =>
  api.delete<undefined>(`/events/${event}/devices/${device}`)

export const readSummary = (event: string, occurrence: string | null) =>
  api.get<Summary>(`/events/${event}/summary`, { query: { occurrence } })
export const readCounts = (event: string, occurrence: string | null) =>
  api.get<Counts>(`/events/${event}/counts`, { query: { occurrence } })
export const closeDay = (event: string, occurrence: string | null) =>
  api.post<Summary>(`/events/${event}/close`, occurrence ? { occurrence } : {})
