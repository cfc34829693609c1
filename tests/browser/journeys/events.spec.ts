import { signIn } from '../harness/clerk.ts'
import { expectKept } from '../harness/draft.ts'
import {
  draw,
  fillStall,
  localDay,
  plan,
  approve,
  apply,
  publish,
  saturday,
} from '../harness/events.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'
import { join } from '../harness/market.ts'
import type { Wufei } from '../harness/server.ts'

/** Letters leave after the answer does. */
async function letter(wufei: Wufei, to: string, about: RegExp) {
  await expect
    .poll(
      async () =>
        (await wufei.letters()).filter(
          (each) => each.to.includes(to) && about.test(`${each.subject} ${each.text}`),
        ).length,
    )
    .toBeGreaterThan(0)
}

async function book(page: Page, event: string, name: string, email: string) {
  await page.goto(`/events/${event}/stalls`)
  await page.getByTestId('stall-kind-ground').tap()
  await fillStall(page, name, email)
  await page.getByTestId('book-send').tap()
  await expect(page.getByTestId('stall-status')).toBeVisible()
}

test('a market applies, is approved, plans, publishes, gives its stalls and postpones', async ({
  phone,
  desk,
  wufei,
}) => {
  const { page } = await phone()
  await join(page, 'liu-zhuren', '刘主任')

  await test.step('it applies; what was typed survives a reload', async () => {
    await page.goto('/me/organisations')
    await expect(page.getByTestId('own-none')).toBeVisible()
    await page.getByTestId('to-apply').tap()
    await page.getByTestId('org-kind-market').tap()
    await page.getByTestId('org-name').fill('文化广场跳蚤市场')
    await page.getByTestId('org-send').tap()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await page.getByTestId('township-select').selectOption('220605001')
    await page.getByTestId('org-contact').fill('刘主任')
    await page.getByTestId('org-phone').fill('13904391234')
    await page.getByTestId('org-intro').fill('每月第一个星期六，大家来换来卖。')
    await expectKept(page, '大家来换来卖')
    await page.reload()
    await expect(page.getByTestId('org-phone')).toHaveValue('13904391234')
    await page.getByTestId('org-send').tap()
    await expect(page.getByTestId('own-panel')).toHaveAttribute('data-state', 'applied')
  })

  await test.step('the office refuses with a reason, it mends, the office approves', async () => {
    const clerk = await wufei.addStaff('commerce-clerk', 'handler', 'commerce')
    const office = (await desk()).page
    await signIn(office, clerk)
    await office.getByTestId('nav-organisations').click()
    await expect(office.getByTestId('desk-organisation')).toContainText('13904391234')
    await office.getByTestId('organisation-refuse').click()
    await office.getByTestId('decide-send').click()
    await expect(office.getByRole('alert')).toBeVisible()
    await office.getByTestId('decide-note').fill('请写明由谁管理场地')
    await office.getByTestId('decide-send').click()
    await expect(office.getByTestId('desk-organisations-empty')).toBeVisible()

    await page.reload()
    await expect(page.getByTestId('decision-note')).toContainText('请写明由谁管理场地')
    await page.getByTestId('organisation-edit').tap()
    await page.getByTestId('org-intro').fill('每月第一个星期六，场地由社区管理。')
    await page.getByTestId('org-send').tap()
    await expect(page.getByTestId('own-panel')).toHaveAttribute('data-state', 'applied')

    await office.getByTestId('organisations-refused').click()
    await office.getByTestId('organisations-applied').click()
    await office.getByTestId('organisation-approve').click()
    await office.getByTestId('decide-send').click()
    await expect(office.getByTestId('desk-organisations-empty')).toBeVisible()
    await office.getByTestId('organisations-approved').click()
    await expect(office.getByTestId('desk-organisation')).toHaveCount(1)
  })

  await test.step('an office of another kind has no say', async () => {
    const other = await wufei.addStaff('housing-clerk', 'handler', 'housing')
    const office = (await desk()).page
    await signIn(office, other)
    await expect(office.getByTestId('nav-pickups')).toBeVisible()
    await expect(office.getByTestId('nav-organisations')).toHaveCount(0)
  })

  let event = ''
  await test.step('an event by rule is planned, drawn and published', async () => {
    await page.goto('/me/organisations')
    await page.getByTestId('event-new').tap()
    await page.getByTestId('kind-flea-market').tap()
    await page.getByTestId('event-title').fill('周末跳蚤市场')
    await page.getByTestId('event-day').fill(localDay(3))
    await page.getByTestId('event-from').fill('09:00')
    await page.getByTestId('event-to').fill('12:00')
    await page.getByTestId('repeat-kind').selectOption('monthly_week')
    await page.getByTestId('repeat-nth').selectOption('1')
    await page.getByTestId('repeat-weekday').selectOption('5')
    await expect(page.getByTestId('repeat-said')).toContainText('每月第一个星期六')
    await expect(page.getByTestId('repeat-date').nth(2)).toBeVisible()
    await page.getByTestId('repeat-date').nth(1).getByRole('button').tap()
    await page.getByTestId('event-address').fill('文化广场北侧')
    await page.getByTestId('event-here').tap()
    await expect(page.locator('.wf-pin')).toBeVisible()
    await page.getByTestId('event-save').tap()
    await expect(page.getByTestId('organiser-panel')).toHaveAttribute('data-state', 'draft')
    await expect(page.getByTestId('repeat-words')).toContainText('每月第一个星期六')
    await expect(page.getByTestId('off-dates').getByRole('listitem')).toHaveCount(1)
    event = new URL(page.url()).pathname.split('/')[2]!

    await page.getByTestId('stall-plan').tap()
    await page.getByTestId('brush-ground').tap()
    await page.getByTestId('cell-A1').tap()
    await page.getByTestId('brush-table').tap()
    await page.getByTestId('plan-row-B').tap()
    await page.getByTestId('cell-B1').tap()
    await page.getByTestId('price-table').fill('7.5')
    await expect(page.getByTestId('plan-total')).toContainText('6')
    await page.getByTestId('plan-save').tap()
    await page.getByTestId('event-publish').tap()
    await expect(page.getByTestId('organiser-panel')).toHaveAttribute('data-state', 'published')
  })

  const resident = (await phone()).page
  const second = (await phone()).page
  await join(resident, 'xiao-wang', '王小红')
  await join(second, 'lao-li', '李大勇')

  await test.step('a resident finds it and books the only free pitch', async () => {
    await resident.goto('/')
    await resident.getByTestId('home-events').tap()
    await resident.getByTestId('filter-month').selectOption({ index: 0 })
    await resident.getByTestId('event-row').first().getByRole('link').first().tap()
    await resident.getByTestId('follow').tap()
    await expect(resident.getByTestId('follow')).toHaveAttribute('aria-pressed', 'true')
    await resident.getByTestId('book-stall').tap()
    await resident.getByTestId('stall-A1').tap()
    await resident.getByTestId('book-goods').fill('卖香烟和白酒')
    await resident.getByTestId('book-name').fill('王小红')
    await resident.getByTestId('book-phone').fill('13904395678')
    await resident.getByTestId('book-rules').check()
    await resident.getByTestId('book-send').tap()
    await expect(resident.getByTestId('goods-error')).toBeVisible()
    await fillStall(resident, '王小红', 'wang@example.cn')
    await resident.getByTestId('book-send').tap()
    await expect(resident.getByTestId('stall-status')).toHaveAttribute('data-status', 'booked')
    await expect(resident.getByTestId('stall-pass').getByRole('img')).toBeVisible()
    await letter(wufei, 'wang@example.cn', /A1/)
  })

  await test.step('the next one waits, and is offered it when the first cancels', async () => {
    await book(second, event, '李大勇', 'li@example.cn')
    await expect(second.getByTestId('stall-status')).toHaveAttribute('data-status', 'waiting')
    await resident.getByTestId('stall-cancel').tap()
    await resident.locator('.van-dialog__confirm').tap()
    await expect(resident.getByTestId('stall-status')).toHaveAttribute('data-status', 'cancelled')
    await letter(wufei, 'li@example.cn', /A1/)
    await second.goto('/me/stalls')
    await second.getByTestId('stall-row').tap()
    await expect(second.getByTestId('offer')).toContainText('A1')
    await second.getByTestId('stall-confirm').tap()
    await expect(second.getByTestId('stall-status')).toHaveAttribute('data-status', 'booked')
    await second.getByTestId('stall-move').tap()
    await second.getByTestId('stall-B3').tap()
    await second.getByTestId('move-send').tap()
    await expect(second.getByTestId('stall-pass')).toContainText('B3')
  })

  await test.step('rain: one action tells everybody', async () => {
    await page.goto(`/events/${event}`)
    await page.getByTestId('event-postpone').tap()
    await page.getByTestId('postpone-note').fill('下雨，改到下一周')
    await page.getByTestId('postpone-send').tap()
    await expect(page.getByTestId('moved-dates')).toBeVisible()
    await letter(wufei, 'li@example.cn', /下雨，改到下一周/)
    await second.reload()
    await expect(second.getByTestId('stall-pass')).toContainText('B3')
    await page.getByTestId('stall-bookings').tap()
    await expect(page.getByTestId('booking-row').first()).toContainText('李大勇')
  })

  await test.step('a helper is invited by a link', async () => {
    await page.goto('/me/organisations')
    await page.getByTestId('organisation-row').tap()
    await page.getByTestId('to-members').tap()
    await page.getByTestId('invite-make').tap()
    const link = (await page.getByTestId('invite-link').textContent())!.trim()
    await resident.goto(new URL(link).pathname)
    await resident.getByTestId('join').tap()
    await expect(resident.getByTestId('joined')).toContainText('帮手')
    await resident.goto(`/events/${event}`)
    await expect(resident.getByTestId('event-day')).toBeVisible()
    await expect(resident.getByTestId('event-postpone')).toHaveCount(0)
  })
})

