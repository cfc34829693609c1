// Organisations and events, made over the API by whoever is signed in on a phone.
import { expect, type Page } from '@playwright/test'
import { post } from './market.ts'
import { IN_TOWN } from './places.ts'
import type { Wufei } from './server.ts'

const DAY_MS = 86_400_000
/** The district's clock is eight hours ahead of UTC. */
export const localDay = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * DAY_MS).toISOString().slice(0, 10)

/** The first Saturday that is at least so many days away. */
export function saturday(days = 3): string {
  for (let n = days; ; n += 1) {
    const day = localDay(n)
    if (new Date(`${day}T00:00Z`).getUTCDay() === 6) return day
  }
}

export async function apply(page: Page, changes: Record<string, unknown> = {}): Promise<string> {
  const made = await post<{ id: string }>(page, '/organisations', {
    kind: 'market',
    name: '文化广场跳蚤市场',
    township: '220605001',
    contact: { name: '刘主任', phone: '13904391234' },
    intro: '每月第一个星期六，大家来换来卖。',
    ...changes,
  })
  return made.id
}

/** As an administrator of the desk decides. */
export async function approve(page: Page, wufei: Wufei, organisation: string): Promise<void> {
  const boss = await wufei.addStaff(`boss-${organisation.slice(-6)}`, 'administrator')
  const context = await page.context().browser()!.newContext({ baseURL: wufei.url })
  const desk = await context.newPage()
  await post(desk, '/sessions', {
    username: boss.username,
    password: boss.password,
  })
  await post(desk, `/desk/organisations/${organisation}/decide`, {
    approve: true,
    version: 1,
  })
  await context.close()
}

export async function plan(
  page: Page,
  organisation: string,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const made = await post<{ id: string }>(page, `/organisations/${organisation}/events`, {
    kind: 'flea-market',
    title: '周末跳蚤市场',
    text: '带上用不着的东西，来换来卖。',
    township: '220605001',
    address: '文化广场北侧',
    lng: IN_TOWN.lng,
    lat: IN_TOWN.lat,
    starts: `${saturday()}T09:00`,
    minutes: 180,
    ...changes,
  })
  return made.id
}

export async function publish(page: Page, event: string): Promise<void> {
  const answer = await post<{ state: string }>(page, `/events/${event}/publish`)
  expect(answer.state).toBe('published')
}

/** One row of stalls: free pitches, then one with a table, an entrance at the end. */
export async function draw(page: Page, event: string, ground = 3): Promise<void> {
  const cells = Array.from({ length: ground }, (_, column) => ({
    row: 0,
    column,
    is: 'stall',
    stall_kind: 'ground',
  }))
  const answer = await page.request.put(`/api/v1/events/${event}/stalls`, {
    data: {
      rows: 2,
      columns: ground + 1,
      cells: [
        ...cells,
        { row: 0, column: ground, is: 'stall', stall_kind: 'table' },
        { row: 1, column: 0, is: 'entrance' },
        { row: 1, column: 1, is: 'blocked' },
      ],
    },
  })
  expect(answer.status(), await answer.text()).toBe(204)
}

export async function fillStall(page: Page, name: string, email?: string): Promise<void> {
  await page.getByTestId('book-goods').fill('童书和旧玩具')
  await page.getByTestId('book-name').fill(name)
  await page.getByTestId('book-phone').fill('13904395678')
  if (email) await page.getByTestId('book-email').fill(email)
  await page.getByTestId('book-rules').check()
}
