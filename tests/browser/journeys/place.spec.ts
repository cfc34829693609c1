import type { Locator } from '@playwright/test'
import { expect, test } from '../harness/fixtures.ts'
import { takePhoto } from '../harness/photo.ts'
import { addPhotos, expectStatus, fill, openWizard, send } from '../harness/resident.ts'

// A village of 松树镇, far from any town.
const SONGSHU = '220605103'

test('the place is chosen from the list where the phone does not tell it', async ({ phone }) => {
  const { page } = await phone({ place: null })
  await openWizard(page)
  await page.getByTestId('category-farm-film').click()
  await page.getByTestId('locate').click()
  await expect(page.getByTestId('locate-failed')).toBeVisible()

  await page.getByTestId('place-by-list').click()
  // No map is needed, and none is drawn.
  await expect(page.getByTestId('place-map')).toHaveCount(0)
  await page.getByTestId('township-select').selectOption(SONGSHU)
  const village = page.getByTestId('community-select')
  await village.selectOption({ label: await firstVillage(village) })
  await expect(page.getByTestId('routing-lead')).toHaveText('江源区农业农村局')
  await page.getByTestId('description').fill('地头堆着去年的地膜')
  await send(page)
  await page.getByTestId('open-report').click()
  await expectStatus(page, 'dispatched')
  await expect(page.locator('main')).toContainText('松树镇')
})

async function firstVillage(select: Locator): Promise<string> {
  const names = await select.locator('option').allTextContents()
  const village = names.map((name) => name.trim()).find((name) => name.endsWith('村'))
  if (!village) throw new Error(`no village among ${names.join()}`)
  return village
}

test('a photo knows the place that the phone does not tell', async ({ phone }) => {
  const { page } = await phone({ place: null })
  await openWizard(page)
  const place = { lng: 126.56594, lat: 41.96298 }
  await addPhotos(page, [await takePhoto({ scene: 'Landscape', orientation: 6, place })])
  await page.getByTestId('photo-hint-use').click()
  await expect(page.getByTestId('place-set')).toBeVisible()
  await page.getByTestId('category-household-urban').click()
  await expect(page.getByTestId('township-ask')).toContainText('石人镇')
  await page.getByTestId('township-yes').click()
  await send(page)
})

test('a place outside the district is the neighbour’s, by name @sqlite', async ({ phone }) => {
  // In 浑江区, west of the district.
  const { page } = await phone({ place: { lng: 126.43, lat: 41.94 } })
  await openWizard(page)
  await page.getByTestId('category-household-urban').click()
  await expect(page.getByTestId('place-set')).toBeVisible()
  await expect(page.getByTestId('routing-card')).toContainText('浑江区')
  await expect(page.getByTestId('routing-card')).not.toContainText('undefined')
})

test('a report needs a kind, a place and something to see or read @sqlite', async ({ phone }) => {
  const { page } = await phone({ place: null })
  await openWizard(page)
  await page.getByTestId('submit-report').click()
  for (const step of ['category', 'place', 'details']) {
    await expect(page.getByTestId(`step-${step}-error`)).toBeVisible()
  }
  await fill(page, {
    category: 'straw',
    township: { code: SONGSHU },
    description: '田里还有秸秆在冒烟',
  })
  await send(page)
})
