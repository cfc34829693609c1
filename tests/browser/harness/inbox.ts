// Cases by the dozen, filed over the API: how one is filed by hand other journeys show.
import { request } from '@playwright/test'
import { post } from './market.ts'
import { IN_TOWN } from './places.ts'
import type { Page } from '@playwright/test'
import type { Wufei } from './server.ts'

export interface Wanted {
  category?: string
  description?: string
  address?: string
  /** Metres east of the town, so that no two are taken for one. */
  east?: number
}

const METRE = 1 / (111_195 * Math.cos((IN_TOWN.lat * Math.PI) / 180))

export async function fileCases(wufei: Wufei, wanted: Wanted[]): Promise<string[]> {
  const context = await request.newContext({ baseURL: wufei.url })
  const page = { request: context } as unknown as Page
  const codes: string[] = []
  for (const [at, one] of wanted.entries()) {
    const { code } = await post<{ code: string }>(page, '/reports', {
      category: one.category ?? 'household-urban',
      description: one.description ?? `第 ${at + 1} 处垃圾`,
      address: one.address ?? `和平路 ${at + 1} 号`,
      lng: IN_TOWN.lng + (one.east ?? at * 150) * METRE,
      lat: IN_TOWN.lat,
      township: '220605001',
    })
    codes.push(code)
  }
  await context.dispose()
  return codes
}
