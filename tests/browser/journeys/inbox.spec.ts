import { faults } from '../harness/axe.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'
import { act, expectCase, grouped, row, signIn } from '../harness/clerk.ts'
import { fileCases } from '../harness/inbox.ts'

const tick = (page: Page, code: string) => row(page, code).getByTestId('select-row')
const status = (page: Page, code: string, text: string) =>
  expect(row(page, code)).toContainText(text)

test('a clerk narrows the list, keeps the filter, does many at once, takes it back, and hands over', async ({
  wufei,
  desk,
}) => {
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  await wufei.addStaff('colleague', 'handler', 'housing')
  const kitchen = await fileCases(wufei, [
    { category: 'kitchen', east: 0 },
    { category: 'kitchen', east: 400 },
    { category: 'kitchen', east: 800 },
  ])
  const [household] = await fileCases(wufei, [{ category: 'household-urban', east: 1500 }])
  const { page } = await desk()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))
  await signIn(page, clerk)
  await expect(page.getByTestId('case-row')).toHaveCount(4)
  await expect(page.getByTestId('case-map')).toHaveAttribute('data-points', '4')
  await look('inbox')

  // Filters are in the address and stand above the list, each to be taken off alone.
  await page.getByTestId('filters-toggle').click()
  await page.getByTestId('filter-category').locator('[data-value="kitchen"]').click()
  await page.getByTestId('filter-step').locator('[data-value="accept"]').click()
  await look('filters')
  await page.getByTestId('drawer-apply').click()
  await expect(page.getByTestId('case-row')).toHaveCount(3)
  await expect(page).toHaveURL(/category=kitchen/)
  await expect(page.getByTestId('chip')).toHaveCount(2)
  await page.locator('[data-testid="chip"][data-kind="step"]').click()
  await expect(page.getByTestId('chip')).toHaveCount(1)

  // Kept, it is one tap away, with its count.
  await page.getByTestId('filter-save').click()
  await page.getByTestId('save-name').fill('厨余')
  await look('saving a filter')
  await page.getByTestId('save-submit').click()
  const kept = page.locator('[data-testid="saved-filter"][data-name="厨余"]')
  await expect(kept).toContainText('3')
  await expect(kept).toHaveAttribute('aria-current', 'true')
  await page.getByTestId('filters-clear').click()
  await expect(page.getByTestId('case-row')).toHaveCount(4)
  await kept.click()
  await expect(page.getByTestId('case-row')).toHaveCount(3)
  await page.reload()
  await expect(page.getByTestId('case-row')).toHaveCount(3)

  // A range of rows, accepted, and taken back.
  await page.getByTestId('select-row').first().click()
  await page
    .getByTestId('select-row')
    .last()
    .click({ modifiers: ['Shift'] })
  await expect(page.getByTestId('bulk-count')).toContainText('3')
  await look('ticked rows')
  await page.getByTestId('bulk-accept').click()
  await expect(page.getByTestId('undo-bar')).toBeVisible()
  for (const code of kitchen) await status(page, code, '处置中')
  await expect(page.getByTestId('undo-clock')).toHaveText(/^(10:00|9:\d\d)$/)
  await look('a step that can be taken back')
  await page.getByTestId('undo').click()
  for (const code of kitchen) await status(page, code, '已派遣')
  await expect(page.getByTestId('undo-bar')).toBeHidden()

  // The colleague with the least in hand gets them.
  await page.getByTestId('select-all').click()
  await page.getByTestId('bulk-hand_over').click()
  await look('handing over')
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('field-staff')).toHaveAttribute('aria-invalid', 'true')
  await page.getByTestId('field-staff').selectOption({ index: 1 })
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('undo-bar')).toBeVisible()
  for (const code of kitchen) await status(page, code, 'colleague')
  await page.getByTestId('workloads-open').click()
  await expect(page.locator('[data-testid="workload"][data-name="colleague"]')).toContainText('3')
  await look('workloads')
  await page.getByTestId('dialog-close').click()

  // What is refused is told case by case, the rest is done.
  await page.getByTestId('filters-clear').click()
  await tick(page, household!).click()
  await page.getByTestId('bulk-accept').click()
  await status(page, household!, '处置中')
  await tick(page, household!).click()
  await tick(page, kitchen[0]!).click()
  await page.getByTestId('bulk-accept').click()
  await expect(page.getByTestId('refused')).toHaveCount(1)
  await expect(page.getByTestId('refused')).toContainText(grouped(household!))
  await look('what was refused')
  await page.getByTestId('result-close').click()
  await status(page, kitchen[0]!, '处置中')
  await expect(page.getByTestId('bulk-count')).toContainText('1')
  await page.getByTestId('bulk-clear').click()

  // The kept filter gets another name, opens the inbox, and goes.
  await page.getByTestId('saved-manage').click()
  await page.getByTestId('manage-rename').click()
  await page.getByTestId('rename-name').fill('泔水')
  await page.getByTestId('rename-name').press('Enter')
  await expect(page.getByTestId('manage-one')).toContainText('泔水')
  await page.getByTestId('manage-default').click()
  await expect(page.getByTestId('manage-default')).toHaveAttribute('aria-pressed', 'true')
  await look('kept filters')
  await page.getByTestId('dialog-close').click()
  await page.goto('/desk')
  await expect(page).toHaveURL(/category=kitchen/)
  await page.getByTestId('saved-manage').click()
  await page.getByTestId('manage-delete').click()
  await page.locator('.van-dialog__confirm').click()
  await expect(page.getByTestId('manage-one')).toHaveCount(0)
  expect(found).toEqual([])
})

