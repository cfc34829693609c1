// Several parties on one case, as each of them sees it.
import { faults } from '../harness/axe.ts'
import { act, expectCase, openFromInbox, signIn } from '../harness/clerk.ts'
import { NO_NETWORK, expect, test, type Page } from '../harness/fixtures.ts'
import { takePhoto } from '../harness/photo.ts'
import { IN_TOWN } from '../harness/places.ts'
import { report } from '../harness/resident.ts'
import { makeAccount } from '../harness/moderation.ts'

/** By the camera, so that the phone is asked where it is. */
async function shoot(page: Page, section: string, orientation: 1 | 6): Promise<void> {
  const side = page.getByTestId(section)
  const photo = await takePhoto({ scene: 'Portrait', orientation })
  await side.getByTestId('photo-camera').setInputFiles([photo])
  await expect(side.getByTestId('picked-photo').last()).toHaveAttribute('data-status', 'done')
}

test('a case is split, a contractor works by a link, a resident nearby has a look', async ({
  wufei,
  phone,
  desk,
}) => {
  const housing = await wufei.addStaff('housing', 'handler', 'housing')
  const ecology = await wufei.addStaff('ecology', 'handler', 'ecology')
  const coordinator = await wufei.addStaff('coordinator', 'coordinator')
  const { code } = await report((await phone()).page, {
    category: 'household-urban',
    description: '路边倒了一车砖头和几桶油漆',
    photos: [await takePhoto({ scene: 'Landscape', orientation: 1 })],
  })

  const office = (await desk()).page
  await signIn(office, housing)
  await openFromInbox(office, code)
  await act(office, 'accept')
  await expect(office.getByTestId('part-split')).toHaveCount(0)

  const lead = (await desk()).page
  await signIn(lead, coordinator)
  await lead.goto(`/desk/cases/${code}`)
  await lead.getByTestId('part-split').click()
  await lead.getByTestId('step-submit').click()
  await expect(lead.getByRole('dialog').getByRole('alert').first()).toBeVisible()
  await lead.getByTestId('field-office').selectOption('ecology')
  await lead.getByTestId('step-task').fill('把油漆桶按危险废物收走')
  expect(await faults(lead, 'split')).toEqual([])
  await lead.getByTestId('step-submit').click()
  await expect(lead.getByTestId('part')).toHaveAttribute('data-state', 'open')

  // On the spot, with a phone: the public reads where the photo was taken.
  const other = (await phone()).page
  await signIn(other, ecology)
  await other.goto(`/desk/cases/${code}`)
  await other.getByTestId('part-done').click()
  await shoot(other, 'dialog-part-done', 1)
  await expect(other.getByTestId('capture')).toHaveAttribute('data-state', 'known')
  expect(await faults(other, 'a part is done')).toEqual([])
  await other.getByTestId('step-note').fill('四个油漆桶已收')
  await other.getByTestId('step-submit').click()
  await expect(other.getByTestId('part')).toHaveAttribute('data-state', 'done')

  await office.reload()
  await office.getByTestId('link-make').click()
  await office.getByTestId('step-holder').fill('江源环卫三队')
  await office.getByTestId('step-task').fill('清走砖头，扫净路面')
  await office.getByTestId('step-submit').click()
  const address = new URL(await office.getByTestId('link-url').inputValue())
  expect(address.pathname).toMatch(/^\/task\/\w+/)
  expect(await faults(office, 'link')).toEqual([])
  await office.getByTestId('link-close').click()
  await expect(office.getByTestId('link')).toHaveAttribute('data-state', 'waiting')
  expect(await faults(office, 'case')).toEqual([])

  const contractor = await phone()
  const crew = contractor.page
  await crew.goto(address.pathname)
  await expect(crew.getByTestId('task-what')).toHaveText('清走砖头，扫净路面')
  await expect(crew.getByTestId('navigate-amap')).toHaveAttribute('href', /uri\.amap\.com/)
  await crew.getByTestId('task-submit').click()
  await expect(crew.getByTestId('task-after').getByRole('alert')).toBeVisible()
  await shoot(crew, 'task-before', 1)
  await shoot(crew, 'task-after', 6)
  await expect(crew.getByTestId('capture')).toHaveAttribute('data-state', 'known')
  await crew.getByTestId('task-note').fill('砖头两车，路面已扫')
  expect(await faults(crew, 'task')).toEqual([])
  // Without a signal nothing is lost, not even by closing the page.
  contractor.allow(NO_NETWORK)
  await crew.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await contractor.context.setOffline(true)
  await crew.getByTestId('task-submit').click()
  await expect(crew.getByTestId('task-waiting')).toBeVisible()
  await crew.reload()
  await expect(crew.getByTestId('task-waiting')).toBeVisible()
  await contractor.context.setOffline(false)
  await expect(crew.getByTestId('task-done')).toBeVisible({ timeout: 40_000 })
  expect(await faults(crew, 'task done')).toEqual([])

  await office.reload()
  await expect(office.getByTestId('link')).toHaveAttribute('data-state', 'done')
  await act(office, 'handle', { note: '已验收' })
  await expectCase(office, 'handled')
  // The part's and the contractor's.
  await expect(office.locator('[data-proof="at_the_place"]')).toHaveCount(2)

  const neighbour = await phone()
  const passer = neighbour.page
  await makeAccount(passer, 'linju', '李邻居')
  await passer.goto(`/r/${code}`)
  await expect(passer.getByTestId('before-after')).toBeVisible()
  const handle = passer.getByTestId('before-after-handle')
  await handle.focus()
  await passer.keyboard.press('ArrowRight')
  await expect(handle).toHaveAttribute('aria-valuenow', '55')
  await passer.getByTestId('witness-open').click()
  await passer.getByTestId('witness-yes').click()
  await passer.getByTestId('witness-comment').fill('路面干净了')
  expect(await faults(passer, 'witness')).toEqual([])
  await neighbour.context.setGeolocation({
    longitude: IN_TOWN.lng,
    latitude: IN_TOWN.lat + 0.02,
    accuracy: 12,
  })
  await passer.getByTestId('witness-send').click()
  await expect(passer.getByTestId('witness-problem')).toBeVisible()
  await neighbour.context.setGeolocation({
    longitude: IN_TOWN.lng,
    latitude: IN_TOWN.lat,
    accuracy: 12,
  })
  await passer.getByTestId('witness-send').click()
  await expect(passer.getByTestId('witness-said')).toBeVisible()
  await office.reload()
  await expect(office.getByTestId('witness')).toContainText('路面干净了')

  // What opens nothing says so in plain words.
  await crew.goto('/task/00000000000000000000000000')
  await expect(crew.getByTestId('task-gone')).toBeVisible()
  expect(await faults(crew, 'task gone')).toEqual([])
})

