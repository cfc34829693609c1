// Booking a pickup, as it is done on the phone.
import { expect, type Locator, type Page } from '@playwright/test'
import { paint, readQr } from './camera.ts'
import type { Wufei } from './server.ts'

export interface Wish {
  party?: 'resident' | 'farmer' | 'small-source'
  /** Items by id, with their group. */
  items: { id: string; group: string; count?: number }[]
  address: string
  floor?: number
  phone: string
  email: string
  name?: string
  /** The n-th half-day shown, from 0; or how its id begins. */
  slot?: number | string
}

/** 孙家堡子街道: in the zone of the four subdistricts. */
export const TOWNSHIP = '220605001'

export async function openBooking(page: Page): Promise<void> {
  await page.goto('/pickups/book')
  await expect(page.getByTestId('book-submit')).toBeVisible()
}

export async function choose(page: Page, id: string, group: string, count = 1): Promise<void> {
  await page.getByTestId(`group-${group}`).click()
  for (let n = 0; n < count; n += 1) {
    await page.getByTestId(`item-${id}`).getByTestId('count-more').click()
  }
}

export async function pickSlot(page: Page, slot: number | string): Promise<string> {
  const all = page.getByTestId('slot')
  await expect(all.first()).toBeVisible()
  const wanted =
    typeof slot === 'number'
      ? all.nth(slot)
      : page.locator(`[data-testid="slot"][data-slot^="${slot}"]`).first()
  await wanted.click()
  await expect(wanted).toHaveAttribute('aria-pressed', 'true')
  return (await wanted.getAttribute('data-slot')) ?? ''
}

/** Everything of the form but the proof of the number and the last tap. */
export async function fillBooking(page: Page, wish: Wish): Promise<string> {
  if (wish.party) await page.getByTestId(`party-${wish.party}`).click()
  for (const { id, group, count } of wish.items) await choose(page, id, group, count)
  await page.getByTestId('township-select').selectOption(TOWNSHIP)
  await page.getByTestId('pickup-address').fill(wish.address)
  for (let floor = 1; floor < (wish.floor ?? 1); floor += 1) {
    await page.getByTestId('floor').getByTestId('count-more').click()
  }
  await page.getByTestId('pickup-name').fill(wish.name ?? '王师傅')
  await page.getByTestId('pickup-phone').fill(wish.phone)
  await page.getByTestId('pickup-email').fill(wish.email)
  return pickSlot(page, wish.slot ?? 0)
}

export async function proveNumber(page: Page, wufei: Wufei, email: string): Promise<void> {
  const sent = async () =>
    (await wufei.letters()).filter(
      (letter) => letter.to.includes(email) && /\b\d{6}\b/.test(letter.text),
    )
  const before = (await sent()).length
  await page.getByTestId('code-ask').click()
  await expect(page.getByTestId('code-sent')).toHaveAttribute('data-channel', 'email')
  await expect.poll(async () => (await sent()).length).toBeGreaterThan(before)
  const letter = (await sent()).at(-1)!
  await page.getByTestId('code-value').fill(/\b(\d{6})\b/.exec(letter.text)![1]!)
  await page.getByTestId('code-verify').click()
  await expect(page.getByTestId('phone-verified')).toBeVisible()
}

export interface Booked {
  code: string
  slot: string
}

/** The whole of it, to the booking's page. */
export async function book(page: Page, wufei: Wufei, wish: Wish): Promise<Booked> {
  await openBooking(page)
  const slot = await fillBooking(page, wish)
  await proveNumber(page, wufei, wish.email)
  await page.getByTestId('book-submit').click()
  await page.getByTestId('hold-confirm').click()
  await expectPickup(page, 'booked')
  const code = (await page.getByTestId('pickup-code').getAttribute('data-code')) ?? ''
  expect(code).toMatch(/^\d{9}$/)
  return { code, slot }
}

export async function expectPickup(page: Page, status: string): Promise<void> {
  await expect(page.getByTestId('pickup-status')).toHaveAttribute('data-status', status)
}

/** The lines of the history of one kind. */
export const told = (page: Page, kind: string): Locator =>
  page.locator(`[data-testid="pickup-event"][data-kind="${kind}"]`)

/** What the history tells, oldest first. */
export async function expectEvents(page: Page, kinds: string[]): Promise<void> {
  await expect
    .poll(() =>
      page
        .getByTestId('pickup-event')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-kind') ?? '')),
    )
    .toEqual(kinds)
}

/** What a camera reads from the label on the page: the address in its QR code. */
export async function readLabel(page: Page): Promise<string> {
  const label = page.getByTestId('label')
  await expect(label).toBeVisible()
  return readQr(await label.getAttribute('src').then((source) => paint(page, source!)))
}
