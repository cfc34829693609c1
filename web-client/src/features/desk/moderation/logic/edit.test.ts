import { expect, test } from 'vitest'
import { mask, onlyTakesOut } from './edit'

test('a moderator takes words out and puts none in', () => {
  const said = '自行车一辆，电话 13800138000，自提🚲'
  for (const edited of [
    said,
    '自行车一辆，电话 ***********，自提🚲',
    '自行车一辆，自提',
    '自行车一辆，电话 138****8000，自提',
    '',
  ])
    expect([edited, onlyTakesOut(edited, said)]).toEqual([edited, true])
  for (const edited of ['自行车两辆，自提', '自提，自行车一辆，自提', '自行车一辆。送货', '🚲自提'])
    expect([edited, onlyTakesOut(edited, said)]).toEqual([edited, false])
})

test('what is masked is masked wherever it stands, one asterisk for a character', () => {
  expect(mask('加我😀1，😀1', '😀1')).toBe('加我**，**')
  expect(mask('不变', '')).toBe('不变')
})