test('offices and a neighbour are consulted, and the office that leads decides', async ({
  wufei,
  phone,
  desk,
}) => {
  const housing = await wufei.addStaff('housing', 'handler', 'housing')
  const ecology = await wufei.addStaff('ecology', 'handler', 'ecology')
  const { code } = await report((await phone()).page, {
    category: 'household-urban',
    description: '渣土里好像有化工桶',
  })
  const office = (await desk()).page
  await signIn(office, housing)
  await openFromInbox(office, code)
  await act(office, 'accept')
  await office.getByTestId('consult-open').click()
  await office.getByTestId('step-question').fill('有没有危险废物，谁来运？')
  await office.getByTestId('step-joint').check()
  await office.getByTestId('step-office-ecology').check()
  await office.getByTestId('step-neighbour-220602').check()
  expect(await faults(office, 'consult')).toEqual([])
  await office.getByTestId('step-submit').click()
  await expect(office.getByTestId('silent')).toBeVisible()
  await expect(office.getByTestId('consult-decide')).toHaveCount(0)

  const asked = (await desk()).page
  await signIn(asked, ecology)
  await asked.goto(`/desk/cases/${code}`)
  for (const words of ['取样看看', '取样无害，可按渣土清运']) {
    await asked.getByTestId('opinion-give').click()
    await asked.getByTestId('step-stance-agree').check()
    await asked.getByTestId('step-opinion').fill(words)
    await asked.getByTestId('step-submit').click()
    await expect(asked.getByTestId('opinion').filter({ hasText: words })).toBeVisible()
  }
  await expect(asked.getByTestId('consult-decide')).toHaveCount(0)

  const neighbour = (await phone()).page
  const link = async () =>
    (await wufei.letters())
      .filter(({ to }) => to.includes('hunjiang@neighbour.example'))
      .map(({ text }) => /\/task\/[\w-]+/.exec(text)?.[0])
      .find(Boolean)
  await expect.poll(link).toBeTruthy()
  await neighbour.goto((await link())!)
  await neighbour.getByTestId('stance-agree').tap()
  await neighbour.getByTestId('opinion').fill('桶不是我区企业的')
  await neighbour.getByTestId('opinion-send').tap()
  await expect(neighbour.getByTestId('task-done')).toBeVisible()

  await office.reload()
  await expect(office.getByTestId('opinion').filter({ hasText: '桶不是我区企业的' })).toBeVisible()
  await office.getByTestId('consult-decide').click()
  await office.getByTestId('step-decision').fill('由住建局清运')
  await office.getByTestId('step-minutes').fill('两家到场')
  await office.getByTestId('step-submit').click()
  await expect(office.getByTestId('decision')).toContainText('由住建局清运')
  expect(await faults(office, 'decided')).toEqual([])
})
