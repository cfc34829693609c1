import type { Locator } from '@playwright/test'
import { signIn } from '../harness/clerk.ts'
import { NO_NETWORK, expect, test } from '../harness/fixtures.ts'
import { ask, expectAnswer, keptOnPhone } from '../harness/sorting.ts'

test('a resident finds the bin by name, by slip, by pinyin, and is asked when it is not sure @sqlite', async ({
  phone,
}) => {
  const { page } = await phone()
  await page.goto('/')
  await page.getByTestId('home-sort').tap()
  // The tap was a wish to type.
  await expect(page.getByTestId('sort-input')).toBeFocused()

  await ask(page, '外卖盒')
  await expectAnswer(page, { category: 'other', matched: 'exact', name: '外卖盒' })
  await expect(page.getByTestId('answer-why')).not.toBeEmpty()
  await expect(page.getByTestId('answer-source')).toContainText('2019')
  await expect(page.getByTestId('answer-how')).toHaveCount(0)

  await ask(page, '外迈盒')
  await expectAnswer(page, { category: 'other', matched: 'typo', name: '外卖盒' })
  await expect(page.getByTestId('answer-how')).toContainText('外卖盒')

  await ask(page, 'waimaihe')
  await expectAnswer(page, { category: 'other', matched: 'pinyin', name: '外卖盒' })

  await ask(page, '请问旧的苹果皮是什么垃圾？')
  await expectAnswer(page, { category: 'kitchen', matched: 'part' })

  // Two initials mean too much: names to choose from, and no bin.
  await ask(page, 'dc')
  await expect(page.getByTestId('sort-unsure')).toBeVisible()
  await expect(page.getByTestId('sort-answer')).toHaveCount(0)
  const candidate = page.getByTestId('candidate').first()
  const name = await candidate.textContent()
  await candidate.tap()
  await expect(page).toHaveURL(/\/sort\/[a-z0-9-]+$/)
  await expectAnswer(page, { name: name!.trim() })

  // What was looked up is offered again.
  await page.goto('/sort')
  await expect(page.getByTestId('sort-recent')).toContainText('外卖盒')
  await page.getByTestId('bin-hazardous').tap()
  await expect(page.getByTestId('kind').first()).toBeVisible()
  await page.getByTestId('kind').first().tap()
  await expectAnswer(page, { category: 'hazardous' })
})

test('what is typed is completed, and a tap on it answers @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await page.goto('/sort')
  await page.getByTestId('sort-input').fill('外卖盒')
  const suggestion = page.getByTestId('sort-suggestion').filter({ hasText: '外卖盒' }).first()
  await suggestion.tap()
  await expectAnswer(page, { category: 'other', name: '外卖盒' })
  // With the keyboard too.
  await page.getByTestId('sort-input').fill('充电电')
  await expect(page.getByTestId('sort-suggestion').first()).toContainText('充电')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expectAnswer(page, { category: 'hazardous' })
})

test('in a village coal ash stays nearby, and the phone remembers where it lives @sqlite', async ({
  phone,
}) => {
  const { page } = await phone()
  await page.goto('/sort')
  await ask(page, '煤灰')
  await expectAnswer(page, { category: 'other' })
  await page.getByTestId('area-village').tap()
  await expectAnswer(page, { category: 'route', route: 'drop_off' })
  await page.reload()
  await expectAnswer(page, { category: 'route', route: 'drop_off' })
  // A poster in town says so itself.
  await page.goto('/sort?area=urban')
  await ask(page, '煤灰')
  await expectAnswer(page, { category: 'other' })
})

test('the nearest points come with the answer, on a map too @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await page.goto('/sort?q=%E6%89%8B%E6%9C%BA')
  await expectAnswer(page, { category: 'recyclable', route: 'drop_off' })
  await expect(page.getByTestId('point').first()).toContainText('江源街道')
  await expect(page.getByTestId('point').first()).toContainText('待核实')
  await page.getByTestId('points-map-toggle').tap()
  await expect(page.getByTestId('points-map').locator('.wf-pin').first()).toBeVisible()
})

