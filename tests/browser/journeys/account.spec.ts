import { faults } from '../harness/axe.ts'
import { expect, test } from '../harness/fixtures.ts'

test('a resident makes an account, confirms an address, leaves and comes back', async ({
  wufei,
  phone,
}) => {
  const { page } = await phone()
  const found: string[] = []
  await page.goto('/')
  await page.getByTestId('home-account').click()
  await expect(page.getByTestId('account-sign-in')).toBeVisible()
  found.push(...(await faults(page, 'sign in')))
  await page.screenshot({ path: '/tmp/shots/account-signin.png' })
  await page.getByTestId('account-sign-in').click()
  await expect(page.getByText('请填写密码')).toBeVisible()
  await page.getByTestId('account-username').fill('laowang')
  await page.getByTestId('account-password').fill('wrong words here')
  await page.getByTestId('account-sign-in').click()
  await expect(page.getByText('用户名或密码不对')).toBeVisible()

  await page.getByTestId('account-switch').click()
  await page.getByTestId('account-username').fill('laowang')
  await page.getByTestId('account-name').fill('王大爷')
  await page.getByTestId('account-password').fill('short')
  await page.getByTestId('account-make').click()
  await expect(page.getByRole('alert')).toContainText('至少 10 位')
  found.push(...(await faults(page, 'sign up')))
  await page.getByTestId('account-password').fill('long enough words')
  await page.getByTestId('account-make').click()
  await expect(page.getByRole('heading', { name: '王大爷' })).toBeVisible()
  found.push(...(await faults(page, 'account')))
  await page.screenshot({ path: '/tmp/shots/account-mine.png' })

  await page.getByTestId('account-email').fill('wang@example.cn')
  await page.getByTestId('account-give-email').click()
  await expect(page.getByTestId('account-confirm')).toBeVisible()
  await expect.poll(async () => (await wufei.letters()).length).toBeGreaterThan(0)
  const letter = (await wufei.letters()).at(-1)!
  const code = /\d{6}/.exec(letter.text)![0]
  await page.getByTestId('account-code').fill(code)
  await page.getByTestId('account-confirm').click()
  await expect(page.getByTestId('account-email-now')).toHaveText('wang@example.cn')

  await page.getByTestId('account-sign-out').click()
  await expect(page.getByTestId('account-sign-in')).toBeVisible()
  await page.goto('/account?next=/pickups')
  await page.getByTestId('account-username').fill('laowang')
  await page.getByTestId('account-password').fill('long enough words')
  await page.getByTestId('account-sign-in').click()
  await expect(page).toHaveURL(/\/pickups$/)
  expect(found).toEqual([])
})
