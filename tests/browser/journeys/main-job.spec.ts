import { expect, test } from '../harness/fixtures.ts'
import { act, expectCase, openFromInbox, row, signIn } from '../harness/clerk.ts'
import { takePhoto } from '../harness/photo.ts'
import { IN_TOWN } from '../harness/places.ts'
import { addPhotos, expectStatus, fill, openWizard, send, steps } from '../harness/resident.ts'

const NEIGHBOUR = 'neighbour@example.cn'

test('a photo becomes a report, and the right office walks it to closed', async ({
  wufei,
  phone,
  desk,
}, info) => {
  const handler = await wufei.addStaff('housing', 'handler', 'housing')
  const stranger = await wufei.addStaff('health', 'handler', 'health')
  const verifier = await wufei.addStaff('checker', 'verifier', 'ecology')
  const resident = (await phone()).page

  // The resident stands before it.
  const began = Date.now()
  await openWizard(resident)
  const stored = resident.waitForResponse(
    (response) =>
      response.url().endsWith('/api/v1/photos') && response.request().method() === 'POST',
  )
  const photo = await takePhoto({ scene: 'Portrait', orientation: 6, place: IN_TOWN })
  await addPhotos(resident, [photo])
  const answer = (await (await stored).json()) as {
    width: number
    height: number
    url: string
    taken_at: string | null
    gps_hint: { lng: number; lat: number } | null
  }
  // Held upright: the sensor lay on its side.
  expect([answer.width, answer.height]).toEqual([1200, 1800])
  expect(answer.taken_at).not.toBeNull()
  expect(answer.gps_hint?.lng).toBeCloseTo(IN_TOWN.lng, 4)
  expect(answer.gps_hint?.lat).toBeCloseTo(IN_TOWN.lat, 4)

  await fill(resident, {
    category: 'household-urban',
    answers: { blocking: 'yes' },
    description: '江源大街路口垃圾桶旁堆了一大堆袋装垃圾',
    email: NEIGHBOUR,
  })
  await expect(resident.getByTestId('routing-lead')).toHaveText('江源区住房和城乡建设局')
  const { code } = await send(resident)
  const seconds = (Date.now() - began) / 1000
  info.annotations.push({ type: 'filed in', description: `${seconds.toFixed(1)} s` })

  // What was published of the picture carries nothing of the phone.
  const published = await (await resident.request.get(answer.url)).body()
  expect(published.includes('Exif')).toBe(false)
  expect(published.includes('Huawei')).toBe(false)

  await resident.getByTestId('open-report').click()
  await expectStatus(resident, 'dispatched')

  // An office that has nothing to do with it does not see it.
  const elsewhere = (await desk()).page
  await signIn(elsewhere, stranger)
  await expect(elsewhere.getByTestId('inbox-empty')).toBeVisible()

  // The office that leads.
  const office = (await desk()).page
  await signIn(office, handler)
  await expect(row(office, code)).toBeVisible()
  await openFromInbox(office, code)
  await expect(office.getByTestId('photo-report')).toHaveCount(1)
  await expect(office.getByTestId('case-description')).toContainText('袋装垃圾')
  await expect(office.getByTestId('case-routing')).toContainText('二（五）1')
  await act(office, 'accept')
  await expectCase(office, 'accepted')
  // Without a photo of the cleaned place it is not handled.
  await office.getByTestId('action-handle').click()
  await office.getByTestId('field-note').fill('已清运')
  await office.getByTestId('action-submit').click()
  await expect(office.getByTestId('dialog-handle').getByRole('alert')).toHaveText(/照片/)
  await office.getByRole('button').and(office.getByTestId('dialog-close')).click()
  await act(office, 'handle', {
    note: '已清运，加了一个桶',
    photos: [await takePhoto({ scene: 'Landscape', orientation: 8, place: IN_TOWN })],
  })
  await expectCase(office, 'handled')
  // Who handled it never closes it.
  for (const action of ['verify', 'close']) {
    await expect(office.getByTestId(`action-${action}`)).toHaveCount(0)
  }

  // Somebody of another office looks, then closes.
  const checker = (await desk()).page
  await signIn(checker, verifier)
  await openFromInbox(checker, code, 'verify')
  await act(checker, 'verify', { passed: true, note: '现场已干净' })
  await act(checker, 'close', {})
  await expectCase(checker, 'closed')

  // The reporter's page shows each step.
  await resident.reload()
  await expectStatus(resident, 'closed')
  await expect(resident.getByTestId('after-photos').getByTestId('photo-thumb')).toHaveCount(1)
  const told = await steps(resident)
  expect(told.filter((status, index) => status !== told[index - 1])).toEqual([
    'received',
    'dispatched',
    'accepted',
    'handled',
    'closed',
  ])
  await expect(resident.getByTestId('history')).toContainText('已清运，加了一个桶')

  // And so do the letters: the office's on dispatch, the reporter's at every change.
  const lettersTo = async (address: string) =>
    (await wufei.letters()).filter((letter) => letter.to.includes(address))
  await expect.poll(async () => (await lettersTo('housing@jiangyuan.example')).length).toBe(1)
  await expect.poll(async () => (await lettersTo(NEIGHBOUR)).length).toBeGreaterThanOrEqual(4)
  for (const letter of await lettersTo(NEIGHBOUR)) {
    expect(`${letter.subject} ${letter.text}`.replaceAll(/[- ]/g, '')).toContain(code)
  }
})
