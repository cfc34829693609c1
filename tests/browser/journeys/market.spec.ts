import { faults } from '../harness/axe.ts'
import { expectKept } from '../harness/draft.ts'
import { expect, test } from '../harness/fixtures.ts'
import { join } from '../harness/market.ts'
import { takePhoto } from '../harness/photo.ts'

const shots = process.env.WUFEI_SHOTS

test('a chair is listed with a photo, found, followed, renewed and taken down', async ({
  phone,
}) => {
  const owner = await phone()
  const seeker = await phone()
  await join(owner.page, 'wang-owner', '王大姐')
  const found: string[] = []
  const look = async (page: typeof owner.page, screen: string) => {
    found.push(...(await faults(page, screen)))
    if (shots)
      await page.screenshot({
        path: `${shots}/market-${screen}.png`,
        fullPage: true,
      })
  }

  await test.step('from the home screen to a listing', async () => {
    const { page } = owner
    await page.goto('/')
    await look(page, 'home')
    await page.getByTestId('home-market').click()
    await expect(page.getByTestId('listing-new')).toBeVisible()
    await look(page, 'empty')
    await page.getByTestId('listing-new').click()
    await page.getByTestId('listing-publish').click()
    await expect(page.getByText('请选择类别')).toBeVisible()
    await look(page, 'faults')
    await page
      .getByTestId('photo-input')
      .setInputFiles(await takePhoto({ scene: 'Portrait', orientation: 1 }))
    await page.getByTestId('listing-title').fill('实木餐椅两把')
    await page.getByTestId('listing-title').blur()
    await expect(page.getByTestId('listing-category')).toHaveValue('furniture-chair')
    await page.getByTestId('terms-price').check()
    await page.getByTestId('listing-yuan').fill('40')
    await page.getByTestId('condition-good').check()
    await page.getByTestId('listing-text').fill('平时用得少，四条腿都稳，自己来搬。')
    await page.getByTestId('township-select').selectOption({ index: 1 })
    await page.getByTestId('use-place').click()
    await expect(page.getByTestId('clear-place')).toBeVisible()
    // What was typed outlives a closed page, and so does its photo.
    await expectKept(page, '四条腿都稳')
    await page.reload()
    await expect(page.getByTestId('form-restored')).toBeVisible()
    await expect(page.getByTestId('listing-title')).toHaveValue('实木餐椅两把')
    await expect(page.getByTestId('picked-photo')).toHaveCount(1)
    await look(page, 'form')
    await expect(page.locator('[data-testid="photo-retry"]')).toHaveCount(0)
    await page.getByTestId('listing-publish').click()
    await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'published')
    await look(page, 'sent')
    await page.getByTestId('see-listing').click()
    await expect(page.getByTestId('owner-panel')).toBeVisible()
    await look(page, 'own-listing')
  })

  await test.step('somebody without an account finds it', async () => {
    const { page } = seeker
    await page.goto('/market')
    await page.getByTestId('market-search').fill('餐椅')
    await page.getByTestId('market-search').press('Enter')
    await expect(page.getByTestId('listing-row')).toHaveCount(1)
    await expect(page.getByTestId('listing-row')).toContainText('40 元')
    await look(page, 'found')
    await page.getByTestId('open-filter').click()
    await look(page, 'filter')
    await page.getByTestId('filter-terms').selectOption('free')
    await page.getByTestId('filter-apply').click()
    await expect(page.getByTestId('listing-row')).toHaveCount(0)
    await page.goBack()
    await page.goto('/market?q=餐椅')
    await page.getByTestId('listing-row').click()
    await expect(page.getByTestId('ask')).toBeVisible()
    await expect(page.locator('main')).toContainText('王**')
    await look(page, 'listing')
    await page.getByTestId('ask').click()
    await expect(page).toHaveURL(/\/account\?next=/)
  })

  await test.step('and follows the search', async () => {
    const { page } = seeker
    await join(page, 'li-seeker', '李师傅')
    await page.goto('/market?q=沙发')
    await page.getByTestId('save-search').click()
    await expect(page.getByTestId('save-search')).toHaveCount(0)
    await page.goto('/market/searches')
    await expect(page.getByTestId('saved-search')).toContainText('沙发')
    await look(page, 'searches')
    await page.getByTestId('forget-search').click()
    await expect(page.getByTestId('saved-search')).toHaveCount(0)
  })

  await test.step('renewed, and taken down', async () => {
    const { page } = owner
    await page.goto('/market/mine')
    await expect(page.getByTestId('own-listing')).toHaveCount(1)
    await look(page, 'mine')
    await page.getByTestId('edit-listing').click()
    await expect(page.getByTestId('listing-title')).toHaveValue('实木餐椅两把')
    await page.getByTestId('listing-title').fill('实木餐椅，只剩一把')
    await page.getByTestId('listing-publish').click()
    await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'published')
    await page.goto('/market/mine')
    await page.getByTestId('renew').click()
    await expect(page.locator('.van-toast')).toContainText('已续期')
    await page.getByTestId('withdraw').click()
    await page.getByRole('dialog').getByRole('button', { name: '撤下' }).click()
    await expect(page.getByTestId('owner-panel')).toHaveAttribute('data-state', 'withdrawn')
    await seeker.page.goto('/market?q=餐椅')
    await expect(seeker.page.getByTestId('listing-row')).toHaveCount(0)
  })
  expect(found).toEqual([])
})

