import { expect, test } from '../harness/fixtures.ts'
import { act, expectCase, openFromInbox, row, signIn } from '../harness/clerk.ts'
import { expectStatus, report } from '../harness/resident.ts'

test('two departments send a case back, and the coordinator decides for good', async ({
  wufei,
  phone,
  desk,
}) => {
  const housing = await wufei.addStaff('housing', 'handler', 'housing')
  const commerce = await wufei.addStaff('commerce', 'handler', 'commerce')
  const agriculture = await wufei.addStaff('agriculture', 'handler', 'agriculture')
  const coordinator = await wufei.addStaff('coordinator', 'coordinator')
  const resident = (await phone()).page
  const { code } = await report(resident, {
    category: 'household-urban',
    description: '快递站后面堆了很多纸箱和泡沫',
  })

  const first = (await desk()).page
  await signIn(first, housing)
  await openFromInbox(first, code)
  // A return names where it belongs: without that it is not sent.
  await first.getByTestId('action-return').click()
  await first.getByTestId('field-reason').fill('是快递包装')
  await first.getByTestId('action-submit').click()
  await expect(first.getByTestId('field-office')).toHaveAttribute('aria-invalid', 'true')
  await first.getByTestId('field-office').selectOption('commerce')
  await first.getByTestId('action-submit').click()
  await expect(first.getByTestId('action-done')).toBeVisible()
  await expectCase(first, 'dispatched')

  const second = (await desk()).page
  await signIn(second, commerce)
  await expect(row(second, code)).toBeVisible()
  await openFromInbox(second, code)
  await expect(second.getByTestId('case-history')).toContainText('是快递包装')
  await act(second, 'return', { office: 'agriculture', reason: '是农产品包装' })
  await expectCase(second, 'returned')

  // The second return is not carried out by itself: agriculture hears nothing yet.
  const third = (await desk()).page
  await signIn(third, agriculture)
  await expect(row(third, code)).toHaveCount(0)

  const decider = (await desk()).page
  await signIn(decider, coordinator)
  await openFromInbox(decider, code, 'returned')
  await act(decider, 'dispatch', {
    office: 'housing',
    reason: '在城区，按实施方案由住建部门处理',
    final: true,
  })
  await expectCase(decider, 'dispatched')

  await openFromInbox(first, code)
  await act(first, 'accept')
  await expectCase(first, 'accepted')
  await expect(first.getByTestId('action-return')).toHaveCount(0)

  await resident.getByTestId('open-report').click()
  await expectStatus(resident, 'accepted')
  await expect(resident.getByTestId('report-lead')).toHaveText('江源区住房和城乡建设局')
})
