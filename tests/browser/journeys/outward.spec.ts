import { createHmac } from 'node:crypto'
import { faults } from '../harness/axe.ts'
import { signIn } from '../harness/clerk.ts'
import { expect, test } from '../harness/fixtures.ts'
import { receiver } from '../harness/receiver.ts'
import { report } from '../harness/resident.ts'

test('a resident asks for letters, says yes, and stops them with one tap', async ({
  wufei,
  phone,
}) => {
  const { page } = await phone()
  const found: string[] = []
  await page.goto('/map')
  await page.getByTestId('map-subscribe').click()
  await expect(page.getByTestId('subscribe-map')).toBeVisible()
  await expect(page.getByTestId('subscribe-missing')).toBeVisible()
  await page.getByTestId('subscribe-here').click()
  await expect(page.getByTestId('subscribe-feed')).toHaveAttribute(
    'href',
    /lng=126\.\d+&lat=4[12]\./,
  )
  await page.getByTestId('where-township').click()
  await page.getByTestId('subscribe-township').selectOption('220605001')
  await page.getByTestId('subscribe-category').selectOption('construction')
  const feed = (await page.getByTestId('subscribe-feed').getAttribute('href'))!
  expect(feed).toContain('township=220605001&category=construction&lang=zh-CN')
  const answer = await page.request.get(feed)
  expect(answer.headers()['content-type']).toContain('application/rss+xml')

  await page.getByTestId('subscribe-email').fill('nobody')
  await page.getByTestId('subscribe-ask').click()
  await expect(page.getByRole('alert')).toContainText('邮箱')
  found.push(...(await faults(page, 'subscribe')))
  await page.getByTestId('subscribe-email').fill('wang@example.cn')
  await page.getByTestId('frequency-instant').click()
  await page.getByTestId('subscribe-ask').click()
  await expect(page.getByTestId('subscribe-asked')).toContainText('wang@example.cn')

  await expect.poll(async () => (await wufei.letters()).length).toBe(1)
  const asking = (await wufei.letters())[0]!
  expect(asking.to).toContain('wang@example.cn')
  const link = /\/subscribe\/confirm\/\w+/.exec(asking.text)![0]
  await page.goto(link)
  await expect(page.getByTestId('alert')).toContainText('孙家堡子')
  found.push(...(await faults(page, 'confirm')))
  await page.getByTestId('alert-confirm').click()
  await expect(page.getByTestId('alert-confirmed')).toBeVisible()
  await page.getByRole('link', { name: '查看或退订' }).click()
  await page.getByTestId('alert-renew').click()
  await expect(page.getByTestId('alert-renewed')).toBeVisible()
  found.push(...(await faults(page, 'subscription')))
  await page.getByTestId('alert-end').click()
  await expect(page.getByTestId('alert-ended')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('alert')).toContainText('失效')
  expect(found).toEqual([])
})

test('an administrator tells another system, looks at what became of it, and sends it again', async ({
  wufei,
  phone,
  desk,
}) => {
  const hook = await receiver()
  const found: string[] = []
  try {
    const admin = await wufei.addStaff('admin', 'administrator')
    const { page } = await desk()
    await signIn(page, admin)
    await page.getByTestId('nav-webhooks').click()
    await page.getByTestId('webhook-add').click()
    const dialog = page.getByTestId('webhook-dialog')
    await dialog.getByTestId('webhook-name').fill('省固废平台')
    await dialog.getByTestId('webhook-url').fill('http://192.168.1.1/')
    await dialog.getByTestId('webhook-save').click()
    await expect(dialog.getByRole('alert')).toContainText('https://')
    await dialog.getByTestId('webhook-url').fill(hook.url)
    await dialog.getByTestId('webhook-events').locator('summary').click()
    await dialog.locator('[data-id="report.received"]').check()
    found.push(...(await faults(page, 'webhook form')))
    await dialog.getByTestId('webhook-save').click()
    const secret = (await page.getByTestId('secret').textContent())!
    expect(secret).toMatch(/^whsec_/)
    await page.getByTestId('secret-done').click()
    await expect(page.getByTestId('webhook-state')).toHaveAttribute('data-state', 'active')
    found.push(...(await faults(page, 'webhooks')))

    const resident = await phone()
    const { code } = await report(resident.page, {
      category: 'construction',
      description: '河边倒了一车砖头',
    })
    await expect.poll(() => hook.received.length).toBe(1)
    const { headers, body } = hook.received[0]!
    expect(JSON.parse(body)).toMatchObject({
      type: 'report.received',
      data: { report: { code } },
    })
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const signature = createHmac('sha256', key).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)

    await page.getByTestId('webhook-log').click()
    const delivery = page.getByTestId('delivery')
    await expect(delivery).toHaveAttribute('data-state', 'delivered')
    found.push(...(await faults(page, 'log')))
    await delivery.getByTestId('redeliver').click()
    await expect.poll(() => hook.received.length).toBe(2)
    expect(hook.received[1]!.headers['webhook-id']).toBe(headers['webhook-id'])

    await page.getByTestId('nav-webhooks').click()
    await page.getByTestId('webhook-pause').click()
    await expect(page.getByTestId('webhook-state')).toHaveAttribute('data-state', 'paused')
    await page.getByTestId('webhook-remove').click()
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
    await expect(page.getByTestId('webhook')).toHaveCount(0)
    expect(found).toEqual([])
  } finally {
    hook.close()
  }
})
