// Second-hand things, made over the API by whoever is signed in on a phone.
import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'

const answer = async <T>(
  promise: Promise<{ status(): number; text(): Promise<string> }>,
): Promise<T> => {
  const got = await promise
  const text = await got.text()
  expect(got.status(), text).toBeLessThan(300)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export const post = <T>(page: Page, path: string, data?: unknown): Promise<T> =>
  answer<T>(
    page.request.post(`/api/v1${path}`, {
      data,
      headers: { 'Idempotency-Key': randomUUID(), 'Accept-Language': 'zh-CN' },
    }),
  )

/** An account of its own, signed in on this phone. */
export async function join(page: Page, username: string, name: string): Promise<void> {
  await post(page, '/accounts', { username, name, password: 'a-long-enough-password' })
}

export async function list(page: Page, changes: Record<string, unknown> = {}): Promise<string> {
  const made = await post<{ id: string; state: string }>(page, '/listings', {
    kind: 'offer',
    terms: 'free',
    category: 'furniture-sofa',
    title: '三人布沙发',
    text: '搬家用不上了，能坐能躺，自己来搬。',
    condition: 'good',
    township: '220605001',
    ...changes,
  })
  expect(made.state).toBe('published')
  return made.id
}

export async function expectStanding(page: Page, standing: string): Promise<void> {
  await expect(page.getByTestId('ask-standing')).toHaveAttribute('data-standing', standing)
}

/** A tap, and the “sure?” that follows it. */
export async function step(page: Page, name: string): Promise<void> {
  await page.getByTestId(`step-${name}`).tap()
  await page.locator('.van-dialog__confirm').tap()
}