test('without a signal the phone answers the same, after a reload and without the server', async ({
  phone,
  wufei,
}) => {
  const { page, allow } = await phone()
  allow(NO_NETWORK)
  await page.goto('/sort')
  await keptOnPhone(page)
  const queries = ['外卖盒', '充电电池', 'waimaihe', '外迈盒', '过期的牛奶', '🔋', 'old newspaper']
  const told = async (query: string) => {
    await ask(page, query)
    const answer = page.getByTestId('sort-answer')
    await expect(answer).toBeVisible()
    return answer.evaluate((card) => ({ ...card.dataset, text: card.textContent }))
  }
  const before = []
  for (const query of queries) before.push(await told(query))

  await wufei.stop()
  await page.reload()
  await expect(page.getByTestId('sort-answer')).toBeVisible()
  const after = []
  for (const query of queries) after.push(await told(query))
  expect(after).toEqual(before)

  const id = await page.getByTestId('sort-answer').getAttribute('data-id')
  await page.goto(`/sort/${id}`)
  await expectAnswer(page, { category: 'recyclable' })
  await page.goto('/sort?bin=kitchen')
  await expect(page.getByTestId('kind').first()).toBeVisible()
})

test('what nobody can answer is written by an editor, and the phone that asked knows it', async ({
  wufei,
  phone,
  desk,
}) => {
  const editor = await wufei.addStaff('words', 'editor')
  const second = await wufei.addStaff('second', 'editor')
  const { page: resident } = await phone()
  await resident.goto('/sort')
  await ask(resident, '哈拉嘎石')
  await expect(resident.getByTestId('sort-missing')).toBeVisible()

  const { page } = await desk()
  await signIn(page, editor)
  await page.getByTestId('nav-sorting').click()
  const miss = page.getByTestId('miss').filter({ hasText: '哈拉嘎石' })
  await miss.getByTestId('miss-write').click()
  await expect(page.getByTestId('thing-name')).toHaveValue('哈拉嘎石')
  // Without a reason nothing is changed.
  await page.getByTestId('kind-select').selectOption('glass-bottle')
  await expect(page.getByTestId('kind-ruling')).toBeVisible()
  await page.getByTestId('thing-save').click()
  await expect(page.getByTestId('thing-reason')).toHaveAttribute('aria-invalid', 'true')
  await page.getByTestId('thing-aliases').fill('哈拉石')
  await page.getByTestId('thing-aliases').press('Enter')
  await page.getByTestId('thing-reason').fill('居民常问，是一种玻璃瓶')
  await page.getByTestId('thing-save').click()
  await expect(page.getByTestId('thing-editor')).toBeHidden()
  await expect(miss).toHaveCount(0)

  // In effect at once: the phone's own rule set learns it when it looks again.
  await resident.goto('/sort')
  await ask(resident, '哈拉石')
  await expectAnswer(resident, { category: 'recyclable', matched: 'alias', name: '哈拉嘎石' })

  // A resident doubts it.
  await resident.getByTestId('answer-wrong').tap()
  await resident.getByTestId('wrong-send').tap()
  await expect(resident.getByTestId('wrong-says')).toHaveAttribute('aria-invalid', 'true')
  await resident.getByTestId('wrong-says').fill('里面装过农药')
  await resident.getByTestId('wrong-send').tap()
  await expect(resident.getByTestId('wrong-sheet')).toBeHidden()

  await page.getByTestId('sorting-tab-flags').click()
  const flag = page.getByTestId('flag').filter({ hasText: '里面装过农药' })
  await expect(flag).toContainText('哈拉石')
  await flag.getByTestId('flag-edit').click()
  await expect(page.getByTestId('thing-history')).toContainText('居民常问')
  await page.getByTestId('kind-select').selectOption('pesticide-household')
  await page.getByTestId('thing-reason').fill('确实装过农药，按有害垃圾')
  await page.getByTestId('thing-save').click()
  await expect(page.getByTestId('thing-editor')).toBeHidden()
  await flag.getByTestId('flag-uphold').click()
  await page.getByTestId('reason-text').fill('核对过，居民说得对')
  await page.getByTestId('reason-send').click()
  await expect(flag).toHaveCount(0)

  // Hazardous: its author cannot put it in effect, and until then the old answer stands.
  await page.getByTestId('sorting-tab-changes').click()
  const own = page.getByTestId('change').filter({ hasText: '哈拉嘎石' })
  await expect(own).toBeVisible()
  await expect(own.getByTestId('change-agree')).toHaveCount(0)

  const other = (await desk()).page
  await signIn(other, second)
  await other.goto('/desk/sorting?tab=changes')
  const change = other.getByTestId('change').filter({ hasText: '哈拉嘎石' })
  await expect(change.getByTestId('change-diff')).toContainText('有害垃圾')
  await change.getByTestId('change-agree').click()
  await expect(change).toHaveCount(0)

  await resident.goto('/sort?q=%E5%93%88%E6%8B%89%E7%9F%B3')
  await expectAnswer(resident, { category: 'hazardous', matched: 'alias' })
})

