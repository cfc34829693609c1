import { faults } from '../harness/axe.ts'
import { signIn } from '../harness/clerk.ts'
import { expectKept } from '../harness/draft.ts'
import { expect, test } from '../harness/fixtures.ts'
import { join } from '../harness/market.ts'
import { takePhoto } from '../harness/photo.ts'

test('a shop hands in its licence, the market office approves it', async ({
  phone,
  desk,
  wufei,
}) => {
  const { page } = await phone()
  await join(page, 'lao-chen', '陈建国')
  const found: string[] = []

  await test.step('a number copied wrongly is found on the phone', async () => {
    await page.goto('/market/seller')
    await page.getByTestId('seller-name').fill('老陈旧货行')
    await page.getByTestId('seller-code').fill('91330100799655058C')
    await page.getByTestId('seller-township').selectOption('220605001')
    await page.getByTestId('seller-send').tap()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await page.getByTestId('seller-code').fill('9133 0100 7996 5505 8b')
    await expect(page.getByTestId('code-good')).toBeVisible()
    await page.getByTestId('seller-intro').fill('收旧家具、旧家电，每天八点开门。')
    await page
      .getByTestId('photo-input')
      .setInputFiles([await takePhoto({ scene: 'Landscape', orientation: 1 })])
    await expect(page.getByTestId('picked-photo')).toHaveAttribute('data-status', 'done')
    found.push(...(await faults(page, 'a merchant’s form')))
  })

  await test.step('what was entered survives a reload', async () => {
    await expectKept(page, '每天八点开门')
    await page.reload()
    await expect(page.getByTestId('seller-name')).toHaveValue('老陈旧货行')
    await expect(page.getByTestId('picked-photo')).toHaveCount(1)
    await page.getByTestId('seller-send').tap()
    await expect(page.getByTestId('seller-state')).toHaveAttribute('data-state', 'pending')
  })

  await test.step('the office looks at it and approves', async () => {
    const clerk = await wufei.addStaff('market-clerk', 'handler', 'market-supervision')
    const office = (await desk()).page
    await signIn(office, clerk)
    await office.getByTestId('nav-sellers').click()
    await expect(office.getByTestId('desk-seller')).toHaveCount(1)
    await expect(office.getByTestId('desk-seller')).toContainText('陈建国')
    found.push(...(await faults(office, 'licences')))
    await office.getByTestId('seller-approve').click()
    await office.getByTestId('decide-send').click()
    await expect(office.getByTestId('sellers-empty')).toBeVisible()
    await office.getByTestId('sellers-approved').click()
    await expect(office.getByTestId('desk-seller')).toHaveCount(1)
  })

  await test.step('the shop has a page', async () => {
    await page.reload()
    await expect(page.getByTestId('seller-state')).toHaveAttribute('data-state', 'approved')
    await page.getByTestId('seller-state').getByRole('link').tap()
    await expect(page.getByTestId('shop-name')).toHaveText('老陈旧货行')
    found.push(...(await faults(page, 'a shop')))
  })

  await test.step('an office of another kind has no say', async () => {
    const other = await wufei.addStaff('town-clerk', 'handler', 'housing')
    const office = (await desk()).page
    await signIn(office, other)
    await expect(office.getByTestId('nav-sellers')).toHaveCount(0)
  })

  expect(found).toEqual([])
})
