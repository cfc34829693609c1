import { expect, test } from '../harness/fixtures.ts'
import { act, expectCase, openFromInbox, row, signIn } from '../harness/clerk.ts'
import { takePhoto } from '../harness/photo.ts'
import { addPhotos, expectStatus, report, steps } from '../harness/resident.ts'

test('a reporter who finds it not fixed has it opened again', async ({ wufei, phone, desk }) => {
  const handler = await wufei.addStaff('housing', 'handler', 'housing')
  const verifier = await wufei.addStaff('checker', 'verifier', 'ecology')
  const resident = (await phone()).page
  const { code } = await report(resident, {
    category: 'household-urban',
    description: '垃圾桶满了没人收',
  })
  await resident.getByTestId('open-report').click()

  const office = (await desk()).page
  await signIn(office, handler)
  await openFromInbox(office, code)
  await act(office, 'accept')
  await act(office, 'handle', {
    note: '已收',
    photos: [await takePhoto({ scene: 'Landscape', orientation: 1 })],
  })
  const checker = (await desk()).page
  await signIn(checker, verifier)
  await openFromInbox(checker, code, 'verify')
  await act(checker, 'verify', { passed: true, note: '看过了' })
  await act(checker, 'close', {})

  await resident.reload()
  await expectStatus(resident, 'closed')
  await resident.getByTestId('own-dispute').click()
  // It says why, or it is not sent.
  await resident.getByTestId('own-send').click()
  await expect(resident.getByRole('dialog').getByRole('alert')).toBeVisible()
  await resident.getByTestId('own-reason').fill('桶还是满的，旁边又堆了两袋')
  await addPhotos(resident, [await takePhoto({ scene: 'Portrait', orientation: 8 })])
  await resident.getByTestId('own-send').click()
  await expectStatus(resident, 'reopened')
  await expect.poll(async () => (await steps(resident)).at(-1)).toBe('reopened')

  await office.getByTestId('desk-home').click()
  await office.getByTestId('tab-new').click()
  await expect(row(office, code)).toBeVisible()
  await openFromInbox(office, code, 'new')
  await expectCase(office, 'reopened')
  await expect(office.getByTestId('case-history')).toContainText('旁边又堆了两袋')
})

test('a reporter who finds it fixed says so, and gives a mark @sqlite', async ({
  wufei,
  phone,
  desk,
}) => {
  const handler = await wufei.addStaff('housing', 'handler', 'housing')
  const resident = (await phone()).page
  const { code } = await report(resident, {
    category: 'household-urban',
    description: '垃圾桶满了没人收',
  })
  await resident.getByTestId('open-report').click()
  const office = (await desk()).page
  await signIn(office, handler)
  await openFromInbox(office, code)
  await act(office, 'accept')
  await act(office, 'handle', {
    note: '已收',
    photos: [await takePhoto({ scene: 'Landscape', orientation: 1 })],
  })

  await resident.reload()
  await resident.getByTestId('own-feedback').click()
  await resident.getByTestId('resolved-yes').click()
  await resident.locator('label', { has: resident.getByTestId('score-5') }).click()
  await resident.getByTestId('own-send').click()
  await expect(resident.getByTestId('own-feedback')).toHaveCount(0)
  await resident.reload()
  await expect(resident.getByTestId('own-feedback')).toHaveCount(0)
})
