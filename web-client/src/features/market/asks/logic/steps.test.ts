import { describe, expect, it } from 'vitest'
import type { AskCan, MarketReason } from '../types'
import { reasonsFor, standing, stepsOf } from './steps'

const NOW = Date.parse('2026-11-20T08:00:00Z')
const NONE: AskCan = {
  write: false,
  promise: false,
  release: false,
  propose: false,
  accept: false,
  done: false,
  no_show: false,
  rate: false,
  reply: false,
  withdraw: false,
  returned: false,
}
type Ask = Parameters<typeof stepsOf>[0]
const ask = (over: Partial<Omit<Ask, 'can'>> & { can?: Partial<AskCan> } = {}): Ask => ({
  side: 'owner',
  state: 'open',
  handover: null,
  returned_at: null,
  listing: { kind: 'offer', state: 'published' },
  ...over,
  can: { ...NONE, ...over.can },
})
const at = (time: string, mine: boolean, accepted = false) => ({
  at: time,
  place_text: '小区门口',
  mine,
  accepted_at: accepted ? '2026-11-19T08:00:00Z' : null,
})
const PROMISED = { state: 'promised' as const, can: { propose: true, release: true, done: true } }

describe('the next step', () => {
  it('of an owner who is asked is to promise', () => {
    expect(stepsOf(ask({ can: { promise: true, write: true } }), NOW)).toEqual({
      standing: 'open_owner',
      next: 'promise',
      others: [],
    })
  })

  it('is to wait while the thing is promised to somebody else', () => {
    const taken = ask({ side: 'asker', listing: { kind: 'offer', state: 'reserved' } })
    expect(standing(taken, NOW)).toBe('open_taken')
    expect(stepsOf({ ...taken, can: { ...NONE, withdraw: true } }, NOW)).toMatchObject({
      next: null,
      others: ['withdraw'],
    })
  })

  it('after a promise is to agree on a time, then to accept it, then to note it down', () => {
    expect(stepsOf(ask(PROMISED), NOW).next).toBe('propose')
    const later = '2026-11-21T08:00:00Z'
    const mine = ask({ ...PROMISED, handover: at(later, true) })
    expect(stepsOf(mine, NOW)).toMatchObject({ standing: 'proposed_mine', next: null })
    const theirs = ask({
      ...PROMISED,
      handover: at(later, false),
      can: { ...PROMISED.can, accept: true },
    })
    expect(stepsOf(theirs, NOW).next).toBe('accept')
    const agreed = ask({ ...PROMISED, handover: at(later, true, true) })
    expect(stepsOf(agreed, NOW)).toEqual({
      standing: 'agreed',
      next: 'calendar',
      others: ['propose', 'done', 'release'],
    })
  })

  it('once the time has come is to say that it was done, or that it was not', () => {
    const due = ask({
      ...PROMISED,
      handover: at('2026-11-20T08:00:00Z', true, true),
      can: { ...PROMISED.can, no_show: true },
    })
    expect(stepsOf(due, NOW)).toMatchObject({ standing: 'due', next: 'done' })
    expect(stepsOf(due, NOW).others).toContain('no_show')
  })

  it('of what was lent is to have it back before anything is said of it', () => {
    const lent = ask({
      state: 'done',
      listing: { kind: 'lend', state: 'reserved' },
      can: { returned: true, rate: true },
    })
    expect(stepsOf(lent, NOW)).toEqual({ standing: 'lent', next: 'returned', others: ['rate'] })
    const back = { ...lent, returned_at: '2026-11-19T08:00:00Z', can: { ...NONE, rate: true } }
    expect(stepsOf(back, NOW)).toEqual({ standing: 'returned', next: 'rate', others: [] })
  })

  it('after something went wrong is to reply once', () => {
    const wrong = ask({ state: 'not_done', can: { reply: true, no_show: true } })
    expect(stepsOf(wrong, NOW)).toEqual({
      standing: 'not_done',
      next: 'reply',
      others: ['no_show'],
    })
    for (const state of ['withdrawn', 'closed'] as const)
      expect(stepsOf(ask({ state }), NOW)).toEqual({ standing: state, next: null, others: [] })
  })
})

describe('the reasons', () => {
  const reasons: MarketReason[] = [
    { id: 'taker-no-show', kind: 'not-done', name: '' },
    { id: 'giver-no-show', kind: 'not-done', name: '' },
    { id: 'rude', kind: 'block', name: '' },
  ]
  const ids = (side: 'owner' | 'asker', kind: 'offer' | 'wanted') =>
    reasonsFor({ side, listing: { kind } }, reasons).map(({ id }) => id)

  it('are those that can be said of the other side', () => {
    expect(ids('owner', 'offer')).toEqual(['taker-no-show'])
    expect(ids('asker', 'offer')).toEqual(['giver-no-show'])
    expect(ids('owner', 'wanted')).toEqual(['giver-no-show'])
    expect(ids('asker', 'wanted')).toEqual(['taker-no-show'])
  })
})
