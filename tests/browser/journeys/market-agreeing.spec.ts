import { faults } from '../harness/axe.ts'
import { NO_NETWORK, expect, test, type Page } from '../harness/fixtures.ts'
import { expectStanding, join, list, post, step } from '../harness/market.ts'

const idOf = (page: Page) => new URL(page.url()).pathname.split('/').pop()!

async function ask(page: Page, listing: string, words?: string): Promise<string> {
  await page.goto(`/market/${listing}/ask`)
  if (words) await page.getByTestId('ask-text').fill(words)
  else await page.getByTestId('ask-suggest').first().tap()
  await page.getByTestId('ask-send').tap()
  await page.waitForURL(/\/market\/asks\/[0-9a-f-]{36}$/)
  return idOf(page)
}

test('a sofa is promised, not fetched, and goes to somebody else', async ({ phone }) => {
  test.setTimeout(180_000)
  const owner = await phone()
  const first = await phone()
  const second = await phone()
  first.allow(NO_NETWORK)
  await join(owner.page, 'wang-owner', '王大姐')
  await join(first.page, 'li-first', '李师傅')
  await join(second.page, 'zhao-second', '赵老师')
  const listing = await list(owner.page)
  const found: string[] = []

  await test.step('two ask, with words that need no typing', async () => {
    await ask(first.page, listing)
    await expectStanding(first.page, 'open_asker')
    await ask(second.page, listing, '请问还在吗？我周末能来搬。')
    await expect(second.page.getByTestId('message')).toHaveCount(1)
  })

  await test.step('the owner sees both, and what is new', async () => {
    await owner.page.goto('/market/asks')
    await expect(owner.page.getByTestId('ask-row')).toHaveCount(2)
    await expect(owner.page.getByTestId('ask-unread')).toHaveCount(2)
    found.push(...(await faults(owner.page, 'messages of both sides')))
    await owner.page.goto(`/market/${listing}/asks`)
    await expect(owner.page.getByTestId('ask-row')).toHaveCount(2)
    found.push(...(await faults(owner.page, 'who asked')))
  })

  await test.step('a promise, and a time both agree on', async () => {
    await owner.page.goto(`/market/asks/${idOf(first.page)}`)
    await expectStanding(owner.page, 'open_owner')
    found.push(...(await faults(owner.page, 'a thread')))
    await step(owner.page, 'promise')
    await expectStanding(owner.page, 'promised_owner')
    await owner.page.getByTestId('step-propose').tap()
    await owner.page.getByTestId('handover-tomorrow').tap()
    await owner.page.getByTestId('handover-time').fill('18:30')
    await owner.page.getByTestId('handover-place').fill('福源小区门口')
    found.push(...(await faults(owner.page, 'time and place')))
    await owner.page.getByTestId('handover-send').tap()
    await expectStanding(owner.page, 'proposed_mine')
    await first.page.reload()
    await expectStanding(first.page, 'proposed_theirs')
    await expect(first.page.getByTestId('handover')).toContainText('18:30')
    await first.page.getByTestId('step-accept').tap()
    await expectStanding(first.page, 'agreed')
    const file = first.page.waitForEvent('download')
    await first.page.getByTestId('step-calendar').tap()
    expect((await file).suggestedFilename()).toMatch(/\.ics$/)
  })

  await test.step('words written without a signal are sent once it is back', async () => {
    await first.context.route('**/api/**', (route) => route.abort('internetdisconnected'))
    await first.page.getByTestId('compose').fill('我开三轮车来')
    await first.page.getByTestId('compose-send').tap()
    await expect(first.page.getByTestId('message-waiting')).toHaveCount(1)
    await first.context.unroute('**/api/**')
    await first.page.reload()
    await expect(first.page.getByTestId('message-waiting')).toHaveCount(0)
    await expect(first.page.getByTestId('message').last()).toContainText('我开三轮车来')
  })

  await test.step('nobody came: it is there for others again', async () => {
    const thread = idOf(first.page)
    // No journey can wait until tomorrow evening: another time, in a moment.
    await post(first.page, `/asks/${thread}/handover`, {
      at: new Date(Date.now() + 6_000).toISOString(),
      place_text: '福源小区门口',
    })
    await post(owner.page, `/asks/${thread}/handover/accept`)
    await expect(async () => {
      await owner.page.reload()
      await expect(owner.page.getByTestId('ask-standing')).toHaveAttribute('data-standing', 'due', {
        timeout: 1_000,
      })
    }).toPass()
    await owner.page.getByTestId('step-no_show').tap()
    await expect(owner.page.getByTestId('reason-giver-no-show')).toHaveCount(0)
    await owner.page.getByTestId('reason-taker-no-show').tap()
    await owner.page.getByTestId('say-text').fill('等了半小时')
    found.push(...(await faults(owner.page, 'it did not happen')))
    await owner.page.getByTestId('say-send').tap()
    await expectStanding(owner.page, 'not_done')
    await first.page.reload()
    await expectStanding(first.page, 'not_done')
    await first.page.getByTestId('step-reply').tap()
    await first.page.getByTestId('say-text').fill('车坏在路上了，对不起')
    await first.page.getByTestId('say-send').tap()
    await expect(first.page.getByTestId('mark')).toContainText('车坏在路上了')
    await first.page.goto('/me/reputation')
    await expect(first.page.getByTestId('standing')).toHaveAttribute('data-standing', 'mixed')
    found.push(...(await faults(first.page, 'reputation')))
  })

  await test.step('the second gets it, and both say a word', async () => {
    await owner.page.goto(`/market/asks/${idOf(second.page)}`)
    await step(owner.page, 'promise')
    await expectStanding(owner.page, 'promised_owner')
    await second.page.reload()
    await expectStanding(second.page, 'promised_asker')
    await step(second.page, 'done')
    await expectStanding(second.page, 'done')
    await second.page.getByTestId('step-rate').tap()
    await second.page.getByTestId('thumbs-up').tap()
    await second.page.getByTestId('say-text').fill('人很好，帮着抬下楼')
    found.push(...(await faults(second.page, 'a rating')))
    await second.page.getByTestId('say-send').tap()
    await expect(second.page.getByTestId('mark')).toContainText('帮着抬下楼')
    await owner.page.reload()
    await expectStanding(owner.page, 'done')
    await expect(owner.page.getByTestId('mark')).toContainText('帮着抬下楼')
  })

  await test.step('a person is blocked, and let in again', async () => {
    await owner.page.getByTestId('block-open').tap()
    await owner.page.getByTestId('block-rude').tap()
    found.push(...(await faults(owner.page, 'blocking')))
    await owner.page.getByTestId('block-send').tap()
    await expect(owner.page.getByTestId('block-send')).toBeHidden()
    await owner.page.goto('/me/blocks')
    await expect(owner.page.getByTestId('block')).toHaveCount(1)
    found.push(...(await faults(owner.page, 'blocks')))
    await owner.page.getByTestId('block-undo').tap()
    await expect(owner.page.getByTestId('blocks-empty')).toBeVisible()
    await owner.page.goto('/market/figures')
    await expect(owner.page.getByTestId('figures-total')).toBeVisible()
    found.push(...(await faults(owner.page, 'figures')))
  })

  expect(found).toEqual([])
})
