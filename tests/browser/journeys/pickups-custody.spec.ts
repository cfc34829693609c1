import { expect, test } from '../harness/fixtures.ts'
import { book, expectPickup, readLabel } from '../harness/booking.ts'
import { signIn } from '../harness/clerk.ts'

test.use({ sameDay: true })

test('laboratory waste of a school is traced until it is treated', async ({
  phone,
  desk,
  wufei,
}) => {
  const carrier = await wufei.addStaff('carrier', 'handler', 'ecology')
  const school = (await phone()).page
  const { code } = await book(school, wufei, {
    party: 'small-source',
    items: [{ id: 'lab-waste', group: 'hazardous', count: 2 }],
    address: '江源区第一中学实验楼',
    name: '李老师',
    phone: '13904392001',
    email: 'school@example.cn',
  })
  await school.getByTestId('label-toggle').click()
  const label = new URL(await readLabel(school))

  const { page } = await phone()
  await page.goto('/desk/pickups/day')
  await page.getByTestId('login-username').fill(carrier.username)
  await page.getByTestId('login-password').fill(carrier.password)
  await page.getByTestId('login-submit').click()

  await test.step('collected and weighed', async () => {
    // Without a detector of QR codes the reference on the label is typed.
    await page.getByTestId('crew-scan').click()
    await page.getByTestId('scan-text').fill(code)
    await page.getByTestId('scan-open').click()
    await page.getByTestId('outcome-collected').click()
    await page.getByTestId('stop-save').click()
    await expect(page.locator('.field__error', { hasText: '请填重量' })).toBeVisible()
    await page.getByTestId('weight').fill('12.4')
    await page.getByTestId('stop-save').click()
    await expect(page.getByTestId('sync')).toHaveAttribute('data-state', 'done')
    await expect(page.getByTestId('sync')).toHaveAttribute('data-waiting', '0')
  })

  // What the phone's camera reads from the label.
  expect(label.pathname).toMatch(/^\/desk\/pickups\/scan\//)
  await page.goto(label.pathname)
  await expect(page.getByTestId('scanned')).toHaveAttribute('data-code', code)
  const handOver = async (stage: string, place: string, kg: string, who: string) => {
    await page.getByTestId(`stage-${stage}`).click()
    await page.getByTestId('handover-place').fill(place)
    await page.getByTestId('handover-weight').fill(kg)
    await page.getByTestId('handover-receiver').fill(who)
    await page.getByTestId('handover-save').click()
    await expect(
      page.locator(`[data-testid="handover"][data-stage="${stage}"]`).last(),
    ).toBeVisible()
  }
  await handOver('stored', '危废暂存间', '12.3', '赵管库')
  await expect(page.getByTestId('handover-saved')).toHaveAttribute('data-flagged', 'false')
  await handOver('transferred', '暂存间门口', '9.8', '孙司机（持证运输）')
  await expect(page.getByTestId('handover-saved')).toHaveAttribute('data-flagged', 'true')
  await handOver('treated', '持证处置厂', '9.8', '周厂长')

  await test.step('the school has the record, to print', async () => {
    await school.reload()
    await expectPickup(school, 'collected')
    await school.getByTestId('pickup-custody').click()
    await expect(school.getByTestId('custody-state')).toHaveAttribute('data-complete', 'true')
    await expect(school.getByTestId('handover')).toHaveCount(4)
    await expect(school.getByTestId('custody-print')).toBeVisible()
    await school.emulateMedia({ media: 'print' })
    await expect(school.getByTestId('custody-print')).toBeHidden()
    await expect(school.getByTestId('handover').last()).toBeVisible()
  })

  await test.step('the office finds the difference in weight', async () => {
    const office = (await desk()).page
    await signIn(office, carrier)
    await office.getByTestId('nav-pickups').click()
    await office.getByTestId('office-tab-list').click()
    await office.getByTestId('list-flagged').check()
    const row = office.getByTestId('office-row')
    await expect(row).toHaveCount(1)
    await row.click()
    await expect(office.getByTestId('custody-state')).toHaveAttribute('data-flagged', 'true')
  })
})
