import { NO_NETWORK, expect, test } from '../harness/fixtures.ts'
import {
  book,
  choose,
  expectEvents,
  expectPickup,
  fillBooking,
  openBooking,
  pickSlot,
  proveNumber,
} from '../harness/booking.ts'
import { signIn } from '../harness/clerk.ts'
import { expectKept } from '../harness/draft.ts'
import { takePhoto } from '../harness/photo.ts'

const SOFA = { id: 'sofa', group: 'furniture' }

test('a resident books, changes in place both ways, and cancels', async ({ phone, wufei }) => {
  const { page, context, allow } = await phone()
  allow(NO_NETWORK)

  await test.step('it begins within three taps of home', async () => {
    await page.goto('/')
    await page.getByTestId('home-pickups').tap()
    await page.getByTestId('pickups-book').tap()
    await expect(page.getByTestId('book-submit')).toBeVisible()
  })

  await test.step('what was entered survives a reload', async () => {
    const slot = await fillBooking(page, {
      items: [SOFA],
      address: '福源小区3号楼2单元501室',
      floor: 5,
      phone: '13904390001',
      email: 'wang@example.cn',
      slot: 1,
    })
    await page
      .getByTestId('photo-input')
      .setInputFiles([await takePhoto({ scene: 'Portrait', orientation: 6 })])
    await expect(page.getByTestId('picked-photo')).toHaveAttribute('data-status', 'done')
    await expect(page.getByTestId('bill-total')).toHaveAttribute('data-fen', '7000')
    await expectKept(page, 'wang@example.cn')
    await expectKept(page, slot)
    await expectKept(page, '"uploaded":{')
    await page.reload()
    await expect(page.getByTestId('pickup-restored')).toBeVisible()
    await expect(page.getByTestId('pickup-address')).toHaveValue('福源小区3号楼2单元501室')
    await expect(page.getByTestId('picked-photo')).toHaveCount(1)
    await expect(page.locator('[data-testid="slot"][aria-pressed="true"]')).toHaveCount(1)
  })

  await test.step('a place is held with a countdown, given back, and held again', async () => {
    await proveNumber(page, wufei, 'wang@example.cn')
    await page.getByTestId('book-submit').click()
    await expect(page.getByTestId('countdown')).toHaveText(/^(10:00|9:\d\d)$/)
    // The phone drops the page in the middle of it.
    await page.reload()
    await expect(page.getByTestId('countdown')).toHaveText(/^9:\d\d$|^10:00$/)
    await page.getByTestId('hold-release').click()
    await expect(page.getByTestId('pickup-address')).toHaveValue('福源小区3号楼2单元501室')
    await pickSlot(page, 1)
    await page.getByTestId('book-submit').click()
    await page.getByTestId('hold-confirm').click()
    await expectPickup(page, 'booked')
  })
  const code = (await page.getByTestId('pickup-code').getAttribute('data-code'))!
  await expectEvents(page, ['held', 'confirmed'])
  // Its photo needs the secret.
  await expect(page.getByTestId('photo-thumb').locator('img')).toBeVisible()
  await page.getByTestId('label-toggle').click()
  await expect(page.getByTestId('label')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByTestId('pickup-calendar').click()
  expect((await download).suggestedFilename()).toBe(`pickup-${code}.ics`)

  await test.step('dearer', async () => {
    await page.getByTestId('pickup-change').click()
    await choose(page, 'chair', 'furniture', 2)
    const difference = page.getByTestId('price-difference')
    await expect(difference).toHaveAttribute('data-change', 'pay_more')
    await expect(difference).toContainText('¥14')
    await page.getByTestId('change-save').click()
    await expect(page.getByTestId('bill-total')).toHaveAttribute('data-fen', '8400')
  })

  await test.step('cheaper, and on another half-day', async () => {
    const when = page.getByTestId('pickup-when')
    const before = (await when.getAttribute('data-slot'))!
    await page.getByTestId('pickup-change').click()
    await page.getByTestId('item-chair').getByTestId('count-less').click()
    await pickSlot(page, 2)
    const difference = page.getByTestId('price-difference')
    await expect(difference).toHaveAttribute('data-change', 'pay_less')
    await expect(difference).toContainText('¥7')
    await page.getByTestId('change-save').click()
    await expect(page.getByTestId('bill-total')).toHaveAttribute('data-fen', '7700')
    await expect(when).toBeVisible()
    await expect(when).not.toHaveAttribute('data-slot', before)
    // One booking all the while.
    await expect(page.getByTestId('pickup-code')).toHaveAttribute('data-code', code)
  })

  await test.step('the link opens it elsewhere and leaves no secret in the address', async () => {
    const secret = await page.evaluate(
      (ref) =>
        new Promise<string>((resolve) => {
          const request = indexedDB.open('wufei')
          request.onsuccess = () => {
            const get = request.result.transaction('pickups').objectStore('pickups').get(ref)
            get.onsuccess = () => resolve((get.result as { secret: string }).secret)
          }
        }),
      code,
    )
    const other = (await phone()).page
    await other.goto(`/pickups/${code}`)
    await expect(other.getByRole('alert')).toBeVisible()
    await other.goto('/')
    await other.goto(`/pickups/${code}#s=${encodeURIComponent(secret)}`)
    await expectPickup(other, 'booked')
    await expect(other).not.toHaveURL(/#/)
    await other.reload()
    await expectPickup(other, 'booked')
  })

  await test.step('it can be read without a signal', async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await context.route('**/api/**', (route) => route.abort('internetdisconnected'))
    await page.goto('/pickups')
    const entry = page.locator(`[data-testid="pickup-entry"][data-code="${code}"] a`)
    await expect(entry).toBeVisible()
    // The address that stays for the next time is nothing left undone.
    await expect(page.getByTestId('pickup-draft')).toHaveCount(0)
    await entry.click()
    await expectPickup(page, 'booked')
    await context.unroute('**/api/**')
  })

  await test.step('and cancelled', async () => {
    await page.goto(`/pickups/${code}`)
    await page.getByTestId('pickup-cancel').click()
    await page.getByTestId('cancel-sure').click()
    await expectPickup(page, 'cancelled')
    await expectEvents(page, ['held', 'confirmed', 'changed', 'changed', 'cancelled'])
  })
})

test('who waits for a full half-day gets the freed place in turn', async ({
  phone,
  desk,
  wufei,
}) => {
  const coordinator = await wufei.addStaff('leader', 'coordinator')
  const first = (await phone()).page
  const booked = await book(first, wufei, {
    items: [SOFA],
    address: '福源小区1号楼101室',
    phone: '13904390002',
    email: 'first@example.cn',
  })

  await test.step('the office has room for one only', async () => {
    const { page } = await desk()
    await signIn(page, coordinator)
    await page.getByTestId('nav-pickups').click()
    const load = page.locator(`[data-testid="load"][data-slot="${booked.slot}"]`)
    await expect(page.getByTestId('office-tab-calendar')).toBeVisible()
    await page.waitForLoadState('networkidle')
    // The first half-day to be had may be in the next week.
    if ((await load.count()) === 0) await page.getByTestId('week-after').click()
    await load.click()
    await page.getByTestId('slot-items').fill('1')
    await page.getByTestId('slot-save').click()
    await expect(page.getByTestId('slot-dialog')).toBeHidden()
  })

  const second = (await phone()).page
  await openBooking(second)
  await fillBooking(second, {
    items: [SOFA],
    address: '福源小区2号楼202室',
    phone: '13904390003',
    email: 'second@example.cn',
    slot: booked.slot,
  })
  await expect(second.locator(`[data-slot="${booked.slot}"]`)).toHaveAttribute(
    'data-availability',
    'full',
  )
  await expect(second.getByTestId('slot-wait')).toBeVisible()
  await proveNumber(second, wufei, 'second@example.cn')
  await second.getByTestId('book-submit').click()
  await expectPickup(second, 'waiting')
  await expect(second.getByTestId('pickup-say')).toContainText('第 1 位')

  await first.getByTestId('pickup-cancel').click()
  await first.getByTestId('cancel-sure').click()
  await expectPickup(first, 'cancelled')

  await expect
    .poll(async () => {
      await second.reload()
      return second.getByTestId('pickup-status').getAttribute('data-status')
    })
    .toBe('offered')
  await expect(second.getByTestId('countdown')).toHaveText(/^(2:00:00|1:\d\d:\d\d)$/)
  await second.getByTestId('pickup-confirm').click()
  await expectPickup(second, 'booked')
  await expectEvents(second, ['queued', 'offered', 'confirmed'])
})

test('without e-mail, staff ring and read the code out @sqlite', async ({ phone, desk, wufei }) => {
  const coordinator = await wufei.addStaff('leader', 'coordinator')
  const { page } = await phone()
  await openBooking(page)
  await fillBooking(page, {
    items: [{ id: 'fridge', group: 'appliances' }],
    address: '福源小区5号楼505室',
    phone: '13904390004',
    email: '',
    slot: 'e-waste',
  })
  // Paid to the resident, and said so.
  await expect(page.getByTestId('bill-total')).toContainText('付给您')
  await page.getByTestId('code-ask').click()
  await expect(page.getByTestId('code-sent')).toHaveAttribute('data-channel', 'call')

  const office = (await desk()).page
  await signIn(office, coordinator)
  await office.getByTestId('nav-pickups').click()
  await office.getByTestId('office-tab-codes').click()
  const code = await office.getByTestId('code-to-read').first().textContent()
  await page.getByTestId('code-value').fill(code!.trim())
  await page.getByTestId('code-verify').click()
  await expect(page.getByTestId('phone-verified')).toBeVisible()
  await page.getByTestId('book-submit').click()
  await page.getByTestId('hold-confirm').click()
  await expectPickup(page, 'booked')
})

test('a sorting answer leads to the item it was about @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await page.goto('/pickups/book?kind=appliance-statutory&thing=%E5%86%B0%E7%AE%B1')
  await expect(page.getByTestId('item-fridge').getByTestId('count-value')).toHaveText('1')
})