test('the inbox goes by keys, and never while somebody types', async ({ wufei, desk }) => {
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const codes = await fileCases(wufei, [{}, {}, {}])
  const { page } = await desk()
  await signIn(page, clerk)
  await expect(page.getByTestId('case-row')).toHaveCount(3)
  const order = await page
    .getByTestId('case-row')
    .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-code') ?? ''))
  expect([...order].sort()).toEqual([...codes].sort())

  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('x')
  await expect(tick(page, order[0]!)).toBeChecked()
  await page.keyboard.press('Shift+J')
  await expect(page.getByTestId('bulk-count')).toContainText('2')
  await page.keyboard.press('a')
  await status(page, order[0]!, '处置中')
  await status(page, order[1]!, '处置中')
  await status(page, order[2]!, '已派遣')
  await page.keyboard.press('u')
  await status(page, order[0]!, '已派遣')

  // Without a tick a key acts on the row one is at.
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  await status(page, order[2]!, '处置中')

  await page.keyboard.press('/')
  await page.keyboard.type('jxau?')
  await expect(page.getByTestId('inbox-search')).toHaveValue('jxau?')
  await expect(page.getByTestId('keys-dialog')).toHaveCount(0)
  await expect(page.getByTestId('bulk-bar')).toHaveCount(0)
  await page.keyboard.press('Escape')

  await page.keyboard.press('?')
  await expect(page.getByTestId('keys-dialog')).toBeVisible()
  expect(await faults(page, 'keys')).toEqual([])
  await page.getByTestId('keys-on').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('k')
  await page.keyboard.press('x')
  await expect(page.getByTestId('bulk-bar')).toHaveCount(0)
  await page.keyboard.press('?')
  await page.getByTestId('keys-on').check()
  await page.keyboard.press('Escape')
  await page.keyboard.press('o')
  await expect(page.getByTestId('case-code')).toHaveText(grouped(order[2]!))

  // The next case comes by itself, the riskiest that nobody has.
  await page.getByTestId('desk-home').click()
  await page.getByTestId('take-next').click()
  await expectCase(page, 'accepted')
})

