import { expect, test } from '../harness/fixtures.ts'
import { act, openFromInbox, signIn } from '../harness/clerk.ts'
import { takePhoto } from '../harness/photo.ts'
import { IN_TOWN } from '../harness/places.ts'
import { expectStatus, fill, openWizard, report } from '../harness/resident.ts'

test('a second resident joins the report that is already there, and both hear of it', async ({
  wufei,
  phone,
  desk,
}) => {
  const handler = await wufei.addStaff('housing', 'handler', 'housing')
  const first = (await phone()).page
  const photo = await takePhoto({ scene: 'Portrait', orientation: 1, place: IN_TOWN })
  const { code } = await report(first, {
    category: 'household-urban',
    photos: [photo],
    email: 'first@example.cn',
  })

  // Forty metres along the street.
  const second = (await phone({ place: { lng: IN_TOWN.lng + 0.0004, lat: IN_TOWN.lat } })).page
  await openWizard(second)
  await fill(second, {
    category: 'household-urban',
    description: '这堆垃圾好几天了',
    email: 'second@example.cn',
  })
  await second.getByTestId('submit-report').click()
  await expect(second.getByTestId('similar-sheet')).toBeVisible()
  await second.getByTestId('similar-join').click()
  await expect(second).toHaveURL(new RegExp(`/r/${code}$`))
  await expectStatus(second, 'dispatched')

  // One report, two people.
  const listed = await second.request.get('/api/v1/reports')
  const { items } = (await listed.json()) as { items: { code: string; reporters: number }[] }
  expect(items.map((item) => [item.code, item.reporters])).toEqual([[code, 2]])
  await second.goto('/mine')
  await expect(second.getByTestId('mine-entry')).toHaveAttribute('data-code', code)

  const office = (await desk()).page
  await signIn(office, handler)
  await openFromInbox(office, code)
  const before = (await wufei.letters()).length
  await act(office, 'accept')
  for (const address of ['first@example.cn', 'second@example.cn']) {
    await expect
      .poll(async () =>
        (await wufei.letters()).slice(before).some((letter) => letter.to.includes(address)),
      )
      .toBe(true)
  }
  await second.getByTestId('mine-entry').getByRole('link').click()
  await expectStatus(second, 'accepted')
})

test('the same picture from elsewhere is recognised, and may still be another report @sqlite', async ({
  phone,
}) => {
  const photo = await takePhoto({ scene: 'Landscape', orientation: 1 })
  const first = (await phone()).page
  const { code } = await report(first, { category: 'household-urban', photos: [photo] })

  const second = (await phone({ place: { lng: 126.56594, lat: 41.96298 } })).page
  await openWizard(second)
  await fill(second, { category: 'household-urban', photos: [photo] })
  await second.getByTestId('submit-report').click()
  await expect(second.getByTestId('similar-sheet')).toBeVisible()
  await second.getByTestId('similar-none').click()
  await second.waitForURL(/\/done\/\d{9}$/)
  const other = await second.getByTestId('report-code').getAttribute('data-code')
  expect(other).not.toBe(code)
})