test('a place that was not confirmed in time is taken again without typing anything @sqlite', async ({
  phone,
  wufei,
}) => {
  const { page } = await phone()
  await page.clock.install()
  await openBooking(page)
  await fillBooking(page, {
    items: [SOFA],
    address: '福源小区6号楼606室',
    phone: '13904390006',
    email: 'late@example.cn',
  })
  await proveNumber(page, wufei, 'late@example.cn')
  await page.getByTestId('book-submit').click()
  const countdown = page.getByTestId('countdown')
  await expect(countdown).toHaveAttribute('data-urgency', 'calm')
  // The countdown is set by the server's clock once the booking has been read; only then may it move.
  await expect(page.getByTestId('hold')).toContainText('福源小区6号楼606室')
  await page.clock.fastForward('08:10')
  await expect(countdown).toHaveAttribute('data-urgency', 'soon')
  await page.clock.fastForward('02:00')
  await expect(page.getByTestId('hold-over')).toBeVisible()
  await page.getByTestId('hold-restart').click()
  await expect(page.getByTestId('pickup-address')).toHaveValue('福源小区6号楼606室')
  await expect(page.getByTestId('phone-verified')).toBeVisible()
  await page.getByTestId('book-submit').click()
  await page.getByTestId('hold-confirm').click()
  await expectPickup(page, 'booked')
})
