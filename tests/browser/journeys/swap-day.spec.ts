import { chromium } from '@playwright/test'
import { join as path } from 'node:path'
import { faults } from '../harness/axe.ts'
import { bars, blank, film, paint, readQr } from '../harness/camera.ts'
import {
  approvedOrganisation,
  bookStall,
  device,
  join,
  local,
  post,
  publishedEvent,
  stallPlan,
} from '../harness/event-day.ts'
import { NO_NETWORK, expect, test, type Page } from '../harness/fixtures.ts'
import { takePhoto } from '../harness/photo.ts'

const DREAM = '9787020002207'
const PRINCE = '9787544291170'

/** The page's worker has it: from now on it opens without a network. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true)
}

async function scan(page: Page, text: string): Promise<void> {
  await page.getByTestId('scan-text').fill(text)
  await page.getByTestId('scan-go').click()
}

async function bring(page: Page, isbn: string, title: string | null, holder: string) {
  await scan(page, isbn)
  await expect(page.getByTestId('bring-isbn')).toContainText(isbn)
  if (title) await page.getByTestId('bring-title').fill(title)
  else await expect(page.getByTestId('bring-title')).not.toHaveValue('')
  await page.getByTestId('holder').fill(holder)
  await page.getByTestId('bring-save').click()
  await expect(page.getByTestId('bring-isbn')).toHaveCount(0)
}

const mode = (page: Page, name: string) => page.getByTestId(`mode-${name}`).click()
const sync = (page: Page) => page.getByTestId('sync')
const handedIn = async (page: Page) => {
  // Another tab may be handing in: the lease passes on within half a minute.
  await expect(sync(page)).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
  await expect(sync(page)).toHaveAttribute('data-waiting', '0')
}

async function seeBook(page: Page, words: string, place: string): Promise<void> {
  await mode(page, 'books')
  await page.getByTestId('book-search').fill(words)
  await expect(
    page
      .getByTestId('book')
      .getByTestId('book-place')
      .and(page.locator(`[data-place=${place}]`)),
  ).toHaveCount(1, { timeout: 25_000 })
}

test('a swap day with two devices, one of them without a network, ends balanced', async ({
  phone,
  wufei,
}) => {
  test.setTimeout(240_000)
  const { page: one, context: school } = await phone()
  await join(one, 'teacher-li', '李老师')
  const organisation = await approvedOrganisation(one, wufei)
  const event = await publishedEvent(one, organisation)
  const wrong: string[] = []

  const { page: two, context: away, allow } = await phone()
  allow(NO_NETWORK)

  await test.step('the teacher’s phone becomes a desk, and sets up another by a code', async () => {
    await one.goto(`/events/${event}/day`)
    await expect(one.getByTestId('set-up')).toBeVisible()
    wrong.push(...(await faults(one, 'set-up')))
    await one.getByTestId('device-name-input').fill('1号桌')
    await one.getByTestId('device-make-this').click()
    await expect(one.getByTestId('device-name')).toContainText('1号桌')
    await handedIn(one)
    await one.goto(`/events/${event}/devices`)
    await expect(one.getByTestId('device')).toHaveCount(1)
    await one.getByTestId('device-name-input').fill('2号桌')
    await one.getByTestId('device-make').click()
    await expect(one.getByTestId('made')).toBeVisible()
    wrong.push(...(await faults(one, 'devices')))
    const link = (await one.getByTestId('copy-link').getAttribute('data-link'))!

    await two.goto(link)
    await expect(two.getByTestId('device-name')).toContainText('2号桌')
    // The token is nowhere to be seen any more.
    await expect(two).not.toHaveURL(/#/)
    await expect.poll(() => two.evaluate(() => JSON.stringify(history.state))).not.toContain('t=')
    await handedIn(two)
  })

  await test.step('a wrong digit and a child’s name are said where they are typed', async () => {
    await one.goto(`/events/${event}/day`)
    await one.getByTestId('scan-text').fill('9787020002208')
    await expect(one.getByTestId('scan-problem')).toBeVisible()
    await one.getByTestId('scan-text').fill(DREAM)
    await expect(one.getByTestId('scan-problem')).toHaveCount(0)
    await one.getByTestId('scan-go').click()
    await one.getByTestId('bring-title').fill('红楼梦')
    await one.getByTestId('holder').fill('王小明')
    await expect(one.getByTestId('holder-wrong')).toBeVisible()
    await one.getByTestId('bring-save').click()
    await expect(one.getByTestId('bring-isbn')).toContainText(DREAM)
    wrong.push(...(await faults(one, 'bring')))
    await one.getByTestId('holder').fill('３年２班')
    await one.getByTestId('bring-save').click()
    await expect(one.getByTestId('count-in')).toHaveText('1')
    await handedIn(one)
  })

  await test.step('two tabs of one device number their operations one after the other', async () => {
    const other = await school.newPage()
    await other.goto(`/events/${event}/day?mode=count`)
    await expect(other.getByTestId('people-total')).toBeVisible()
    await mode(one, 'count')
    await Promise.all([
      (async () => {
        for (let n = 0; n < 5; n += 1) await one.getByTestId('people-plus').click()
      })(),
      (async () => {
        for (let n = 0; n < 5; n += 1) await other.getByTestId('people-plus').click()
      })(),
    ])
    await expect(one.getByTestId('people-total')).toHaveText('10')
    await handedIn(one)
    await other.close()
    await mode(one, 'bring')
    await bring(one, PRINCE, '小王子', '3年2班')
    await handedIn(one)
  })

  await test.step('the other device knows what came in, then loses its network', async () => {
    await seeBook(two, '小王子', 'desk')
    await mode(two, 'shelve')
    await two.getByTestId('shelve-all').click()
    await handedIn(two)
    await seeBook(one, '小王子', 'shelf')
    await kept(two)
    await away.setOffline(true)
    await two.reload()
    await expect(sync(two)).toHaveAttribute('data-state', 'offline')
    await expect(two.getByTestId('count-in')).toHaveText('2')
  })

  await test.step('without a network it goes on: the title is known, credits are counted', async () => {
    await mode(two, 'bring')
    await bring(two, DREAM, null, '2年1班')
    await scan(two, '校园植物图谱')
    await expect(two.getByTestId('bring-title')).toHaveValue('校园植物图谱')
    await two
      .getByTestId('picture')
      .setInputFiles([await takePhoto({ scene: 'Landscape', orientation: 1 })])
    await two.getByTestId('holder').fill('A017')
    await two.getByTestId('bring-save').click()
    await expect(two.getByTestId('count-in')).toHaveText('4')
    await mode(two, 'take')
    await two.getByTestId('holder').fill('2年1班')
    await expect(two.getByTestId('holder-balance')).toHaveAttribute('data-credits', '1')
    await scan(two, PRINCE)
    await expect(two.getByTestId('take-found')).toHaveCount(1)
    wrong.push(...(await faults(two, 'take')))
    await two.getByTestId('take-save').click()
    await expect(two.getByTestId('holder-balance')).toHaveAttribute('data-credits', '0')
    // Nothing is lost when the phone restarts.
    await two.reload()
    await expect(sync(two)).toHaveAttribute('data-waiting', '4')
    await expect(two.getByTestId('count-out')).toHaveText('1')
  })

  await test.step('meanwhile the same book goes to another class', async () => {
    await mode(one, 'take')
    await one.getByTestId('holder').fill('1年1班')
    await scan(one, PRINCE)
    await one.getByTestId('take-save').click()
    await handedIn(one)
  })

  await test.step('the network is back: all arrives once, the conflict is explained', async () => {
    await away.setOffline(false)
    await handedIn(two)
    const note = two.getByTestId('operation-note')
    await expect(note).toHaveAttribute('data-result', 'conflict')
    await expect(note).toHaveAttribute('data-reason', 'already_taken')
    await expect(note).toContainText('小王子')
    wrong.push(...(await faults(two, 'conflict')))
    await note.getByTestId('operation-read').click()
    await expect(note).toHaveCount(0)
    await expect(two.getByTestId('count-out')).toHaveText('1')
    await mode(two, 'take')
    await two.getByTestId('holder').fill('2年1班')
    await expect(two.getByTestId('holder-balance')).toHaveAttribute('data-credits', '1')
  })

  await test.step('a class that would owe too much is warned before', async () => {
    await two.getByTestId('holder').fill('1年1班')
    await expect(two.getByTestId('overdraws')).toHaveCount(0)
    await seeBook(one, '校园植物图谱', 'desk')
    await one.getByTestId('book').click()
    await one.getByTestId('holder').fill('4年4班')
    await one.getByTestId('do-reserve').click()
    await handedIn(one)
  })

  await test.step('what is left goes to its place, and the day ends', async () => {
    await mode(one, 'more')
    await expect(one.getByTestId('rest-save')).toBeEnabled()
    wrong.push(...(await faults(one, 'more')))
    await one.getByTestId('rest-save').click()
    await one.locator('.van-dialog__confirm').click()
    await expect(one.getByTestId('count-at_hand')).toHaveText('0')
    await handedIn(one)
    await one.getByTestId('to-summary').click()
    await expect(one.getByTestId('summary-books_in')).toHaveText('4')
    await expect(one.getByTestId('summary-books_out')).toHaveText('1')
    await expect(one.getByTestId('summary-people')).toHaveText('10')
    await expect(one.getByTestId('summary-at_hand')).toHaveText('0')
    await expect(one.getByTestId('leftover')).toHaveText(/学校图书室.*3/)
    await expect(one.getByTestId('notable')).toHaveAttribute('data-reason', 'already_taken')
    // 3年2班 brought two, 2年1班 and A017 one each, 1年1班 took one.
    await expect(one.getByTestId('ledger-line')).toHaveText([
      /^1年1班\s*-1$/,
      /^2年1班\s*1$/,
      /^3年2班\s*2$/,
      /^A017\s*1$/,
    ])
    await expect(one.getByTestId('ledger-total')).toHaveText('3')
    wrong.push(...(await faults(one, 'summary')))
    await one.getByTestId('close-day').click()
    await one.locator('.van-dialog__confirm').click()
    await expect(one.getByTestId('closed')).toHaveAttribute('data-closed', 'true')
    const summary = await one.request.get(`/api/v1/events/${event}/summary`)
    const { balances } = (await summary.json()) as {
      balances: { credits: number }[]
    }
    expect(balances.reduce((sum, { credits }) => sum + credits, 0)).toBe(0)
  })
  expect(wrong).toEqual([])
})

test('stallholders are checked in without a network, by scan and from the list', async ({
  phone,
  wufei,
}) => {
  const { page: organiser } = await phone()
  await join(organiser, 'market-zhao', '赵姐')
  const organisation = await approvedOrganisation(organiser, wufei, 'market', '城关跳蚤市场')
  const event = await publishedEvent(organiser, organisation, {
    kind: 'flea-market',
    title: '周末跳蚤市场',
    starts: local(60),
    leftover_place: undefined,
  })
  const rules = await stallPlan(organiser, event)
  const passes: string[] = []
  const bookings: string[] = []
  for (const [index, name] of ['王大妈', '李大哥', '孙大姐'].entries()) {
    const { page } = await phone()
    await join(page, `seller-${index}`, name)
    const booking = await bookStall(page, event, rules, `A${index + 1}`, name)
    bookings.push(booking)
    await page.goto('/')
    passes.push(readQr(await paint(page, `/api/v1/stall-bookings/${booking}/pass`)))
  }

  const { page, context, allow } = await phone()
  allow(NO_NETWORK)
  const { link } = await device(organiser, event, '入口')
  await page.goto(link)
  const stall = (label: string) => page.locator(`[data-testid=stall][data-stall=${label}]`)
  await expect(page.getByTestId('stall')).toHaveCount(3)
  await expect(stall('A1')).toContainText('王**')
  await expect(page.locator('body')).not.toContainText('王大妈')
  await kept(page)
  await context.setOffline(true)
  await page.reload()
  await expect(sync(page)).toHaveAttribute('data-state', 'offline')

  await test.step('by the pass scanned at the desk', async () => {
    await scan(page, passes[0]!)
    await expect(page.getByTestId('checked-in')).toContainText('A1')
    await expect(stall('A1')).toHaveAttribute('data-status', 'attended')
    await scan(page, passes[0]!)
    await expect(page.getByTestId('stall-problem')).toContainText('A1')
  })
  await test.step('by the phone’s own camera, which opens the address', async () => {
    await page.goto(new URL(passes[1]!).pathname)
    await expect(page.getByTestId('pass-done')).toContainText('A2')
    await page.goto(`/events/${event}/day`)
    await expect(stall('A2')).toHaveAttribute('data-status', 'attended')
  })
  await test.step('the stranger’s phone shows a plain page', async () => {
    const stranger = await phone()
    await stranger.page.goto(new URL(passes[1]!).pathname)
    await expect(stranger.page.getByTestId('pass-plain')).toBeVisible()
    expect(await faults(stranger.page, 'pass')).toEqual([])
  })
  await test.step('who did not come, and who is moved meanwhile', async () => {
    await stall('A3').getByTestId('no-show').click()
    await page.locator('.van-dialog__confirm').click()
    await expect(stall('A3')).toHaveAttribute('data-status', 'no_show')
    expect(await faults(page, 'stalls')).toEqual([])
    await expect(sync(page)).toHaveAttribute('data-waiting', '3')
    await post(organiser, `/stall-bookings/${bookings[0]}/move`, {
      stall: 'A4',
    })
    await context.setOffline(false)
    await handedIn(page)
    await expect(stall('A4')).toHaveAttribute('data-status', 'attended')
    await expect(stall('A1')).toHaveCount(0)
    await expect(page.getByTestId('operation-note')).toHaveCount(0)
    await expect(page.getByTestId('count-attended')).toHaveText('2')
  })
})

test('a camera reads a printed label and the bars of a book @sqlite', async ({
  phone,
  wufei,
}, info) => {
  // The film runs at its own pace, however slow the machine.
  test.setTimeout(300_000)
  const { page: teacher } = await phone()
  await join(teacher, 'teacher-li', '李老师')
  const event = await publishedEvent(teacher, await approvedOrganisation(teacher, wufei))
  const { link, token } = await device(teacher, event, '1号桌')
  await teacher.goto('/')
  // A label printed before the day, as the sheet shows it.
  const sheet = await teacher.evaluate(
    async ({ event, token }) => {
      const answer = await fetch(`/api/v1/events/${event}/labels?blank=1`, {
        headers: { 'X-Device-Token': token },
      })
      return URL.createObjectURL(new Blob([await answer.text()], { type: 'image/svg+xml' }))
    },
    { event, token },
  )
  const label = await paint(teacher, sheet, 3)
  expect(readQr(label)).toContain('/b/')
  const file = info.outputPath('camera.y4m')
  await film(file, [
    { frame: bars(DREAM), seconds: 6 },
    { frame: blank(), seconds: 1 },
    { frame: label, seconds: 6 },
    { frame: blank(), seconds: 1 },
  ])

  const browser = await chromium.launch({
    ...info.project.use.launchOptions,
    args: [
      ...(info.project.use.launchOptions?.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`,
    ],
  })
  try {
    const page = await browser.newPage({
      baseURL: wufei.url,
      viewport: { width: 390, height: 844 },
    })
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      if (/Content.Security/i.test(message.text())) errors.push(message.text())
    })
    await page.goto(link)
    await page.getByTestId('scanner-open').click()
    await expect(page.getByTestId('bring-isbn')).toContainText(DREAM, {
      timeout: 60_000,
    })
    await expect(page.getByTestId('bring-label')).toBeVisible({
      timeout: 60_000,
    })
    await page.getByTestId('bring-title').fill('红楼梦')
    await page.getByTestId('bring-save').click()
    await expect(page.getByTestId('count-in')).toHaveText('1')
    // The same label now takes the book; the camera stays open from one mode to the next.
    await mode(page, 'take')
    await expect(page.getByTestId('take-found')).toContainText('红楼梦', {
      timeout: 60_000,
    })
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