test('what must not change hands is stopped with its reason @sqlite', async ({ phone }) => {
  const { page } = await phone()
  await join(page, 'wang-owner', '王大姐')
  await page.goto('/market/new?title=出两条香烟')
  await page.getByTestId('listing-category').selectOption('other-other')
  await page.getByTestId('condition-new').check()
  await page.getByTestId('listing-text').fill('中华没拆封，便宜出')
  await page.getByTestId('township-select').selectOption({ index: 1 })
  await page.getByTestId('listing-publish').click()
  await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'refused')
  await expect(page.locator('main')).toContainText('烟草')
  if (shots)
    await page.screenshot({
      path: `${shots}/market-refused.png`,
      fullPage: true,
    })
  expect(await faults(page, 'refused')).toEqual([])
  await expect(page.getByTestId('marked').locator('mark').first()).toBeVisible()

  // What was written is there to be mended, with the places marked.
  await page.getByTestId('mend').click()
  await expect(page).toHaveURL(/\/edit$/)
  await expect(page.getByTestId('marked')).toBeVisible()
  await expect(page.getByTestId('listing-text')).toHaveValue('中华没拆封，便宜出')
  if (shots) await page.screenshot({ path: `${shots}/market-mend.png`, fullPage: true })
  expect(await faults(page, 'mend')).toEqual([])
  await page.getByTestId('listing-title').fill('旧书架一个')
  await page.getByTestId('listing-text').fill('结实能用，自己来搬')
  await page.getByTestId('listing-publish').click()
  await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'published')
})

test('a draft is kept on the server and published where it is changed @sqlite', async ({
  phone,
}) => {
  const { page } = await phone()
  await join(page, 'wang-owner', '王大姐')
  await page.goto('/market/new?kind=wanted&title=童车')
  await page.getByTestId('listing-category').selectOption({ index: 1 })
  await page.getByTestId('township-select').selectOption({ index: 1 })
  await page.getByTestId('listing-draft').click()
  await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'draft')
  // Handed in: nothing of it is left to go on with.
  await page.goto('/market/new')
  await expect(page.getByTestId('listing-title')).toHaveValue('')
  await expect(page.getByTestId('form-restored')).toHaveCount(0)

  await page.goto('/market/mine')
  await page.getByTestId('edit-listing').click()
  await expect(page.getByTestId('listing-title')).toHaveValue('童车')
  await page.getByTestId('listing-publish').click()
  await expect(page.getByTestId('listing-sent')).toHaveAttribute('data-state', 'published')
})
