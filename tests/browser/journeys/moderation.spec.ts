import type { Locator } from '@playwright/test'
import { faults } from '../harness/axe.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'
import {
  HELD,
  HELD_WORD,
  fillAccount,
  makeAccount,
  openFirst,
  openQueue,
  reportAnother,
} from '../harness/moderation.ts'
import { takePhoto } from '../harness/photo.ts'
import { report } from '../harness/resident.ts'

const words = (page: Page, text: string) => page.getByText(text, { exact: true })

test('a held text is refused, appealed and shown after somebody else has looked', async ({
  wufei,
  phone,
  desk,
}) => {
  const [one, two] = [
    await wufei.addStaff('first', 'moderator'),
    await wufei.addStaff('second', 'moderator'),
  ]
  const author = (await phone()).page
  await makeAccount(author, 'zhangsan', '张三')
  const { code } = await report(author, {
    category: 'household-urban',
    description: HELD,
  })
  const notice = author.getByTestId('moderation-notice')
  await expect(notice).toHaveAttribute('data-decision', 'hold')
  await expect(notice).toContainText('治理规定')
  const reader = (await phone()).page
  await reader.goto(`/r/${code}`)
  await expect(reader.getByTestId('report-status')).toBeVisible()
  await expect(words(reader, HELD)).toHaveCount(0)

  const first = (await desk()).page
  await openQueue(first, one)
  await openFirst(first)
  // Places are counted in characters: the emoji before it does not move the mark.
  await expect(first.getByTestId('review-text').getByTestId('held-place')).toHaveText(HELD_WORD)
  await expect(first.getByTestId('review-author')).toContainText('张三')
  await first.keyboard.press('r')
  await first.getByTestId('refuse-send').click()
  await expect(first.getByTestId('refuse-dialog').getByRole('alert')).toBeVisible()
  await first.getByTestId('quick-phrase').first().click()
  await first.getByTestId('refuse-send').click()
  await expect(first.getByTestId('queue-empty')).toBeVisible()

  await author.goto('/mine')
  await author.getByTestId('mine-moderation').click()
  await author.getByTestId('own-case').click()
  await expect(author.getByTestId('own-standing')).toHaveAttribute('data-standing', 'refused')
  await expect(author.getByTestId('own-reason')).toContainText('侮辱')
  await expect(author.getByTestId('own-note')).toBeVisible()
  await author.getByTestId('appeal-send').click()
  await expect(author.getByRole('alert')).toBeVisible()
  await author.getByTestId('appeal-text').fill('这是物业贴的告示上的原话，我只是照抄')
  await author.getByTestId('appeal-send').click()
  await expect(author.getByTestId('own-standing')).toHaveAttribute('data-standing', 'appealing')
  await expect(author.getByTestId('appeal-send')).toHaveCount(0)

  await openFirst(first, 'appeals')
  await expect(first.getByTestId('review-barred')).toBeVisible()
  await expect(first.getByTestId('review-appeal')).toHaveCount(0)
  const second = (await desk()).page
  await openQueue(second, two)
  await openFirst(second, 'appeals')
  await second.getByTestId('review-appeal').click()
  await second.getByTestId('appeal-overturn').check()
  await second.getByTestId('appeal-note').fill('是引用，可以公开')
  await second.getByTestId('appeal-decide').click()
  await expect(second.getByTestId('queue-empty')).toBeVisible()

  await author.reload()
  await expect(author.getByTestId('own-standing')).toHaveAttribute('data-standing', 'overturned')
  await expect(author.getByTestId('appeal-state')).toContainText('是引用')
  await reader.reload()
  await expect(words(reader, HELD)).toBeVisible()
  await reader.goto('/moderation')
  await expect(reader.getByTestId('figures-month').first()).toContainText('1')
})

