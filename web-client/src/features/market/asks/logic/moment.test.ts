import { expect, it } from 'vitest'
import { dayFrom, fieldsOf, momentOf } from './moment'

it('reads and writes moments in the district’s clock', () => {
  const late = Date.parse('2026-11-20T17:00:00Z')
  expect(dayFrom(late, 0)).toBe('2026-11-21')
  expect(dayFrom(late, 10)).toBe('2026-12-01')
  const moment = momentOf('2026-11-21', '18:30')!
  expect(moment).toBe('2026-11-21T18:30:00+08:00')
  expect(fieldsOf(new Date(moment).toISOString())).toEqual({ date: '2026-11-21', time: '18:30' })
  expect(momentOf('', '18:30')).toBeNull()
  expect(momentOf('2026-11-21', '')).toBeNull()
})
