// Organisations, events and their devices, made over the API by whoever is signed in on a phone.
import { expect, request, type Page } from '@playwright/test'
import { join, post } from './market.ts'
import type { Wufei } from './server.ts'

export { join, post }

const get = async <T>(page: Page, path: string): Promise<T> => {
  const got = await page.request.get(`/api/v1${path}`)
  const text = await got.text()
  expect(got.status(), text).toBe(200)
  return JSON.parse(text) as T
}

/** An organisation that an administrator has approved, with this phone's person as its organiser. */
export async function approvedOrganisation(
  page: Page,
  wufei: Wufei,
  kind: 'school' | 'community' | 'market' = 'school',
  name = '江源区第一小学',
): Promise<string> {
  const made = await post<{ id: string }>(page, '/organisations', {
    kind,
    name,
    township: '220605001',
    contact: { name: '李老师', phone: '13812345678' },
    intro: '每学期办两次换书日',
  })
  const admin = await wufei.addStaff(`admin-${kind}`, 'administrator')
  const desk = await request.newContext({ baseURL: wufei.url })
  const { username, password } = admin
  expect((await desk.post('/api/v1/sessions', { data: { username, password } })).ok()).toBe(true)
  const decided = await desk.post(`/api/v1/desk/organisations/${made.id}/decide`, {
    data: { approve: true, version: 1 },
  })
  expect(decided.status(), await decided.text()).toBe(204)
  await desk.dispose()
  return made.id
}

/** The district's clock, as the API writes it. */
export const local = (minutesFromNow: number): string =>
  new Date(Date.now() + (8 * 60 + minutesFromNow) * 60_000).toISOString().slice(0, 16)

/** An event that is going on now, unless told otherwise. */
export async function publishedEvent(
  page: Page,
  organisation: string,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const made = await post<{ id: string }>(page, `/organisations/${organisation}/events`, {
    kind: 'book-swap',
    title: '春季换书日',
    text: '带来看完的书，换一本没看过的。',
    address: '江源区第一小学操场',
    lng: 126.58564,
    lat: 42.05636,
    starts: local(-30),
    minutes: 180,
    leftover_place: '学校图书室',
    ...changes,
  })
  const published = await post<{ state: string }>(page, `/events/${made.id}/publish`, {})
  expect(published.state).toBe('published')
  return made.id
}

export interface DayDevice {
  id: string
  token: string
  /** What another phone opens to become this device. */
  link: string
}

export async function device(page: Page, event: string, name: string): Promise<DayDevice> {
  const { id, token } = await post<{ id: string; token: string }>(
    page,
    `/events/${event}/devices`,
    { name },
  )
  const link = `/events/${event}/day#d=${id}&t=${encodeURIComponent(token)}&n=${encodeURIComponent(name)}`
  return { id, token, link }
}

/** A row of stalls; gives the version of the rules that a booking accepts. */
export async function stallPlan(page: Page, event: string, stalls = 4): Promise<number> {
  const put = await page.request.put(`/api/v1/events/${event}/stalls`, {
    data: {
      rows: 1,
      columns: stalls,
      cells: Array.from({ length: stalls }, (_, column) => ({
        row: 0,
        column,
        is: 'stall',
        stall_kind: 'table',
      })),
    },
  })
  expect(put.status(), await put.text()).toBe(204)
  return (await get<{ rules_version: number }>(page, `/events/${event}/stalls`)).rules_version
}

export async function bookStall(
  page: Page,
  event: string,
  rules_version: number,
  stall: string,
  name: string,
): Promise<string> {
  const booked = await post<{ id: string; status: string }>(
    page,
    `/events/${event}/stall-bookings`,
    { stall, rules_version, goods: '旧书和玩具', name, phone: '13812345679' },
  )
  expect(booked.status).toBe('booked')
  return booked.id
}