test('a moderator masks what was found, and puts nothing into the author’s mouth', async ({
  wufei,
  phone,
  desk,
}) => {
  const moderator = await wufei.addStaff('first', 'moderator')
  const page = (await phone()).page
  const { code } = await report(page, {
    category: 'household-urban',
    description: HELD,
  })
  await reportAnother(page, {
    category: 'household-urban',
    description: `又来了，${HELD}`,
  })

  const office = (await desk()).page
  await openQueue(office, moderator)
  await expect(office.getByTestId('queue-row')).toHaveCount(2)
  // From the keyboard alone: down to the first, open it, next, back, approve.
  await office.keyboard.press('j')
  await office.keyboard.press('Enter')
  await expect(office.getByTestId('review-text')).toHaveText(HELD)
  await office.keyboard.press('j')
  await expect(office.getByTestId('review-text')).toContainText('又来了')
  await office.keyboard.press('k')
  await expect(office.getByTestId('review-text')).toHaveText(HELD)
  await office.keyboard.press('a')
  const editor = office.getByTestId('edit-text')
  await editor.fill('河边很干净')
  await expect(editor).toHaveValue(HELD)
  await office.getByTestId('mask-one').first().click()
  await expect(editor).toHaveValue(HELD.replace(HELD_WORD, '**'))
  await office.getByTestId('approve-send').click()
  await expect(office.getByTestId('review-text')).toContainText('又来了')

  const reader = (await phone()).page
  await reader.goto(`/r/${code}`)
  await expect(words(reader, HELD.replace(HELD_WORD, '**'))).toBeVisible()
})

test('whoever filed without an account follows and appeals by the secret on the phone @sqlite', async ({
  wufei,
  phone,
  desk,
}) => {
  const moderator = await wufei.addStaff('first', 'moderator')
  const page = (await phone()).page
  const { code } = await report(page, {
    category: 'household-urban',
    description: HELD,
  })
  const office = (await desk()).page
  await openQueue(office, moderator)
  await openFirst(office)
  await expect(office.getByTestId('review-ban')).toHaveCount(0)
  await office.getByTestId('review-refuse').click()
  await office.getByTestId('refuse-note').fill('请不要骂人')
  await office.getByTestId('refuse-send').click()
  await expect(office.getByTestId('queue-empty')).toBeVisible()

  await page.goto(`/r/${code}`)
  await expect(page.getByTestId('moderation-notice')).toHaveAttribute('data-decision', 'refuse')
  await page.getByTestId('moderation-follow').click()
  await expect(page.getByTestId('own-note')).toContainText('请不要骂人')
  await page.getByTestId('appeal-text').fill('这是原话')
  await page.getByTestId('appeal-send').click()
  await expect(page.getByTestId('appeal-state')).toHaveAttribute('data-state', 'open')
})

test('a rule is tried on what was posted before it can be saved', async ({
  wufei,
  phone,
  desk,
}) => {
  const moderator = await wufei.addStaff('first', 'moderator')
  const page = (await phone()).page
  await report(page, {
    category: 'household-urban',
    description: '路边有一堆榴莲壳，很臭',
  })

  const office = (await desk()).page
  await openQueue(office, moderator)
  await office.getByTestId('review-tab-rules').click()
  await office.getByTestId('rules-find').fill('insult')
  await office.locator('[data-rule="insult"]').click()
  const strong = office.getByTestId('rule-strong')
  await expect(strong).toHaveValue(/脑残/)
  await expect(office.getByTestId('rule-save')).toBeDisabled()
  await strong.fill(`${await strong.inputValue()}\n榴莲壳`)
  await expect(office.getByTestId('rule-changes')).toContainText('榴莲壳')
  await expect(office.getByTestId('rule-save')).toBeDisabled()
  await office.getByTestId('rule-try').click()
  await expect(office.getByTestId('dry-run')).toHaveAttribute('data-newly', '1')
  await expect(office.getByTestId('dry-run')).toContainText('榴莲壳')
  // What was tried is not what would be saved any more.
  await strong.fill(`${await strong.inputValue()}\n榴莲皮`)
  await expect(office.getByTestId('rule-save')).toBeDisabled()
  await office.getByTestId('rule-try').click()
  await office.getByTestId('rule-save').click()
  await office.getByTestId('reason-text').fill('有人用来骂人')
  await office.getByTestId('reason-send').click()
  await expect(office.getByTestId('rule-history')).toContainText('有人用来骂人')

  await reportAnother(page, {
    category: 'household-urban',
    description: '又是榴莲壳',
  })
  await expect(page.getByTestId('moderation-notice')).toHaveAttribute('data-decision', 'hold')

  await office.getByTestId('rule-pack').click()
  await office.getByTestId('rule-try').click()
  await office.getByTestId('rule-save').click()
  await office.getByTestId('reason-text').fill('拦错了东西')
  await office.getByTestId('reason-send').click()
  await expect(office.getByTestId('rule-history')).toContainText('拦错了东西')
  await expect(office.getByTestId('rule-pack')).toHaveCount(0)
})