test('what a neighbour wants of events is within three taps of home @sqlite', async ({
  phone,
  wufei,
}) => {
  const { page } = await phone()
  await join(page, 'liu-zhuren', '刘主任')
  const organisation = await apply(page)
  await approve(page, wufei, organisation)
  const event = await plan(page, organisation, {
    starts: `${saturday()}T09:00`,
  })
  await draw(page, event)
  await publish(page, event)

  const visitor = (await phone()).page
  await join(visitor, 'zhang-san', '张三')
  await test.step('see the next event', async () => {
    await visitor.goto('/')
    await visitor.getByTestId('home-events').tap()
    await visitor.getByTestId('event-row').getByRole('link').first().tap()
    await expect(visitor.getByTestId('event-time')).toHaveText('09:00–12:00')
  })
  await test.step('subscribe to the calendar', async () => {
    await visitor.goto('/')
    await visitor.getByTestId('home-events').tap()
    await visitor.getByTestId('subscribe').tap()
    await expect(visitor.getByTestId('feed-webcal')).toHaveAttribute(
      'href',
      /^webcal:\/\/.*events\.ics$/,
    )
  })
  await test.step('a stall is chosen, and its form is open', async () => {
    await visitor.goto('/')
    await visitor.getByTestId('home-events').tap()
    await visitor.getByTestId('row-book').tap()
    await visitor.getByTestId('stall-A2').tap()
    await expect(visitor.getByTestId('book-form')).toContainText('A2')
    await fillStall(visitor, '张三')
    await visitor.getByTestId('book-send').tap()
    await expect(visitor.getByTestId('stall-pass')).toContainText('A2')
  })
  await test.step('and the pass opens without a signal', async () => {
    await visitor.goto('/me/stalls')
    await visitor.getByTestId('stall-row').tap()
    await expect(visitor.getByTestId('stall-pass').getByRole('img')).toBeVisible()
  })
})
