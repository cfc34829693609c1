import { faults } from '../harness/axe.ts'
import { expect, test } from '../harness/fixtures.ts'
import { openFromInbox, signIn } from '../harness/clerk.ts'
import { takePhoto } from '../harness/photo.ts'
import { IN_TOWN } from '../harness/places.ts'
import { fill, openWizard, report, send } from '../harness/resident.ts'

test('no screen of a resident bars anybody @sqlite', async ({ phone }) => {
  const { page } = await phone()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))

  await page.goto('/')
  await expect(page.getByTestId('home-report')).toBeVisible()
  await look('home')
  await page.getByTestId('large-text').click()
  await look('home in large text')
  await page.getByTestId('large-text').click()

  await openWizard(page)
  await look('empty report')
  await page.getByTestId('submit-report').click()
  await expect(page.getByTestId('step-category-error')).toBeVisible()
  await look('report with faults')
  await fill(page, {
    category: 'household-urban',
    photos: [await takePhoto({ scene: 'Portrait', orientation: 6, place: IN_TOWN })],
    description: '一堆垃圾',
    email: 'somebody@example.cn',
  })
  await look('filled report')
  const { code } = await send(page)
  await look('code')
  await page.getByTestId('open-report').click()
  await expect(page.getByTestId('history')).toBeVisible()
  await look('report page')
  await page.getByTestId('photo-thumb').first().click()
  await look('photo')
  await page.goto(`/r/${code}`)
  await page.getByTestId('own-withdraw').click()
  await expect(page.getByTestId('own-send')).toBeVisible()
  await look('withdrawal')

  await openWizard(page)
  await fill(page, { category: 'household-urban', description: '又一堆' })
  await page.getByTestId('submit-report').click()
  await expect(page.getByTestId('similar-sheet')).toBeVisible()
  await look('is it this one')

  for (const [path, sign] of [
    ['/mine', 'mine-entry'],
    ['/map', 'map-item'],
    ['/find', 'code-submit'],
    ['/who', 'category-search'],
    ['/setup?token=x', 'setup-create'],
    ['/nothing-here', 'lost-home'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByTestId(sign).first()).toBeVisible()
    await look(path)
  }
  await page.goto('/privacy')
  await expect(page.locator('main h1')).toBeVisible()
  await look('/privacy')
  await page.goto('/r/100000009')
  await expect(page.locator('main h1')).toBeVisible()
  await look('unknown report')
  expect(found).toEqual([])
})

test('no screen of the desk bars anybody @sqlite', async ({ wufei, phone, desk }) => {
  const handler = await wufei.addStaff('housing', 'handler', 'housing')
  const administrator = await wufei.addStaff('boss', 'administrator')
  const { code } = await report((await phone()).page, {
    category: 'household-urban',
    photos: [await takePhoto({ scene: 'Portrait', orientation: 6, place: IN_TOWN })],
    description: '一堆垃圾',
  })
  const { page } = await desk()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))

  await page.goto('/desk/login')
  await expect(page.getByTestId('login-submit')).toBeVisible()
  await look('login')
  await signIn(page, handler)
  await look('inbox')
  await page.getByTestId('tab-closed').click()
  await expect(page.getByTestId('inbox-empty')).toBeVisible()
  await look('empty inbox')
  await openFromInbox(page, code, 'open')
  await expect(page.getByTestId('action-panel')).toBeVisible()
  await look('case')
  await page.getByTestId('action-return').click()
  await expect(page.getByTestId('action-submit')).toBeVisible()
  await look('return')
  await page.getByTestId('action-submit').click()
  await look('return with faults')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/desk/cases/${code}`)
  await expect(page.getByTestId('action-bar')).toBeVisible()
  await look('case on a phone')
  await page.goto('/desk')
  await expect(page.getByTestId('case-cards')).toBeVisible()
  await look('inbox on a phone')

  const boss = await desk()
  await signIn(boss.page, administrator)
  await boss.page.getByTestId('nav-staff').click()
  await expect(boss.page.getByTestId('staff-row').first()).toBeVisible()
  found.push(...(await faults(boss.page, 'staff')))
  await boss.page.getByTestId('staff-add').click()
  await expect(boss.page.getByTestId('staff-submit')).toBeVisible()
  found.push(...(await faults(boss.page, 'new staff')))
  expect(found).toEqual([])
})

test('no screen of the look-up bars anybody @sqlite', async ({ phone }) => {
  const { page } = await phone()
  const found: string[] = []
  const look = async (screen: string) => found.push(...(await faults(page, screen)))

  for (const [path, sign] of [
    ['/sort', 'bin-route'],
    ['/sort?q=waimaihe', 'sort-answer'],
    ['/sort?q=dc', 'sort-unsure'],
    ['/sort?q=%E5%93%88%E6%8B%89%E5%98%8E', 'sort-missing'],
    ['/sort?bin=hazardous', 'kind'],
    ['/sort/battery-button', 'point'],
    ['/sort/quiz', 'quiz-start'],
    ['/sort/quiz?class=a&level=3', 'quiz-question'],
    ['/sort/poster', 'poster-sheet'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByTestId(sign).first()).toBeVisible()
    await look(path)
  }
  await page.goto('/sort')
  await page.getByTestId('sort-input').fill('外卖')
  await expect(page.getByTestId('sort-suggestion').first()).toBeVisible()
  await look('suggestions')
  await page.goto('/sort?q=waimaihe')
  await page.getByTestId('answer-wrong').click()
  await expect(page.getByTestId('wrong-send')).toBeVisible()
  await look('wrong answer')
  await page.goto('/sort/quiz?class=a&level=1')
  await page.getByTestId('quiz-option-0').click()
  await expect(page.getByTestId('quiz-told')).toBeVisible()
  await look('answered question')
  expect(found).toEqual([])
})

test('no screen of the editors bars anybody @sqlite', async ({ wufei, desk }) => {
  const editor = await wufei.addStaff('words', 'editor')
  const { page } = await desk()
  const found: string[] = []
  await signIn(page, editor)
  await page.request.get('/api/v1/sorting?q=%E5%93%88%E6%8B%89%E5%98%8E')
  for (const tab of ['misses', 'flags', 'changes', 'things', 'table']) {
    await page.goto(`/desk/sorting?tab=${tab}`)
    await expect(page.getByTestId(tab)).toBeVisible()
    found.push(...(await faults(page, `sorting, ${tab}`)))
  }
  await page.goto('/desk/sorting')
  await page.getByTestId('miss-write').first().click()
  await page.getByTestId('kind-select').selectOption('battery-button')
  await expect(page.getByTestId('kind-ruling')).toBeVisible()
  await page.getByTestId('thing-save').click()
  found.push(...(await faults(page, 'new entry with faults')))
  expect(found).toEqual([])
})