test('what is said often is written once, and never takes typed words away', async ({
  wufei,
  desk,
}) => {
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const [code] = await fileCases(wufei, [{ address: '和平路 12 号' }])
  const { page } = await desk()
  const found: string[] = []
  await signIn(page, clerk)
  await page.getByTestId('replies-link').click()
  await expect(page.getByTestId('replies-page')).toBeVisible()
  await page.getByTestId('reply-add').click()
  await page.getByTestId('reply-title').fill('已安排车辆')
  await page.getByTestId('reply-action').selectOption('note')
  await page.getByTestId('reply-text_zh').fill('案件{电话}已安排车辆。')
  await page.getByTestId('reply-submit').click()
  await expect(page.getByTestId('reply-text_zh')).toHaveAttribute('aria-invalid', 'true')
  await page.getByTestId('reply-text_zh').fill('案件已安排车辆。')
  await page.getByTestId('reply-text_zh').evaluate((field) => {
    ;(field as HTMLTextAreaElement).setSelectionRange(2, 2)
  })
  await page.getByRole('button', { name: '{编号}' }).click()
  await expect(page.getByTestId('reply-text_zh')).toHaveValue('案件{编号}已安排车辆。')
  await page.getByTestId('reply-text_en').fill('A truck is on its way to case {code}.')
  found.push(...(await faults(page, 'writing a reply')))
  await page.getByTestId('reply-submit').click()
  await expect(page.locator('[data-testid="reply-row"][data-title="已安排车辆"]')).toBeVisible()
  found.push(...(await faults(page, 'replies')))

  await page.goto(`/desk/cases/${code}`)
  await act(page, 'accept')
  await page.getByTestId('action-note').click()
  const note = page.getByTestId('field-note')
  await page.getByTestId('replies-open').click()
  await page.getByTestId('reply').click()
  await expect(note).toHaveValue(`案件${grouped(code!)}已安排车辆。`)
  await note.fill('我自己写的话')
  await page.getByTestId('replies-open').click()
  await page.getByTestId('reply-lang-en').click()
  await page.getByTestId('reply').click()
  await expect(page.getByTestId('reply-question')).toBeVisible()
  await expect(note).toHaveValue('我自己写的话')
  found.push(...(await faults(page, 'a reply beside typed words')))
  await page.getByTestId('reply-append').click()
  await expect(note).toHaveValue(`我自己写的话\nA truck is on its way to case ${grouped(code!)}.`)
  await page.getByTestId('action-submit').click()
  await expect(page.getByTestId('case-history')).toContainText('我自己写的话')
  expect(found).toEqual([])
})

test('what others do is seen at once, and no row moves from under the finger', async ({
  wufei,
  desk,
}) => {
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const colleague = await wufei.addStaff('colleague', 'handler', 'housing')
  const codes = await fileCases(wufei, [{ east: 0 }, { east: 300 }])
  const { page } = await desk()
  const other = (await desk()).page
  await signIn(page, clerk)
  await page.getByTestId('tab-new').click()
  await expect(page.getByTestId('case-row')).toHaveCount(2)
  await signIn(other, colleague)

  await other.goto(`/desk/cases/${codes[0]}`)
  await act(other, 'accept')
  // It is no new case any more; the row says so and stays.
  await status(page, codes[0]!, '处置中')
  await expect(row(page, codes[0]!).getByTestId('row-gone')).toBeVisible()
  await expect(page.getByTestId('case-row')).toHaveCount(2)

  const [late] = await fileCases(wufei, [{ east: 900, description: '刚刚发现的' }])
  await expect(page.getByTestId('inbox-pill')).toContainText('1')
  await expect(row(page, late!)).toHaveCount(0)
  expect(await faults(page, 'news')).toEqual([])
  await page.getByTestId('inbox-pill').click()
  await expect(row(page, late!)).toBeVisible()
  await expect(row(page, codes[0]!)).toHaveCount(0)
  await expect(page.getByTestId('inbox-pill')).toHaveCount(0)
})

test('on a phone a long press ticks, and the map takes the list’s place when wished for', async ({
  wufei,
  phone,
}) => {
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const codes = await fileCases(wufei, [{}, {}])
  const { page } = await phone()
  const found: string[] = []
  await signIn(page, clerk)
  await expect(page.getByTestId('case-cards')).toBeVisible()
  const box = (await row(page, codes[0]!).boundingBox())!
  const touch = await page.context().newCDPSession(page)
  const at = [{ x: box.x + 60, y: box.y + 40 }]
  await touch.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    touchPoints: at,
  })
  await expect(page.getByTestId('bulk-count')).toContainText('1')
  await touch.send('Input.dispatchTouchEvent', {
    type: 'touchEnd',
    touchPoints: [],
  })
  await expect(page.getByTestId('case-cards')).toBeVisible()
  // From now on a tap ticks.
  await row(page, codes[1]!).click()
  await expect(page.getByTestId('bulk-count')).toContainText('2')
  found.push(...(await faults(page, 'ticking on a phone')))
  await page.getByTestId('bulk-accept').click()
  await status(page, codes[0]!, '处置中')
  await expect(page.getByTestId('undo-bar')).toBeVisible()
  await page.getByTestId('undo').click()
  await status(page, codes[0]!, '已派遣')
  await page.getByTestId('filters-toggle').click()
  await expect(page.getByTestId('filter-drawer')).toBeVisible()
  found.push(...(await faults(page, 'filters on a phone')))
  await page.getByTestId('dialog-close').click()
  await page.getByTestId('toggle-map').click()
  await expect(page.getByTestId('case-map')).toHaveAttribute('data-points', '2')
  found.push(...(await faults(page, 'map on a phone')))
  expect(found).toEqual([])
})
