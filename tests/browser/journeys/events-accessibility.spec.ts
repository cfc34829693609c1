import { faults } from '../harness/axe.ts'
import { signIn } from '../harness/clerk.ts'
import { apply, approve, draw, plan, publish, saturday } from '../harness/events.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'
import { join, post } from '../harness/market.ts'

/** Twice the size of the browser's own text, as somebody with weak eyes sets it. */
const DOUBLED_PX = 32

/** What reaches beyond the edge of a phone, with text as large as it is now. */
async function beyond(page: Page, screen: string): Promise<string[]> {
  return page.evaluate((name) => {
    const { scrollWidth } = document.documentElement
    return scrollWidth > window.innerWidth ? [`${name}: ${scrollWidth} px wide`] : []
  }, screen)
}

test('no page of events bars anybody @sqlite', async ({ phone, desk, wufei }) => {
  test.setTimeout(300_000)
  const { page } = await phone()
  await join(page, 'liu-zhuren', '刘主任')
  const market = await apply(page)
  const school = await apply(page, {
    kind: 'school',
    name: '江源区第一中学',
    intro: '',
  })
  await approve(page, wufei, market)
  const first = `${saturday()}T09:00`
  const event = await plan(page, market, {
    recurrence: {
      rule: 'FREQ=WEEKLY;BYDAY=SA',
      until: '2027-06-30',
      skip_holidays: true,
    },
  })
  const draft = await plan(page, market, {
    kind: 'repair',
    title: '小家电维修日',
  })
  await draw(page, event, 6)
  await publish(page, event)
  await post(page, `/events/${event}/postpone`, {
    occurrence: first,
    to: first.replace('09:00', '14:00'),
    note: '上午有雨，改到下午。',
  })
  const visitor = (await phone()).page
  await join(visitor, 'zhang-san', '张三')
  const booking = {
    occurrence: first,
    rules_version: 1,
    goods: '童书和旧玩具',
    name: '张三',
    phone: '13904395678',
  }
  const mine = await post<{ id: string }>(visitor, `/events/${event}/stall-bookings`, {
    ...booking,
    stall: 'A2',
  })

  const found: string[] = []
  const look = async (at: Page, screen: string) => {
    found.push(...(await faults(at, screen)), ...(await beyond(at, screen)))
    await at.evaluate((px) => (document.documentElement.style.fontSize = `${px}px`), DOUBLED_PX)
    found.push(...(await beyond(at, `${screen}, text doubled`)))
    await at.evaluate(() => (document.documentElement.style.fontSize = ''))
  }
  const open = async (at: Page, path: string, sign: string) => {
    await at.goto(path)
    await expect(at.getByTestId(sign).first()).toBeVisible()
    await look(at, path.replace(/[0-9a-f-]{36}/g, 'id'))
  }

  await test.step('what a neighbour sees', async () => {
    await open(visitor, '/', 'home-events')
    await open(visitor, '/events', 'event-row')
    await visitor.getByTestId('subscribe').tap()
    await expect(visitor.getByTestId('feed-make')).toBeVisible()
    await look(visitor, 'subscribing')
    await open(visitor, '/events?kind=repair&month=2027-01', 'events-empty')
    await open(visitor, `/events/${event}`, 'event-when')
    await visitor.getByTestId('show-map').tap()
    await expect(visitor.locator('.wf-pin')).toBeVisible()
    await look(visitor, 'event with its map')
    await open(visitor, `/events/${event}/stalls`, 'book-form')
    await visitor.getByTestId('book-send').tap()
    await expect(visitor.getByRole('alert').first()).toBeVisible()
    await look(visitor, 'booking a stall with faults')
    await open(visitor, '/me/stalls', 'stall-row')
    await open(visitor, `/me/stalls/${mine.id}`, 'stall-pass')
    await visitor.getByTestId('stall-move').tap()
    await expect(visitor.getByTestId('move-panel')).toBeVisible()
    await look(visitor, 'moving a stall')
    await open(visitor, '/me/event-notices', 'notice-add')
    await visitor.getByTestId('notice-add').tap()
    await expect(visitor.getByTestId('notice-email')).toBeVisible()
    await look(visitor, 'notices without an address')
    await open(visitor, '/organisations', 'organisation-row')
    await open(visitor, `/organisations/${market}`, 'badge')
    await open(visitor, '/me/organisations', 'own-none')
    await open(visitor, '/join/none', 'join')
  })

  await test.step('what an organiser sees', async () => {
    await open(page, '/me/organisations', 'event-new')
    await open(page, `/organisations/${school}`, 'own-panel')
    await open(page, `/organisations/${market}/members`, 'member')
    await page.getByTestId('invite-make').tap()
    await expect(page.getByTestId('invite-made')).toBeVisible()
    await look(page, 'an invitation')
    await open(page, '/organisations/apply', 'org-send')
    await page.getByTestId('org-send').tap()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await look(page, 'applying with faults')
    await open(page, `/organisations/${market}/events/new`, 'event-save')
    await page.getByTestId('event-save').tap()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await look(page, 'planning with faults')
    await open(page, `/events/${event}/edit`, 'repeat-said')
    await open(page, `/events/${draft}`, 'event-publish')
    await open(page, `/events/${event}`, 'event-postpone')
    await page.getByTestId('event-postpone').tap()
    await expect(page.getByTestId('postpone-send')).toBeVisible()
    await look(page, 'postponing')
    await page.getByTestId('sheet-close').tap()
    await page.getByTestId('event-cancel').tap()
    await expect(page.getByTestId('cancel-send')).toBeVisible()
    await look(page, 'cancelling')
    await open(page, `/events/${event}/stalls/plan`, 'plan-save')
    await open(page, `/events/${event}/stalls/bookings`, 'booking-row')
  })

  await test.step('what the office sees', async () => {
    const clerk = await wufei.addStaff('edu-clerk', 'handler', 'education')
    const office = (await desk()).page
    await signIn(office, clerk)
    for (const size of [
      { width: 1280, height: 860 },
      { width: 390, height: 844 },
    ]) {
      await office.setViewportSize(size)
      await office.goto('/desk/organisations')
      await expect(office.getByTestId('desk-organisation')).toBeVisible()
      await look(office, `approvals, ${size.width}`)
    }
    await office.getByTestId('organisation-refuse').click()
    await office.getByTestId('decide-send').click()
    await expect(office.getByRole('alert')).toBeVisible()
    await look(office, 'refusing')
  })
  expect(found).toEqual([])
})
