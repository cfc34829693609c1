import { describe, expect, it } from 'vitest'
import { minutesLeft, span, timeLevel, type Clock } from './remaining'

const NOW = Date.parse('2026-11-24T04:00:00Z')
const at = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString()

function clock(over: Partial<Clock>): Clock {
  return {
    created_at: at(-10),
    due_at: at(30),
    minutes_left: 1800,
    overdue: false,
    status: 'accepted',
    ...over,
  }
}

describe('the level of the remaining time', () => {
  it('is calm with plenty of time', () => {
    expect(timeLevel(clock({}), NOW)).toBe('ok')
  })
  it('is amber with less than a quarter of the time left', () => {
    expect(timeLevel(clock({ created_at: at(-70), due_at: at(20), minutes_left: 1200 }), NOW)).toBe(
      'soon',
    )
    expect(timeLevel(clock({ created_at: at(-60), due_at: at(20), minutes_left: 1200 }), NOW)).toBe(
      'ok',
    )
  })
  it('is amber with less than four hours left, however short the whole time is', () => {
    expect(timeLevel(clock({ created_at: at(0), due_at: at(3), minutes_left: 180 }), NOW)).toBe(
      'soon',
    )
    expect(timeLevel(clock({ created_at: at(-1), due_at: at(4), minutes_left: 240 }), NOW)).toBe(
      'ok',
    )
  })
  it('goes by working time where the server gives it', () => {
    const friday = { due_at: at(64), minutes_left: 60, deadline_minutes: 2880 }
    expect(timeLevel(clock(friday), NOW)).toBe('soon')
    expect(timeLevel(clock({ ...friday, minutes_left: 719 }), NOW)).toBe('soon')
    expect(timeLevel(clock({ ...friday, minutes_left: 720 }), NOW)).toBe('ok')
  })
  it('is red past the deadline or when the server says so', () => {
    expect(timeLevel(clock({ due_at: at(-1), minutes_left: 0 }), NOW)).toBe('late')
    expect(timeLevel(clock({ overdue: true }), NOW)).toBe('late')
    expect(timeLevel(clock({ minutes_left: null, overdue: true }), NOW)).toBe('late')
  })
  it('is none where no clock runs', () => {
    expect(timeLevel(clock({ minutes_left: null, status: 'closed' }), NOW)).toBe('none')
    expect(timeLevel(clock({ minutes_left: null, status: 'suspended' }), NOW)).toBe('none')
  })
})

describe('the minutes left', () => {
  it('run on by the wall clock while a page stays open', () => {
    expect(minutesLeft(clock({}), NOW)).toBe(1800)
    expect(minutesLeft(clock({}), NOW + 3_600_000)).toBe(1740)
    expect(minutesLeft(clock({ minutes_left: null }), NOW)).toBeNull()
  })
  it('are told in the two units that matter', () => {
    expect(span(-2009)).toEqual({ days: 1, hours: 9, minutes: 0 })
    expect(span(125)).toEqual({ days: 0, hours: 2, minutes: 5 })
    expect(span(0)).toEqual({ days: 0, hours: 0, minutes: 0 })
  })
})
