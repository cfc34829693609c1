import type { Locator } from '@playwright/test'
import { expect, test } from '../harness/fixtures.ts'
import { report } from '../harness/resident.ts'

/** Taps, counted: typing is not one. */
function counter() {
  let taps = 0
  return {
    tap: async (target: Locator) => {
      await target.tap()
      taps += 1
    },
    get taps() {
      return taps
    },
  }
}

test('the commonest tasks are within three taps of home @sqlite', async ({ phone }) => {
  const { page } = await phone()
  const { code } = await report(page, { category: 'plastics', description: '路边很多塑料袋' })

  await test.step('the camera is open', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-report'))
    const chooser = page.waitForEvent('filechooser')
    await count.tap(page.locator('label', { has: page.getByTestId('photo-camera') }))
    await chooser
    expect(count.taps).toBeLessThanOrEqual(3)
  })

  await test.step('what became of my report', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-mine'))
    await count.tap(page.getByTestId('mine-entry').getByRole('link'))
    await expect(page.getByTestId('history-step').first()).toBeVisible()
    expect(count.taps).toBeLessThanOrEqual(3)
  })

  await test.step('what became of a report whose number I have', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-find'))
    await page.getByTestId('code-input').fill(code)
    await count.tap(page.getByTestId('code-submit'))
    await expect(page.getByTestId('report-status')).toBeVisible()
    expect(count.taps).toBeLessThanOrEqual(3)
  })

  await test.step('letters about new reports', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-map'))
    await count.tap(page.getByTestId('map-subscribe'))
    await expect(page.getByTestId('subscribe-email')).toBeVisible()
    expect(count.taps).toBeLessThanOrEqual(3)
  })

  await test.step('who is responsible', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-who'))
    await count.tap(page.getByTestId('category-medical'))
    await expect(page.getByTestId('routing-lead')).toBeVisible()
    expect(count.taps).toBeLessThanOrEqual(3)
  })

  await test.step('which bin it goes into', async () => {
    const count = counter()
    await page.goto('/')
    await count.tap(page.getByTestId('home-sort'))
    await page.getByTestId('sort-input').fill('外卖盒')
    await count.tap(page.getByTestId('sort-submit'))
    await expect(page.getByTestId('answer-bin')).toBeVisible()
    expect(count.taps).toBeLessThanOrEqual(3)
  })
})
