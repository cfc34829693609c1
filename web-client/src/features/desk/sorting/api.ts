// The editors' calls.
import { api, request, url } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import type { Page } from '@/shared/api/types'
import { watched } from '../api/desk'

type Schemas = components['schemas']

export type Waiting = Schemas['SortingWaiting']
export type Miss = Schemas['Miss']
export type Flag = Schemas['Flag']
export type Change = Schemas['ChangeView']
export type Draft = Required<Schemas['Draft']>
export type ThingView = Schemas['ThingView']
export type KindView = Schemas['KindView']
export type RulingView = Schemas['RulingView']
export type Imported = Schemas['Imported']
export type Named = Schemas['Named']

const DESK = '/desk/sorting'

export const readWaiting = () => watched(api.get<Waiting>(`${DESK}/waiting`))

export const listMisses = (offset: number) =>
  watched(
    api.get<{ items: Miss[]; next_offset?: number | null }>(`${DESK}/misses`, {
      query: { offset, limit: 30 },
    }),
  )
export const settleMiss = (id: string, state: 'answered' | 'dismissed') =>
  watched(api.post<void>(`${DESK}/misses/${id}/settle`, { state }))

export const listFlags = (cursor: string | null) =>
  watched(api.get<Page<Flag>>(`${DESK}/flags`, { query: { cursor, limit: 30 } }))
export const settleFlag = (id: string, upheld: boolean, reason: string) =>
  watched(api.post<void>(`${DESK}/flags/${id}/settle`, { upheld, reason }))

export const listChanges = (state: Change['state'], cursor: string | null) =>
  watched(api.get<Page<Change>>(`${DESK}/changes`, { query: { state, cursor, limit: 30 } }))
export const decideChange = (id: string, agree: boolean) =>
  watched(api.post<Change>(`${DESK}/changes/${id}/decide`, { agree }))

export const findThings = (q: string) =>
  watched(api.get<{ items: Named[] }>('/sorting/suggestions', { query: { q, limit: 20 } }))
export const readThing = (id: string) =>
  watched(api.get<ThingView>(`${DESK}/things/${encodeURIComponent(id)}`))
export const addThing = (thing: Draft, reason: string) =>
  watched(api.post<ThingView>(`${DESK}/things`, { thing, reason }))
export const changeThing = (id: string, thing: Draft, version: number, reason: string) =>
  watched(
    request<ThingView>(`${DESK}/things/${encodeURIComponent(id)}`, {
      method: 'PUT',
      json: { thing, version, reason },
    }),
  )
export const removeThing = (id: string, version: number, reason: string) =>
  watched(
    request<ThingView>(`${DESK}/things/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      json: { version, reason },
    }),
  )

export const listKinds = () => watched(api.get<{ items: KindView[] }>('/sorting/kinds'))
export const readRuling = (id: string, area: 'urban' | 'village') =>
  watched(api.get<RulingView>(`/sorting/rulings/${encodeURIComponent(id)}`, { query: { area } }))

export const exportLink = url(`${DESK}/things.csv`)
export const importTable = (table: Blob, reason: string, dryRun: boolean) =>
  watched(
    request<Imported>(`${DESK}/import`, {
      method: 'POST',
      query: { reason, dry_run: dryRun },
      body: table,
      contentType: 'text/csv',
      timeoutMs: 60_000,
    }),
  )
