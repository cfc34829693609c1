import type { Page } from '@playwright/test'
import { expect, test } from '../harness/fixtures.ts'
import { fill, openWizard, send } from '../harness/resident.ts'

/**
 * What is Chinese on purpose in every language: the names of places, which stand on the signs in
 * the street, the clauses as the programme numbers them, and what people wrote themselves.
 */
async function chineseOnPurpose(page: Page): Promise<string[]> {
  const answer = await page.request.get('/api/v1/district', {
    headers: { 'Accept-Language': 'zh-CN' },
  })
  const district = (await answer.json()) as {
    name: string
    townships: { name: string; communities: { name: string }[] }[]
  }
  const names = district.townships.flatMap((township) => [
    township.name,
    ...township.communities.map((community) => community.name),
  ])
  return [district.name, ...names].sort((a, b) => b.length - a.length)
}

/** Every text and label on the screen with Chinese characters in it that nobody meant. */
async function leftovers(page: Page, meant: string[]): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = []
    const inChinese = (element: Element) => element.closest('[lang^="zh"]:not(html)') !== null
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      if (!parent || parent.matches('script, style, noscript, textarea') || inChinese(parent))
        continue
      found.push(node.textContent ?? '')
    }
    for (const element of document.querySelectorAll(
      '[aria-label], [placeholder], [title], [alt]',
    )) {
      if (inChinese(element)) continue
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        found.push(element.getAttribute(name) ?? '')
      }
    }
    return found
  })
  const clause = /[一二三四五六七八九十]+(（[一二三四五六七八九十]+）)?\d*/g
  return texts
    .map((text) =>
      meant.reduce((rest, name) => rest.replaceAll(name, ''), text).replace(clause, ''),
    )
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => /\p{Script=Han}/u.test(text))
}

for (const { locale, title } of [
  { locale: 'en', title: /[A-Za-z]{4}/ },
  { locale: 'ko', title: /\p{Script=Hangul}{2}/u },
] as const) {
  test(`who chose ${locale} is spoken to in it @sqlite`, async ({ phone }) => {
    const { page } = await phone({ locale })
    const meant = await chineseOnPurpose(page)
    const found: string[] = []
    const look = async (screen: string) => {
      await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${locale}`))
      found.push(...(await leftovers(page, meant)).map((text) => `${screen}: ${text}`))
    }
    await page.goto('/')
    // Chinese first: the language of a phone is no wish.
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/)
    await page.getByTestId(`lang-${locale}`).click()
    await expect(page.getByTestId('home-report')).toHaveText(title)
    await look('home')

    await openWizard(page)
    await look('empty report')
    await page.getByTestId('submit-report').click()
    await look('report with faults')
    await fill(page, {
      category: 'hazardous',
      answers: { leaking: 'yes' },
      description: 'Drums beside the river',
      email: 'visitor@example.com',
    })
    await page.getByTestId('routing-why').click()
    await look('filled report')
    await send(page)
    await look('code')
    await page.getByTestId('open-report').click()
    await expect(page.getByTestId('history')).toBeVisible()
    await look('report page')
    for (const path of [
      '/mine',
      '/map',
      '/find',
      '/who',
      '/privacy',
      '/sort',
      '/sort?q=waimaihe',
      '/sort?q=dc',
      '/sort?q=hhhhh',
      '/sort?bin=other',
      '/sort/battery-button',
      '/sort/quiz',
      '/sort/quiz?class=a&level=3',
      '/sort/poster',
      '/events',
      '/organisations',
      '/subscribe',
      '/subscribe/x',
      '/subscribe/confirm/x',
      '/join/x',
      '/setup?token=x',
      '/desk/login',
    ]) {
      await page.goto(path)
      await expect(page.locator('main h1').first()).toBeAttached()
      await look(path)
    }
    expect(found).toEqual([])
  })
}

test('the language is changed on the first page and stays @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/)
  await page.getByTestId('lang-ko').click()
  await expect(page.locator('html')).toHaveAttribute('lang', /^ko/)
  await page.reload()
  await expect(page.getByTestId('home-report')).toHaveText(/\p{Script=Hangul}{2}/u)
})