test('who changes what somebody else has just changed is told, and loses nothing @sqlite', async ({
  wufei,
  desk,
}) => {
  const first = await wufei.addStaff('first', 'editor')
  const second = await wufei.addStaff('second', 'administrator')
  const open = async (staff: typeof first) => {
    const { page } = await desk()
    await signIn(page, staff)
    await page.goto('/desk/sorting?tab=things')
    await page.getByTestId('thing-search').fill('外卖盒')
    await page
      .getByTestId('thing-found')
      .filter({ hasText: /^\s*外卖盒\s*$/ })
      .click()
    await expect(page.getByTestId('thing-name')).toHaveValue('外卖盒')
    return page
  }
  const one = await open(first)
  const two = await open(second)
  const write = async (page: typeof one, alias: string) => {
    await page.getByTestId('thing-aliases').fill(alias)
    await page.getByTestId('thing-aliases').press('Enter')
    await page.getByTestId('thing-reason').fill('加一个叫法')
    await page.getByTestId('thing-save').click()
  }
  await write(one, '打包餐盒甲')
  await expect(one.getByTestId('thing-editor')).toBeHidden()
  await write(two, '打包餐盒乙')
  const failure = two.getByTestId('thing-failure')
  await expect(failure).toBeVisible()
  await failure.getByRole('button').click()
  await expect(two.getByTestId('thing-history')).toContainText('加一个叫法')
  await expect(two.getByTestId('thing-reason')).toHaveValue('加一个叫法')
})

test('a table is tried before it is taken, and told its faults by the row', async ({
  wufei,
  desk,
}) => {
  const editor = await wufei.addStaff('tables', 'editor')
  const { page } = await desk()
  await signIn(page, editor)
  await page.goto('/desk/sorting?tab=table')
  const choose = (rows: string) =>
    page.getByTestId('table-file').setInputFiles({
      name: 'things.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`id,name,kind,aliases\n${rows}`),
    })
  await page.getByTestId('table-reason').fill('第一批方言叫法')
  await choose(',测试物件甲,no-such-kind,\n,测试物件乙,glass-bottle,\n')
  await page.getByTestId('table-send').click()
  const faults = page.getByTestId('table-faults')
  await expect(faults.getByRole('row').nth(1)).toContainText('2')
  await expect(faults.getByRole('row').nth(1)).toContainText('no-such-kind')
  await choose(',测试物件甲,glass-bottle,\n,测试物件乙,glass-bottle,\n')
  await page.getByTestId('table-send').click()
  await expect(page.getByTestId('table-trial')).toContainText('2')
  const found = () =>
    page.request.get('/api/v1/sorting?q=%E6%B5%8B%E8%AF%95%E7%89%A9%E4%BB%B6%E7%94%B2')
  expect(JSON.stringify((await (await found()).json()).results)).not.toContain('测试物件甲')
  await page.getByTestId('table-send').click()
  await expect(page.getByTestId('table-trial')).toHaveCount(0)
  expect((await (await found()).json()).results[0].name).toBe('测试物件甲')
})

