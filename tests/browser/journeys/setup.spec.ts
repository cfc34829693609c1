import { expect, test } from '../harness/fixtures.ts'
import { signIn } from '../harness/clerk.ts'

test('the link that the server prints makes the first administrator, who adds staff', async ({
  wufei,
  desk,
}) => {
  await expect.poll(() => wufei.setupLink).not.toBeNull()
  const link = wufei.setupLink ?? ''
  const boss = (await desk()).page
  await boss.goto(link)
  await boss.getByTestId('setup-username').fill('boss')
  await boss.getByTestId('setup-name').fill('管理员')
  await boss.getByTestId('setup-password').fill('a long enough password')
  await boss.getByTestId('setup-again').fill('a long enough password')
  await boss.getByTestId('setup-create').click()
  await expect(boss.getByTestId('inbox-empty')).toBeVisible()

  await boss.getByTestId('nav-staff').click()
  await boss.getByTestId('staff-add').click()
  await boss.getByTestId('staff-username').fill('wang')
  await boss.getByTestId('staff-name').fill('王师傅')
  await boss.getByTestId('staff-role').selectOption('handler')
  await boss.getByTestId('staff-office').selectOption('housing')
  await boss.getByTestId('staff-generate').click()
  const password = await boss.getByTestId('staff-password').inputValue()
  expect(password.length).toBeGreaterThanOrEqual(10)
  await boss.getByTestId('staff-submit').click()
  await expect(boss.locator('[data-testid="staff-row"][data-username="wang"]')).toBeVisible()

  const clerk = (await desk()).page
  await signIn(clerk, { username: 'wang', password })
  await expect(clerk.getByTestId('nav-staff')).toHaveCount(0)

  // The link works once.
  const late = (await desk()).page
  await late.goto(link)
  await late.getByTestId('setup-username').fill('late')
  await late.getByTestId('setup-name').fill('来晚了')
  await late.getByTestId('setup-password').fill('another long password')
  await late.getByTestId('setup-again').fill('another long password')
  await late.getByTestId('setup-create').click()
  await expect(late.getByRole('alert').first()).toBeVisible()
  expect(await late.evaluate(() => fetch('/api/v1/me').then((answer) => answer.status))).toBe(401)
})

test('who types a wrong password is told so and stays outside @sqlite', async ({ wufei, desk }) => {
  const staff = await wufei.addStaff('housing', 'handler', 'housing')
  const { page } = await desk()
  await page.goto('/desk')
  await page.getByTestId('login-username').fill(staff.username)
  await page.getByTestId('login-password').fill('not the password')
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('login-error')).toBeVisible()
  await expect(page).toHaveURL(/\/desk\/login/)
})
