import { NO_NETWORK, expect, test } from '../harness/fixtures.ts'
import { book, expectPickup, told } from '../harness/booking.ts'
import { signIn } from '../harness/clerk.ts'
import { takePhoto } from '../harness/photo.ts'

test.use({ sameDay: true })

test('a crew works its day without a signal, and what it did arrives once', async ({
  phone,
  wufei,
}) => {
  const crew = await wufei.addStaff('crew', 'handler', 'housing')
  const homes: {
    page: Awaited<ReturnType<typeof phone>>['page']
    code: string
  }[] = []
  for (let n = 1; n <= 4; n += 1) {
    const { page } = await phone()
    const { code } = await book(page, wufei, {
      items: [
        { id: 'sofa', group: 'furniture' },
        { id: 'chair', group: 'furniture', count: 2 },
      ],
      address: `福源小区${n}号楼${n}01室`,
      phone: `1390439100${n}`,
      email: `home${n}@example.cn`,
    })
    homes.push({ page, code })
  }
  const [taken, partly, refused, missed] = homes as [
    (typeof homes)[0],
    (typeof homes)[0],
    (typeof homes)[0],
    (typeof homes)[0],
  ]

  const { page, context, allow } = await phone()
  allow(NO_NETWORK)
  await page.goto('/desk/pickups/day')
  await page.getByTestId('login-username').fill(crew.username)
  await page.getByTestId('login-password').fill(crew.password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('stop')).toHaveCount(4)
  await expect(page.getByTestId('sync')).toHaveAttribute('data-state', 'done')
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true)

  await context.setOffline(true)
  const stop = (code: string) => page.locator(`[data-testid="stop"][data-code="${code}"]`)

  await test.step('the page opens again with the network dead', async () => {
    await page.reload()
    await expect(page.getByTestId('stop')).toHaveCount(4)
    await expect(page.getByTestId('sync')).toHaveAttribute('data-state', 'offline')
  })

  await test.step('taken, with weight, a photo and something more', async () => {
    await stop(taken.code).click()
    await page.getByTestId('stop-save').click()
    await expect(page.locator('.field__error', { hasText: '请选收得怎么样' })).toBeVisible()
    await page.getByTestId('outcome-collected').click()
    await page.getByTestId('weight').fill('42.5')
    await page.getByTestId('extra-toggle').click()
    await page.getByTestId('extra-table').getByTestId('count-more').click()
    await page.getByTestId('stop-save').click()
    await expect(page.locator('.field__error', { hasText: '加收要住户当面同意' })).toBeVisible()
    await page.getByTestId('consent').check()
    await page
      .getByTestId('photo-input')
      .setInputFiles([await takePhoto({ scene: 'Landscape', orientation: 1 })])
    await expect(page.getByTestId('picked-photo')).toHaveCount(1)
    await page.getByTestId('stop-save').click()
    await expect(stop(taken.code)).toHaveAttribute('data-pending', 'collected')
  })

  await test.step('in part', async () => {
    await stop(partly.code).click()
    await page.getByTestId('outcome-partly').click()
    await page.getByTestId('taken-chair').getByTestId('count-less').click()
    await page.getByTestId('stop-save').click()
    await expect(stop(partly.code)).toHaveAttribute('data-pending', 'partly')
  })

  await test.step('refused with a reason', async () => {
    await stop(refused.code).click()
    await page.getByTestId('outcome-refused').click()
    await page.getByTestId('stop-save').click()
    await expect(page.locator('.field__error', { hasText: '请写拒收的原因' })).toBeVisible()
    await page.getByTestId('reason').fill('里面还有东西')
    await page.getByTestId('stop-save').click()
    await expect(stop(refused.code)).toHaveAttribute('data-pending', 'refused')
  })

  await test.step('nobody home; taken back and recorded again', async () => {
    await stop(missed.code).click()
    await page.getByTestId('outcome-nobody_home').click()
    await page.getByTestId('stop-save').click()
    await stop(missed.code).click()
    await page.getByTestId('take-back').click()
    await page.getByTestId('outcome-nobody_home').click()
    await page.getByTestId('stop-save').click()
    await expect(stop(missed.code)).toHaveAttribute('data-pending', 'nobody_home')
  })

  await test.step('meanwhile one of them cancels', async () => {
    await refused.page.getByTestId('pickup-cancel').click()
    await refused.page.getByTestId('cancel-sure').click()
    await expectPickup(refused.page, 'cancelled')
  })

  await test.step('the phone restarts, the signal is back, everything arrives', async () => {
    await page.reload()
    await expect(page.getByTestId('sync')).toHaveAttribute('data-waiting', '5')
    await context.setOffline(false)
    await expect(page.getByTestId('sync')).toHaveAttribute('data-waiting', '0')
    await expect(page.getByTestId('sync')).toHaveAttribute('data-state', 'done')
    // What no longer fits is shown, not lost.
    const trouble = page.getByTestId('sync-trouble')
    await expect(trouble).toHaveAttribute('data-ref', refused.code)
    await expect(trouble).toHaveAttribute('data-state', 'conflict')
    await trouble.getByTestId('sync-drop').click()
    await expect(trouble).toHaveCount(0)
  })

  await taken.page.reload()
  await expectPickup(taken.page, 'collected')
  await expect(told(taken.page, 'collected')).toHaveCount(1)
  await expect(taken.page.getByTestId('photo-thumb').first()).toBeVisible()
  // Sofa 30, two chairs 6, table 10 on the first floor.
  await expect(taken.page.getByTestId('bill-total')).toHaveAttribute('data-fen', '4600')
  await partly.page.reload()
  await expectPickup(partly.page, 'partly')
  await missed.page.reload()
  await expectPickup(missed.page, 'booked')
  await expect(told(missed.page, 'nobody_home')).toHaveCount(1)
})