test('only editors and administrators come to the rules @sqlite', async ({ wufei, desk }) => {
  const verifier = await wufei.addStaff('verifier', 'verifier')
  const { page } = await desk()
  await signIn(page, verifier)
  await expect(page.getByTestId('nav-sorting')).toHaveCount(0)
  await page.goto('/desk/sorting')
  await expect(page).toHaveURL(/\/desk$/)
})

test('a class code gives the whole class the same ten questions @sqlite', async ({ phone }) => {
  const questions: string[][] = []
  for (let pupil = 0; pupil < 2; pupil += 1) {
    const { page } = await phone()
    await page.goto('/sort/quiz')
    await page.getByTestId('quiz-code').fill(pupil === 0 ? '三年二班' : ' 三年二班 ')
    await page.getByTestId('quiz-level-2').tap()
    await page.getByTestId('quiz-start').tap()
    const asked: string[] = []
    let right = 0
    for (let at = 0; at < 10; at += 1) {
      const question = page.getByTestId('quiz-question')
      asked.push((await question.getAttribute('data-thing'))!)
      const option: Locator = page.getByTestId(`quiz-option-${at % 4}`)
      await option.tap()
      await expect(page.getByTestId('quiz-told')).toBeVisible()
      if ((await option.getAttribute('data-right')) !== null) right += 1
      await page.getByTestId('quiz-next').tap()
    }
    await expect(page.getByTestId('quiz-result').getByRole('status')).toContainText(`${right}/10`)
    questions.push(asked)
  }
  expect(new Set(questions[0]).size).toBe(10)
  expect(questions[1]).toEqual(questions[0])

  const { page } = await phone()
  await page.goto('/sort/quiz?class=%E4%B8%89%E5%B9%B4%E4%B8%89%E7%8F%AD&level=2&area=urban')
  await expect(page.getByTestId('quiz-question')).not.toHaveAttribute(
    'data-thing',
    questions[0]![0]!,
  )
})

test('a poster names the community, and its code opens the look-up for its area @sqlite', async ({
  phone,
  wufei,
}) => {
  const { page } = await phone()
  await page.goto('/sort/poster')
  await page.getByTestId('area-village').tap()
  await page.getByTestId('poster-what').selectOption('all')
  await expect(page.getByTestId('poster-sheet')).toHaveCount(4)
  await page.getByTestId('poster-township').selectOption({ index: 1 })
  await page.getByTestId('poster-community').selectOption({ index: 1 })
  await page.getByTestId('poster-line').fill('早六点到八点半')
  const sheet = page.getByTestId('poster-sheet').first()
  await expect(sheet).toContainText('早六点到八点半')
  const community = await page
    .getByTestId('poster-community')
    .locator('option')
    .nth(1)
    .textContent()
  await expect(sheet).toContainText(community!.trim())
  const code = sheet.getByTestId('qr')
  await expect(code).toBeVisible()
  await expect(code).toHaveAttribute('data-text', `${wufei.url}/sort?area=village`)
  await page.goto((await code.getAttribute('data-text'))!)
  await expect(page.getByTestId('area-village')).toHaveAttribute('aria-pressed', 'true')

  // Four sheets of paper, no more.
  await page.goto('/sort/poster')
  await page.getByTestId('poster-what').selectOption('all')
  await expect(page.getByTestId('poster-sheet')).toHaveCount(4)
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString(
    'latin1',
  )
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(4)
})
