// What a resident does on the phone, in the words of the screens.
import { expect, type Page } from '@playwright/test'
import type { Photo } from './photo.ts'

export interface Filing {
  category: string
  description?: string
  photos?: Photo[]
  answers?: Record<string, string>
  email?: string
  /** By the list, without a map. Else the phone's own position is taken. */
  township?: { code: string; community?: string }
}

export interface Filed {
  code: string
}

export async function openWizard(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByTestId('home-report').click()
  await expect(page.getByTestId('submit-report')).toBeVisible()
}

export async function addPhotos(page: Page, photos: Photo[], status = 'done'): Promise<void> {
  const before = await page.getByTestId('picked-photo').count()
  await page.getByTestId('photo-input').setInputFiles(photos)
  const picked = page.getByTestId('picked-photo')
  await expect(picked).toHaveCount(before + photos.length)
  for (let index = before; index < before + photos.length; index += 1) {
    await expect(picked.nth(index)).toHaveAttribute('data-status', status)
  }
}

/** Everything of the form but the last tap. */
export async function fill(page: Page, filing: Filing): Promise<void> {
  if (filing.photos) await addPhotos(page, filing.photos)
  await page.getByTestId(`category-${filing.category}`).click()
  for (const [question, option] of Object.entries(filing.answers ?? {})) {
    await page.getByTestId(`answer-${question}-${option}`).click()
  }
  await place(page, filing)
  if (filing.description) await page.getByTestId('description').fill(filing.description)
  if (filing.email) {
    await page.getByTestId('contact-toggle').click()
    await page.getByTestId('contact-email').fill(filing.email)
  }
}

async function place(page: Page, { township }: Filing): Promise<void> {
  if (township) {
    await page.getByTestId('place-by-list').click()
    await page.getByTestId('township-select').selectOption(township.code)
    if (township.community) {
      await page.getByTestId('community-select').selectOption(township.community)
    }
  } else {
    await expect(page.getByTestId('place-set')).toBeVisible()
    // The borders of the townships are drawn roughly: the resident says whether it is the one.
    await page.getByTestId('township-yes').click()
  }
  await expect(page.getByTestId('routing-lead')).toBeVisible()
}

/** The last tap, and the page that shows the code. */
export async function send(page: Page): Promise<Filed> {
  await page.getByTestId('submit-report').click()
  await page.waitForURL(/\/done\/\d{9}$/)
  const shown = page.getByTestId('report-code')
  const code = (await shown.getAttribute('data-code')) ?? ''
  expect(code).toMatch(/^\d{9}$/)
  await expect(shown).toHaveText(new RegExp(code.replace(/(\d{3})/g, '$1\\s*')))
  return { code }
}

export async function report(page: Page, filing: Filing): Promise<Filed> {
  await openWizard(page)
  await fill(page, filing)
  return send(page)
}

/** The states the reporter's page tells of, oldest first, each once per step. */
export async function steps(page: Page): Promise<string[]> {
  const all = page.getByTestId('history-step')
  await expect(all.first()).toBeVisible()
  return all.evaluateAll((items) => items.map((item) => item.getAttribute('data-status') ?? ''))
}

export async function expectStatus(page: Page, status: string): Promise<void> {
  await expect(page.getByTestId('report-status')).toHaveAttribute('data-status', status)
}
