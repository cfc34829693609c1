// The day of an event: one that is going on, its devices and stalls, made over the API.
import { expect, type Page } from '@playwright/test'
import { apply, approve, plan, publish } from './events.ts'
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
  const id = await apply(page, {
    kind,
    name,
    contact: { name: '李老师', phone: '13812345678' },
    intro: '每学期办两次换书日',
  })
  await approve(page, wufei, id)
  return id
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
  const event = await plan(page, organisation, {
    kind: 'book-swap',
    title: '春季换书日',
    text: '带来看完的书，换一本没看过的。',
    address: '江源区第一小学操场',
    lng: 126.58564,
    lat: 42.05636,
    starts: local(-30),
    leftover_place: '学校图书室',
    ...changes,
  })
  await publish(page, event)
  return event
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