test('a ban for good takes two, and is appealed', async ({ wufei, phone, desk }) => {
  const [one, two, three] = [
    await wufei.addStaff('first', 'moderator'),
    await wufei.addStaff('second', 'moderator'),
    await wufei.addStaff('third', 'administrator'),
  ]
  const author = (await phone()).page
  await makeAccount(author, 'zhangsan', '张三')
  await report(author, { category: 'household-urban', description: HELD })
  const first = (await desk()).page
  await openQueue(first, one)
  await openFirst(first)
  await first.getByTestId('review-ban').click()
  await first.getByTestId('ban-for-good').check()
  await expect(first.getByTestId('ban-two')).toContainText('另一位')
  await first.getByTestId('ban-reason').fill('多次辱骂')
  await first.getByTestId('ban-send').click()
  await expect(first.getByTestId('review-ban')).toHaveCount(0)
  await first.goto('/desk/moderation/bans')
  await expect(first.getByTestId('ban')).toBeVisible()
  await expect(first.getByTestId('ban-confirm')).toHaveCount(0)

  const second = (await desk()).page
  await openQueue(second, two)
  await second.getByTestId('review-tab-bans').click()
  await second.getByTestId('ban-confirm').click()
  await expect(second.getByTestId('ban-confirm')).toHaveCount(0)

  await author.goto('/me/moderation')
  const ban = author.getByTestId('own-ban')
  await expect(ban).toContainText('永久')
  await ban.getByTestId('appeal-text').fill('我以后不骂了')
  await ban.getByTestId('appeal-send').click()
  await expect(ban.getByTestId('appeal-state')).toBeVisible()

  const third = (await desk()).page
  await openQueue(third, three)
  await third.getByTestId('review-tab-bans').click()
  await third.getByTestId('ban-appeal').click()
  await third.getByTestId('appeal-overturn').check()
  await third.getByTestId('appeal-note').fill('给一次机会')
  await third.getByTestId('appeal-decide').click()
  await expect(third.getByTestId('ban')).toHaveAttribute('data-in-force', 'false')
})

test('a resident flags a text, and signs in on the way @sqlite', async ({ phone }) => {
  const author = (await phone()).page
  const { code } = await report(author, {
    category: 'household-urban',
    description: '河边倒了一车砖头',
  })
  const { page } = await phone()
  await page.goto(`/r/${code}`)
  await page.getByTestId('flag-open').click()
  await expect(page.getByTestId('flag-sign-in')).toBeVisible()
  await page.getByTestId('flag-sign-in').getByRole('link').click()
  await page.waitForURL(/\/account\?next=/)
  await fillAccount(page, 'lisi', '李四')
  await page.getByTestId('flag-open').click()
  await page.getByTestId('flag-send').click()
  await expect(page.getByTestId('flag-form').getByRole('alert')).toBeVisible()
  await page.getByTestId('flag-insult').check()
  await page.getByTestId('flag-note').fill('不该这样写')
  await page.getByTestId('flag-send').click()
  await expect(page.getByTestId('flag-form')).toHaveCount(0)
})

test('why something is not public is within three taps of home @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await makeAccount(page, 'zhangsan', '张三')
  await report(page, { category: 'household-urban', description: HELD })
  let taps = 0
  const tap = async (target: Locator) => {
    await target.tap()
    taps += 1
  }
  await page.goto('/')
  await tap(page.getByTestId('home-mine'))
  await tap(page.getByTestId('mine-moderation'))
  await tap(page.getByTestId('own-case'))
  await expect(page.getByTestId('own-reason')).toBeVisible()
  expect(taps).toBeLessThanOrEqual(3)
})

