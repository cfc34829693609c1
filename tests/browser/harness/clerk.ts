// What the people at their desks do.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Photo } from './photo.ts'
import type { Staff } from './server.ts'

export async function signIn(page: Page, staff: Pick<Staff, 'username' | 'password'>) {
  await page.goto('/desk')
  await page.getByTestId('login-username').fill(staff.username)
  await page.getByTestId('login-password').fill(staff.password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('inbox-total')).toBeVisible()
}

export const row = (page: Page, code: string): Locator =>
  page.locator(`[data-testid="case-row"][data-code="${code}"]`)

/** From the list of the tab, as a clerk comes to it. */
export async function openFromInbox(page: Page, code: string, tab?: string): Promise<void> {
  await page.getByTestId('desk-home').click()
  if (tab) await page.getByTestId(`tab-${tab}`).click()
  await row(page, code).getByRole('link').click()
  await expect(page.getByTestId('case-code')).toHaveText(grouped(code))
}

export const grouped = (code: string): string => code.replace(/(\d{3})(?=\d)/g, '$1-')

export async function expectCase(page: Page, status: string): Promise<void> {
  await expect(page.getByTestId('case-status')).toHaveAttribute('data-status', status)
}

export interface ActionInput {
  note?: string
  reason?: string
  office?: string
  photos?: Photo[]
  passed?: boolean
  final?: boolean
  public?: boolean
}

/** Presses the button of an action, fills in its sheet if it has one, and waits for the end. */
export async function act(page: Page, action: string, input?: ActionInput): Promise<void> {
  await page.getByTestId(`action-${action}`).click()
  if (input) {
    const sheet = page.getByRole('dialog').and(page.getByTestId(`dialog-${action}`))
    await expect(sheet).toBeVisible()
    if (input.passed !== undefined) {
      await sheet.getByTestId(input.passed ? 'field-passed' : 'field-failed').check()
    }
    if (input.office) await sheet.getByTestId('field-office').selectOption(input.office)
    if (input.photos) {
      await sheet.getByTestId('photo-input').setInputFiles(input.photos)
      const picked = sheet.getByTestId('picked-photo')
      await expect(picked).toHaveCount(input.photos.length)
      for (let index = 0; index < input.photos.length; index += 1) {
        await expect(picked.nth(index)).toHaveAttribute('data-status', 'done')
      }
    }
    for (const field of ['note', 'reason'] as const) {
      const text = input[field]
      if (text !== undefined) await sheet.getByTestId(`field-${field}`).fill(text)
    }
    if (input.final) await sheet.getByTestId('field-final').check()
    if (input.public) await sheet.getByTestId('field-public').check()
    await sheet.getByTestId('action-submit').click()
    await expect(sheet).toBeHidden()
  }
  await expect(page.getByTestId('action-done')).toBeVisible()
}
