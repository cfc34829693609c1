import { faults } from '../harness/axe.ts'
import {
  book,
  choose,
  fillBooking,
  openBooking,
  proveNumber,
  readLabel,
} from '../harness/booking.ts'
import { signIn } from '../harness/clerk.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'

test.use({ sameDay: true })

const LAB = { id: 'lab-waste', group: 'hazardous' }

async function crewSignIn(page: Page, staff: { username: string; password: string }) {
  await page.goto('/desk/pickups/day')
  await page.getByTestId('login-username').fill(staff.username)
  await page.getByTestId('login-password').fill(staff.password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('stop').first()).toBeVisible()
}

test('no page of booking bars anybody @sqlite', async ({ phone, wufei }) => {
  const { page } = await phone()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))

  await page.goto('/pickups')
  await expect(page.getByTestId('pickups-book')).toBeVisible()
  await look('no bookings yet')
  await openBooking(page)
  await page.getByTestId('book-submit').click()
  await expect(page.getByTestId('step-items-error')).toBeVisible()
  await look('booking with faults')
  await fillBooking(page, {
    items: [{ id: 'sofa', group: 'furniture' }],
    address: '福源小区3号楼2单元501室',
    floor: 3,
    phone: '13904393001',
    email: 'axe@example.cn',
  })
  await page.getByTestId('pin-toggle').click()
  await expect(page.getByTestId('pickup-map')).toBeVisible()
  await choose(page, 'chair', 'furniture')
  await page.getByTestId('group-appliances').click()
  await look('filled booking with items that go apart')
  await proveNumber(page, wufei, 'axe@example.cn')
  await page.getByTestId('book-submit').click()
  await expect(page.getByTestId('hold-confirm')).toBeVisible()
  await look('held place')
  await page.getByTestId('hold-confirm').click()
  await page.getByTestId('label-toggle').click()
  await expect(page.getByTestId('label')).toBeVisible()
  await look('booking')
  await page.getByTestId('pickup-cancel').click()
  await expect(page.getByTestId('cancel-sure')).toBeVisible()
  await look('cancelling')
  await page.getByTestId('sheet-close').click()
  await page.getByTestId('pickup-change').click()
  await choose(page, 'chair', 'furniture')
  await expect(page.getByTestId('price-difference')).toBeVisible()
  await look('changing')
  await page.goto('/pickups')
  await expect(page.getByTestId('pickup-entry')).toBeVisible()
  await look('own bookings')
  await page.goto('/pickups/100000009')
  await expect(page.locator('main h1')).toBeVisible()
  await look('unknown booking')
  expect(found).toEqual([])
})

test('no page of crews and the office bars anybody @sqlite', async ({ phone, desk, wufei }) => {
  const carrier = await wufei.addStaff('carrier', 'handler', 'ecology')
  const source = (await phone()).page
  const { code } = await book(source, wufei, {
    party: 'small-source',
    items: [LAB],
    address: '江源区第一中学实验楼',
    phone: '13904393002',
    email: 'axe2@example.cn',
  })
  await source.getByTestId('label-toggle').click()
  const label = new URL(await readLabel(source))
  const { page } = await phone()
  const found: string[] = []
  const look = async (screen: string, at = page) => found.push(...(await faults(at, screen)))

  await crewSignIn(page, carrier)
  await look('day')
  await page.getByTestId('stop').click()
  for (const kind of ['refused', 'nobody_home', 'partly', 'collected']) {
    await page.getByTestId(`outcome-${kind}`).click()
    await look(`stop, ${kind}`)
  }
  await page.getByTestId('extra-toggle').click()
  await page.getByTestId('extra-waste-oil').getByTestId('count-more').click()
  await page.getByTestId('stop-save').click()
  await expect(page.locator('.field__error').first()).toBeVisible()
  await look('stop with faults')
  await page.getByTestId('extra-waste-oil').getByTestId('count-less').click()
  await page.getByTestId('weight').fill('5')
  await page.getByTestId('stop-save').click()
  await expect(page.getByTestId('sync')).toHaveAttribute('data-state', 'done')
  await page.getByTestId('crew-scan').click()
  await expect(page.getByTestId('scan-text')).toBeVisible()
  await look('scan')
  await page.goto(label.pathname)
  await page.getByTestId('stage-stored').click()
  await look('handover')
  await page.getByTestId('handover-place').fill('暂存间')
  await page.getByTestId('handover-weight').fill('1')
  await page.getByTestId('handover-receiver').fill('赵管库')
  await page.getByTestId('handover-save').click()
  await expect(page.getByTestId('handover-saved')).toHaveAttribute('data-flagged', 'true')
  await look('flagged handover')
  await source.goto(`/pickups/${code}/custody`)
  await expect(source.getByTestId('custody-state')).toBeVisible()
  await look('record of custody', source)

  const office = (await desk()).page
  await signIn(office, carrier)
  for (const size of [
    { width: 1280, height: 860 },
    { width: 390, height: 844 },
  ]) {
    await office.setViewportSize(size)
    await office.goto('/desk/pickups')
    for (const tab of ['calendar', 'list', 'rounds', 'closings', 'prices', 'codes', 'figures']) {
      await office.getByTestId(`office-tab-${tab}`).click()
      await office.waitForLoadState('networkidle')
      await look(`office, ${tab}, ${size.width}`, office)
    }
  }
  await office.goto('/desk/pickups')
  await office.getByTestId('load').filter({ visible: true }).first().click()
  await expect(office.getByTestId('slot-dialog')).toBeVisible()
  await look('room of a half-day', office)
  await office.goto('/desk/pickups/rounds')
  await office.getByTestId('round-add').click()
  await expect(office.getByTestId('round-dialog')).toBeVisible()
  await look('new round', office)
  await office.goto(`/desk/pickups/${code}`)
  await expect(office.getByTestId('custody-state')).toBeVisible()
  await look('booking at the office', office)
  expect(found).toEqual([])
})
