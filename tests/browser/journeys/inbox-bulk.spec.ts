import { readFile } from 'node:fs/promises'
import { faults } from '../harness/axe.ts'
import { act, expectCase, row, signIn } from '../harness/clerk.ts'
import { expect, test, type Page } from '../harness/fixtures.ts'
import { fileCases } from '../harness/inbox.ts'
import { takePhoto } from '../harness/photo.ts'

const tick = (page: Page, code: string) => row(page, code).getByTestId('select-row').click()
const told = (page: Page, words: string) => expect(page.getByTestId('toast')).toContainText(words)

test('a coordinator urges, gives time, sends on and notes several at once, and takes the list along', async ({
  wufei,
  desk,
}) => {
  const coordinator = await wufei.addStaff('coordinator', 'coordinator')
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const codes = await fileCases(wufei, [{}, {}, {}])
  const office = (await desk()).page
  await signIn(office, clerk)
  for (const code of codes.slice(0, 2)) {
    await office.goto(`/desk/cases/${code}`)
    await act(office, 'accept')
  }

  const { page } = await desk()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))
  await signIn(page, coordinator)
  await expect(page.getByTestId('case-row')).toHaveCount(3)

  await tick(page, codes[0]!)
  await tick(page, codes[1]!)
  for (const name of ['dispatch', 'urge', 'extend', 'verify', 'close', 'note']) {
    await expect(page.getByTestId(`bulk-${name}`)).toBeVisible()
  }
  await expect(page.getByTestId('bulk-accept')).toHaveCount(0)
  await page.getByTestId('bulk-urge').click()
  await expect(page.getByTestId('bulk-dialog-urge')).toContainText('不能撤销')
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('field-reason')).toHaveAttribute('aria-invalid', 'true')
  await look('urging')
  await page.getByTestId('field-reason').fill('群众反复来电')
  await page.getByTestId('bulk-submit').click()
  await told(page, '已催办 2 件')
  await expect(page.getByTestId('undo-bar')).toBeHidden()
  for (const code of codes.slice(0, 2)) await expect(row(page, code)).toContainText('催办')

  await tick(page, codes[0]!)
  await tick(page, codes[1]!)
  await page.getByTestId('bulk-extend').click()
  await page.getByTestId('field-hours').fill('0')
  await page.getByTestId('field-reason').fill('等吊车进场')
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('field-hours')).toHaveAttribute('aria-invalid', 'true')
  await look('giving time')
  await page.getByTestId('field-hours').fill('16')
  await page.getByTestId('bulk-submit').click()
  await told(page, '已延期 2 件')
  await expect(row(page, codes[0]!)).toContainText('延期')

  await tick(page, codes[1]!)
  await tick(page, codes[2]!)
  await page.getByTestId('bulk-note').click()
  await page.getByTestId('field-note').fill('请今天到现场')
  await look('noting')
  await page.getByTestId('bulk-submit').click()
  await told(page, '已给 2 件添加备注')
  // Neither has been dealt with: the list says so case by case, and they stay ticked.
  await tick(page, codes[1]!)
  await tick(page, codes[2]!)
  await page.getByTestId('bulk-verify').click()
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('refused')).toHaveCount(2)
  await look('what was refused')
  await page.getByTestId('result-close').click()
  await expect(page.getByTestId('bulk-count')).toContainText('2')

  await page.getByTestId('bulk-dispatch').click()
  await page.getByTestId('field-office').selectOption('ecology')
  await page.getByTestId('field-reason').fill('含危险废物')
  await look('sending on')
  await page.getByTestId('bulk-submit').click()
  await told(page, '已派遣 2 件')
  for (const code of codes.slice(1)) await expect(row(page, code)).toContainText('生态环境')

  // The list on the screen, as a file.
  await page.goto('/desk?office=ecology')
  await expect(page.getByTestId('case-row')).toHaveCount(2)
  await page.getByTestId('export-open').click()
  await expect(page.getByTestId('export-dialog')).toContainText('2 件')
  await expect(page.getByTestId('export-dialog')).toContainText('50,000')
  await look('exporting')
  const coming = page.waitForEvent('download')
  await page.getByTestId('export-csv').click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/^cases-\d{4}-\d\d-\d\d\.csv$/)
  const text = await readFile(await file.path(), 'utf8')
  expect(text.startsWith('\u{feff}编号,')).toBe(true)
  expect(codes.map((code) => text.includes(code))).toEqual([false, true, true])
  await told(page, '已导出')
  expect(found).toEqual([])
})

test('a verifier passes and closes several at once, and says in ready words why one failed', async ({
  wufei,
  desk,
}) => {
  const coordinator = await wufei.addStaff('coordinator', 'coordinator')
  const clerk = await wufei.addStaff('housing', 'handler', 'housing')
  const verifier = await wufei.addStaff('verifier', 'verifier', 'agriculture')
  const codes = await fileCases(wufei, [{}, {}, {}])
  const office = (await desk()).page
  await signIn(office, clerk)
  for (const code of codes) {
    await office.goto(`/desk/cases/${code}`)
    await act(office, 'accept')
    const photos = [await takePhoto({ scene: 'Landscape', orientation: 1 })]
    await act(office, 'handle', { note: '已清运', photos })
  }

  const lead = (await desk()).page
  await signIn(lead, coordinator)
  await lead.getByTestId('replies-link').click()
  await lead.getByTestId('reply-add').click()
  await lead.getByTestId('reply-title').fill('还有残留')
  await lead.getByTestId('reply-action').selectOption('fail_verification')
  await lead.getByTestId('reply-text_zh').fill('{地点}仍有残留，请重新清理。')
  await lead.getByTestId('reply-submit').click()
  await expect(lead.locator('[data-testid="reply-row"][data-title="还有残留"]')).toContainText(
    '核查不通过',
  )

  const { page } = await desk()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))
  await signIn(page, verifier)
  await expect(page.getByTestId('case-row')).toHaveCount(3)
  await tick(page, codes[0]!)
  await tick(page, codes[1]!)
  await expect(page.getByTestId('bulk-urge')).toHaveCount(0)
  await page.getByTestId('bulk-verify').click()
  await page.getByTestId('field-note').fill('现场已看')
  await look('passing several')
  await page.getByTestId('bulk-submit').click()
  await told(page, '已核查通过 2 件')
  await expect(page.getByTestId('undo-bar')).toBeHidden()

  // One that was not verified is not closed with the others.
  await page.getByTestId('select-all').click()
  await page.getByTestId('bulk-close').click()
  await look('closing several')
  await page.getByTestId('bulk-submit').click()
  await expect(page.getByTestId('refused')).toHaveCount(1)
  await look('what was not closed')
  await page.getByTestId('result-close').click()
  await page.getByTestId('tab-closed').click()
  await expect(page.getByTestId('case-row')).toHaveCount(2)

  await page.goto(`/desk/cases/${codes[2]}`)
  await page.getByTestId('action-verify').click()
  await page.getByTestId('replies-open').click()
  await expect(page.getByTestId('replies-none')).toBeVisible()
  await page.getByTestId('field-failed').check()
  await page.getByTestId('replies-open').click()
  await page.getByTestId('reply').click()
  await expect(page.getByTestId('field-note')).toHaveValue(/和平路 3 号仍有残留，请重新清理。$/)
  await look('why it failed')
  await page.getByTestId('action-submit').click()
  await expectCase(page, 'reopened')
  expect(found).toEqual([])
})
