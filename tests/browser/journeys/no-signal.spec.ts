import { NO_NETWORK, expect, test } from '../harness/fixtures.ts'
import { takePhoto } from '../harness/photo.ts'
import { IN_TOWN } from '../harness/places.ts'
import { addPhotos, expectStatus, openWizard } from '../harness/resident.ts'

test('without a signal a report waits on the phone and is sent exactly once', async ({
  phone,
  wufei,
}) => {
  const { page, context, allow } = await phone()
  allow(NO_NETWORK)
  await openWizard(page)
  // Once the worker has the app, a dead network no longer matters to its pages.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true)
  await expect(page.getByTestId('place-set')).toBeVisible()

  await context.setOffline(true)
  const photo = await takePhoto({ scene: 'Landscape', orientation: 3, place: IN_TOWN })
  await page.getByTestId('photo-input').setInputFiles([photo])
  await expect(page.getByTestId('picked-photo')).toHaveCount(1)
  await page.getByTestId('category-construction').click()
  await page.getByTestId('answer-vehicle_present-no').click()
  await page.getByTestId('description').fill('河边倒了一车砖头和水泥块')

  // Somebody calls, the phone drops the page: nothing is lost.
  await page.getByTestId('go-home').click()
  await page.goto('/report')
  await expect(page.getByTestId('draft-restored')).toBeVisible()
  await expect(page.getByTestId('description')).toHaveValue('河边倒了一车砖头和水泥块')
  await expect(page.getByTestId('picked-photo')).toHaveCount(1)
  await expect(page.getByTestId('category-chosen')).toBeVisible()

  await page.getByTestId('submit-report').click()
  await expect(page).toHaveURL(/\/mine$/)
  await expect(page.getByTestId('waiting-report')).toHaveAttribute('data-state', 'waiting')
  await page.reload()
  await expect(page.getByTestId('waiting-report')).toBeVisible()

  await context.setOffline(false)
  await expect(page.getByTestId('waiting-report')).toHaveCount(0)
  const mine = page.getByTestId('mine-entry')
  await expect(mine).toHaveCount(1)
  const code = await mine.getAttribute('data-code')

  const listed = await page.request.get(`${wufei.url}/api/v1/reports`)
  const { items } = (await listed.json()) as { items: { code: string }[] }
  expect(items.map((item) => item.code)).toEqual([code])
  await mine.getByRole('link').click()
  await expectStatus(page, 'dispatched')
  // Among the photos, and at the step of the history that brought it.
  await expect(page.getByTestId('photo-thumb').first()).toBeVisible()
})

test('a photo that was not finished uploading goes up when the signal is back', async ({
  phone,
}) => {
  const { page, context, allow } = await phone()
  allow(NO_NETWORK)
  await openWizard(page)
  await context.setOffline(true)
  await page
    .getByTestId('photo-input')
    .setInputFiles([await takePhoto({ scene: 'Portrait', orientation: 1 })])
  await expect(page.getByTestId('photo-retry')).toBeVisible()
  await context.setOffline(false)
  await page.getByTestId('photo-retry').click()
  await expect(page.getByTestId('picked-photo')).toHaveAttribute('data-status', 'done')
  await addPhotos(page, [await takePhoto({ scene: 'Landscape', orientation: 1 })])
})
