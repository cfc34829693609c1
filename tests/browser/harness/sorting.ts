// The look-up as a resident uses it.
import { expect, type Locator, type Page } from '@playwright/test'

export async function ask(page: Page, query: string): Promise<Locator> {
  await page.getByTestId('sort-input').fill(query)
  await page.getByTestId('sort-submit').click()
  await expect(page).toHaveURL(
    new RegExp(`q=${encodeURIComponent(query).replace(/%20/g, '(\\+|%20)')}`),
  )
  return page.getByTestId('sort-answer')
}

/** Where the answer says it goes, and how it was found. */
export async function expectAnswer(
  page: Page,
  expected: { category?: string; route?: string; matched?: string; name?: string },
): Promise<void> {
  const answer = page.getByTestId('sort-answer')
  await expect(answer).toBeVisible()
  if (expected.category) await expect(answer).toHaveAttribute('data-category', expected.category)
  if (expected.route) await expect(answer).toHaveAttribute('data-route', expected.route)
  if (expected.matched) await expect(answer).toHaveAttribute('data-matched', expected.matched)
  if (expected.name) await expect(answer.getByTestId('answer-name')).toHaveText(expected.name)
}

/** Until the rule set lies on the phone, and the worker holds the pages. */
export async function keptOnPhone(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true)
  await expect
    .poll(
      () =>
        page.evaluate(
          () =>
            new Promise<boolean>((resolve) => {
              const opening = indexedDB.open('wufei')
              opening.onerror = () => resolve(false)
              opening.onsuccess = () => {
                const db = opening.result
                const close = (kept: boolean) => {
                  db.close()
                  resolve(kept)
                }
                if (!db.objectStoreNames.contains('sorting')) return close(false)
                const got = db.transaction('sorting').objectStore('sorting').get('zh')
                got.onsuccess = () => close(Boolean(got.result))
                got.onerror = () => close(false)
              }
            }),
        ),
      { timeout: 30_000 },
    )
    .toBe(true)
}