test('no page of moderation bars anybody @sqlite', async ({ wufei, phone, desk }) => {
  const [one, two] = [
    await wufei.addStaff('first', 'moderator'),
    await wufei.addStaff('second', 'moderator'),
  ]
  const { page } = await phone()
  const found: string[] = []
  const look = async (screen: string, at = page) => found.push(...(await faults(at, screen)))
  await makeAccount(page, 'zhangsan', '张三')
  const { code } = await report(page, {
    category: 'household-urban',
    description: HELD,
    photos: [await takePhoto({ scene: 'Landscape', orientation: 1 })],
  })
  await expect(page.getByTestId('moderation-notice')).toBeVisible()
  await look('filed and held')
  await page.goto(`/r/${code}`)
  await expect(page.getByTestId('moderation-notice')).toBeVisible()
  await look('own report, held')
  const { code: shown } = await reportAnother(page, {
    category: 'household-urban',
    description: '河边倒了一车砖头',
  })

  const office = (await desk()).page
  await openQueue(office, one)
  for (const size of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await office.setViewportSize(size)
    await office.goto('/desk/moderation')
    await expect(office.getByTestId('queue-row')).toBeVisible()
    await look(`queue, ${size.width}`, office)
    await openFirst(office)
    await look(`case, ${size.width}`, office)
    await office.getByTestId('review-approve').click()
    await expect(office.getByTestId('mask-one')).toBeVisible()
    await look(`approve, ${size.width}`, office)
    await office.getByTestId('dialog-close').click()
    await office.getByTestId('review-refuse').click()
    await office.getByTestId('refuse-send').click()
    await look(`refuse with faults, ${size.width}`, office)
    await office.getByTestId('dialog-close').click()
    await office.getByTestId('review-ban').click()
    await look(`ban, ${size.width}`, office)
    await office.getByTestId('dialog-close').click()
    await office.goto('/desk/moderation/rules')
    await expect(office.getByTestId('rule-row').first()).toBeVisible()
    await look(`rules, ${size.width}`, office)
    await office.goto('/desk/moderation/rules/insult')
    await office.getByTestId('rule-try').click()
    await expect(office.getByTestId('dry-run')).toBeVisible()
    await look(`rule, ${size.width}`, office)
    await office.goto('/desk/moderation/new-rule')
    await office.getByTestId('rule-try').click()
    await look(`new rule with faults, ${size.width}`, office)
  }
  await office.goto('/desk/moderation')
  await openFirst(office)
  await office.getByTestId('review-ban').click()
  await office.getByTestId('ban-for-good').check()
  await office.getByTestId('ban-reason').fill('多次辱骂')
  await office.getByTestId('ban-send').click()
  await office.getByTestId('review-refuse').click()
  await office.getByTestId('refuse-block').check()
  await office.getByTestId('refuse-note').fill('请不要骂人')
  await office.getByTestId('refuse-send').click()
  await expect(office.getByTestId('queue-empty')).toBeVisible()
  await look('empty queue', office)
  await office.getByTestId('review-tab-decided').click()
  await expect(office.getByTestId('queue-row')).toBeVisible()
  await look('decided', office)
  await office.getByTestId('review-tab-bans').click()
  await expect(office.getByTestId('ban')).toBeVisible()
  await look('bans', office)

  await page.goto('/me/moderation')
  await expect(page.getByTestId('own-case')).toBeVisible()
  await look('own cases and ban')
  await page.getByTestId('own-case').click()
  await expect(page.getByTestId('appeal-text')).toBeVisible()
  await look('own case')
  await page.getByTestId('appeal-text').fill('这是原话')
  await page.getByTestId('appeal-send').click()
  await expect(page.getByTestId('appeal-state')).toBeVisible()
  await look('appealed')
  const second = (await desk()).page
  await openQueue(second, two)
  await openFirst(second, 'appeals')
  await second.getByTestId('review-appeal').click()
  await second.getByTestId('appeal-decide').click()
  await look('appeal with faults', second)
  await second.getByTestId('dialog-close').click()
  await look('appealed case', second)

  await page.goto('/moderation')
  await expect(page.getByTestId('figures-month')).toBeVisible()
  await look('figures')
  const reader = (await phone()).page
  await reader.goto(`/r/${shown}`)
  await reader.getByTestId('flag-open').click()
  await expect(reader.getByTestId('flag-sign-in')).toBeVisible()
  await look('flag, not signed in', reader)
  await makeAccount(reader, 'lisi', '李四')
  await reader.goto(`/r/${shown}`)
  await reader.getByTestId('flag-open').click()
  await expect(reader.getByTestId('flag-form')).toBeVisible()
  await reader.getByTestId('flag-send').click()
  await look('flag', reader)
  expect(found).toEqual([])
})
