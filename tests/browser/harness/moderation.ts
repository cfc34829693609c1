// What authors and moderators do about what was held.
import { expect, type Page } from '@playwright/test'
import { fill, openWizard, type Filed, type Filing } from './resident.ts'
import type { Staff } from './server.ts'

/** An insult holds a text; the report itself goes its way. */
export const HELD = '🚮河边倒了一车砖头，物业的人都是脑残'
export const HELD_WORD = '脑残'

export async function makeAccount(page: Page, username: string, name: string): Promise<void> {
  await page.goto('/account')
  await fillAccount(page, username, name)
  await expect(page.getByTestId('account-sign-out')).toBeVisible()
}

export async function fillAccount(page: Page, username: string, name: string): Promise<void> {
  await page.getByTestId('account-switch').click()
  await page.locator('#account-username').fill(username)
  await page.locator('#account-name').fill(name)
  await page.locator('#account-password').fill('a long enough passphrase')
  await page.getByTestId('account-make').click()
}

export async function openQueue(page: Page, staff: Staff): Promise<void> {
  await page.goto('/desk/moderation')
  await page.getByTestId('login-username').fill(staff.username)
  await page.getByTestId('login-password').fill(staff.password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('review-tab-waiting')).toBeVisible()
}

export async function openFirst(page: Page, tab: 'waiting' | 'appeals' = 'waiting'): Promise<void> {
  await page.getByTestId(`review-tab-${tab}`).click()
  await page.getByTestId('queue-row').first().click()
  await expect(page.getByTestId('review-case')).toBeVisible()
}

/** A report beside one that is there already: the sheet of similar ones is answered. */
export async function reportAnother(page: Page, filing: Filing): Promise<Filed> {
  await openWizard(page)
  await fill(page, filing)
  await page.getByTestId('submit-report').click()
  await page.getByTestId('similar-none').click()
  await page.waitForURL(/\/done\/\d{9}$/)
  return {
    code: (await page.getByTestId('report-code').getAttribute('data-code')) ?? '',
  }
}
