import { describe, expect, it } from 'vitest'
import { addMinutes, localNow, spanText, weekdayName } from './local'
import { firstOf, preview, recurrenceOf, repeatFor, repeatOf, ruleOf } from './repeat'

const SATURDAY = '2026-12-05T09:00'

describe('a recurrence', () => {
  it('is taken from the day it begins on', () => {
    const repeat = repeatFor(SATURDAY, 'monthly_week')
    expect([repeat.days, repeat.nth, repeat.day]).toEqual([[5], 1, 5])
    expect(ruleOf(repeat)).toBe('FREQ=MONTHLY;BYDAY=1SA')
  })

  it.each([
    ['FREQ=DAILY;INTERVAL=3', 'daily'],
    ['FREQ=WEEKLY;BYDAY=MO,SA', 'weekly'],
    ['FREQ=MONTHLY;BYDAY=-1SU', 'monthly_week'],
    ['FREQ=MONTHLY', 'monthly_day'],
    ['FREQ=YEARLY', 'yearly'],
  ])('is the same after %s has been read and written', (rule, kind) => {
    const repeat = repeatOf({ rule, except: [SATURDAY], skip_holidays: true }, SATURDAY)
    expect(repeat.kind).toBe(kind)
    expect(recurrenceOf(repeat)).toEqual({ rule, except: [SATURDAY], skip_holidays: true })
  })

  it.each(['FREQ=YEARLY;BYMONTH=3;BYDAY=1MO', 'FREQ=WEEKLY;COUNT=5', 'FREQ=MONTHLY;BYDAY=1SA,3SA'])(
    'keeps %s, which the editor cannot say',
    (rule) => {
      const repeat = repeatOf({ rule }, SATURDAY)
      expect(repeat.kind).toBe('other')
      expect(recurrenceOf(repeat)).toEqual({ rule })
    },
  )

  it('reads the third Saturday also where it is written as a position', () => {
    const repeat = repeatOf({ rule: 'FREQ=MONTHLY;BYDAY=SA;BYSETPOS=3' }, '2026-12-19T09:00')
    expect([repeat.kind, repeat.nth]).toEqual(['monthly_week', 3])
  })

  it('is nothing for an event that is held once', () => {
    expect(recurrenceOf(repeatFor(SATURDAY))).toEqual({})
  })

  it('begins with the first date of the rule, not with the day typed', () => {
    expect(firstOf({ ...repeatFor(SATURDAY, 'weekly'), days: [1] }, SATURDAY)).toBe(
      '2026-12-08T09:00',
    )
    expect(firstOf({ ...repeatFor(SATURDAY, 'monthly_week'), nth: -1 }, SATURDAY)).toBe(
      '2026-12-26T09:00',
    )
    expect(firstOf({ ...repeatFor(SATURDAY, 'weekly'), days: [] }, SATURDAY)).toBeNull()
  })

  it('shows its next dates', () => {
    const monthly = { ...repeatFor(SATURDAY, 'monthly_week'), until: '2027-03-01' }
    expect(preview(monthly, SATURDAY)).toEqual([
      '2026-12-05T09:00',
      '2027-01-02T09:00',
      '2027-02-06T09:00',
    ])
    const weekly = { ...repeatFor(SATURDAY, 'weekly'), every: 2, days: [5, 6] }
    expect(preview(weekly, SATURDAY, 4).map((day) => day.slice(0, 10))).toEqual([
      '2026-12-05',
      '2026-12-06',
      '2026-12-19',
      '2026-12-20',
    ])
    expect(preview({ ...repeatFor(SATURDAY), extra: ['2026-12-09T10:00'] }, SATURDAY)).toEqual([
      SATURDAY,
      '2026-12-09T10:00',
    ])
  })
})

describe('the district’s clock', () => {
  it('names all seven days', () => {
    expect([0, 4, 6].map((day) => weekdayName(day))).toEqual(['星期一', '星期五', '星期日'])
    expect(weekdayName(5)).toBe('星期六')
  })

  it('knows no zone of the phone', () => {
    expect(localNow(Date.UTC(2026, 11, 5, 16, 30))).toBe('2026-12-06T00:30')
    expect(addMinutes('2026-12-31T23:30', 60)).toBe('2027-01-01T00:30')
    expect(spanText('2026-12-05T09:00', '2026-12-05T11:30')).toBe('09:00–11:30')
  })
})
