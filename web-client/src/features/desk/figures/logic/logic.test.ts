import { describe, expect, it } from 'vitest'
import { bodyOf, check, jumpOf, met, parseAmount, shareOf, type Typed } from './entry'
import { longEnough, mayPropose, stepsFor } from './proposals'

const typed = (change: Partial<Typed>): Typed => ({
  numerator: '8.5',
  denominator: '10',
  note: '',
  reason: '',
  ...change,
})
const part = { version: 0, township: { id: '220605001', name: '孙家堡子街道' } }

describe('a quarter’s figures as typed', () => {
  it('are read with what a table pastes', () => {
    expect(['8.5', '1,234.567', '１２．５', ' 10 '].map(parseAmount)).toEqual([
      8.5, 1234.567, 12.5, 10,
    ])
    expect(['', '-1', '8.5555', '1e3', '八', '.5'].map(parseAmount)).toEqual(
      Array.from({ length: 6 }, () => null),
    )
  })

  it('give their share as soon as both are there', () => {
    expect(shareOf(typed({}))).toBe(0.85)
    expect(shareOf(typed({ denominator: '' }))).toBeNull()
    expect(shareOf(typed({ numerator: '0', denominator: '0' }))).toBeNull()
  })

  it('are compared with the quarter before', () => {
    expect(jumpOf(0.5, 0.85)).toBeCloseTo(35)
    expect(jumpOf(0.5, null)).toBeNull()
  })

  it('meet a target at its very percent, from either side', () => {
    expect(met({ direction: 'at_least', percent: 85 }, 0.85)).toBe(true)
    expect(met({ direction: 'at_least', percent: 85 }, 0.8499)).toBe(false)
    expect(met({ direction: 'at_most', percent: 0 }, 0)).toBe(true)
    expect(met({ direction: 'at_least', percent: 68 }, 0.68)).toBe(true)
  })

  it('have their faults named', () => {
    expect(check(typed({}), part, false)).toEqual({})
    expect(check(typed({ numerator: 'x', denominator: '' }), part, false)).toEqual({
      numerator: 'number',
      denominator: 'number',
    })
    expect(check(typed({ numerator: '11' }), part, false)).toEqual({ numerator: 'exceeds' })
  })

  it('need a reason only when they are corrected late', () => {
    expect(check(typed({}), part, true)).toEqual({})
    expect(check(typed({}), { version: 1 }, false)).toEqual({})
    expect(check(typed({ reason: '错' }), { version: 1 }, true)).toEqual({ reason: 'reason' })
    expect(check(typed({ reason: '漏了一个村' }), { version: 1 }, true)).toEqual({})
  })

  it('are sent with no more than what is needed', () => {
    expect(bodyOf(typed({}), part, true, false)).toEqual({
      numerator: 8.5,
      denominator: 10,
      version: 0,
      township: '220605001',
    })
    expect(
      bodyOf(typed({ note: ' 含两村 ', reason: '漏了一个村' }), { version: 2 }, true, true),
    ).toEqual({
      numerator: 8.5,
      denominator: 10,
      version: 2,
      note: '含两村',
      reason: '漏了一个村',
      confirm: true,
    })
  })
})

describe('proposals', () => {
  const housing = { id: 'housing', name: '住建局' }
  const handler = { role: 'handler', office: housing } as const
  const coordinator = { role: 'coordinator' } as const

  it('are made by handlers and coordinators', () => {
    expect(
      [handler, coordinator, { role: 'administrator' } as const, null].map(mayPropose),
    ).toEqual([true, true, false, false])
  })

  it('are decided by coordinators and done by whoever proposed', () => {
    expect(stepsFor(coordinator, { state: 'proposed', office: housing })).toEqual([
      'accept',
      'decline',
    ])
    expect(stepsFor(handler, { state: 'proposed', office: housing })).toEqual([])
    expect(stepsFor(handler, { state: 'accepted', office: housing })).toEqual(['done'])
    expect(stepsFor(handler, { state: 'accepted', office: { id: 'ecology', name: '' } })).toEqual(
      [],
    )
    expect(stepsFor(coordinator, { state: 'accepted', office: null })).toEqual(['done'])
    expect(stepsFor(coordinator, { state: 'done', office: null })).toEqual([])
  })

  it('say something', () => {
    expect([' 装灯 ', '路口装灯'].map(longEnough)).toEqual([false, true])
  })
})
