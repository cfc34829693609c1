import { describe, expect, it } from 'vitest'
import type { CatalogueItem } from '../types'
import { clockOffset, clockText, timeLeft } from './countdown'
import {
  emptyDraft,
  isBegun,
  isBlank,
  missingParts,
  reviveDraft,
  toNewPickup,
  withIntent,
  withoutHold,
} from './draft'
import { commonCollectors, goesWith, keepAllowed, withCount } from './items'
import { guessFrom } from './kinds'
import { parsePickupLink } from './links'
import { changeOf, yuan } from './money'

const item = (part: Partial<CatalogueItem>): CatalogueItem =>
  ({
    id: 'sofa',
    name: '沙发',
    group: 'furniture',
    per_booking: 2,
    collectors: ['bulky'],
    who: ['resident'],
    ...part,
  }) as CatalogueItem
const SOFA = item({})
const FRIDGE = item({
  id: 'fridge',
  name: '电冰箱',
  group: 'appliances',
  collectors: ['e-waste', 'trade-in'],
})
const PRINTER = item({
  id: 'printer',
  name: '打印机',
  group: 'electronics',
  collectors: ['e-waste'],
})

describe('money', () => {
  it.each([
    [3000, '¥30'],
    [-1250, '¥12.50'],
    [5, '¥0.05'],
    [0, '¥0'],
  ])('writes %i fen as %s', (fen, text) => expect(yuan(fen)).toBe(text))

  it.each([
    [3000, 3000, 'same'],
    [3000, 5000, 'pay_more'],
    [5000, 3000, 'pay_less'],
    [0, 3000, 'pay_more'],
    [3000, 0, 'pay_less'],
    [-1000, -3000, 'get_more'],
    [-3000, -1000, 'get_less'],
    [-3000, 0, 'get_less'],
    [0, -3000, 'get_more'],
    [-3000, 2000, 'pay_now'],
    [3000, -2000, 'get_now'],
  ] as const)('says what a change from %i to %i means', (before, after, kind) =>
    expect(changeOf(before, after)).toBe(kind),
  )
})

describe('the countdown', () => {
  const until = '2026-11-25T10:10:00Z'
  const phone = Date.parse('2026-11-25T09:00:00Z')
  // This phone is an hour slow.
  const offset = clockOffset('2026-11-25T10:00:00Z', phone)

  it('goes by the server’s clock on a phone that is an hour slow', () => {
    expect(clockText(timeLeft(until, offset, phone))).toBe('10:00')
    expect(timeLeft(until, offset, phone).urgency).toBe('calm')
  })
  it('warns at two minutes and is over at zero, not before', () => {
    expect(timeLeft(until, offset, phone + 8 * 60_000).urgency).toBe('soon')
    const last = timeLeft(until, offset, phone + 10 * 60_000 - 1)
    expect([clockText(last), last.urgency]).toEqual(['0:01', 'soon'])
    expect(timeLeft(until, offset, phone + 10 * 60_000).urgency).toBe('over')
    expect(clockText(timeLeft(until, offset, phone + 99 * 60_000))).toBe('0:00')
  })
  it('shows the hours of an offer', () => {
    expect(clockText(timeLeft('2026-11-25T12:00:00Z', offset, phone))).toBe('2:00:00')
  })
})

describe('items', () => {
  it('stay within the limit of a booking and vanish at zero', () => {
    expect(withCount({}, SOFA, 5)).toEqual({ sofa: 2 })
    expect(withCount({ sofa: 1 }, SOFA, 0)).toEqual({})
  })
  it('go together where one collector takes them all', () => {
    expect(commonCollectors([FRIDGE, PRINTER])).toEqual(['e-waste'])
    expect(goesWith(PRINTER, [FRIDGE])).toBe(true)
    expect(goesWith(SOFA, [FRIDGE])).toBe(false)
    expect(goesWith(SOFA, [])).toBe(true)
  })
  it('of another party are left out', () => {
    const film = item({ id: 'film', who: ['farmer'] })
    expect(keepAllowed({ sofa: 9, film: 1, gone: 1 }, [SOFA, film], 'resident')).toEqual({
      sofa: 2,
    })
  })
  it('are guessed from a sorting answer only where it is certain', () => {
    const all = [SOFA, FRIDGE, item({ id: 'mattress', name: '床垫' })]
    expect(guessFrom('appliance-statutory', '冰箱', all)).toEqual({
      item: 'fridge',
      group: 'appliances',
    })
    expect(guessFrom('mattress', '', all).item).toBe('mattress')
    expect(guessFrom('furniture', '五斗柜', all)).toEqual({ item: null, group: 'furniture' })
    expect(guessFrom('tyre', '轮胎', all)).toEqual({ item: null, group: null })
  })
})

describe('the draft', () => {
  const filled = () => {
    const draft = emptyDraft()
    draft.items = { sofa: 1 }
    draft.place = { ...draft.place, township: '220605001', address: '福源小区3号楼' }
    draft.slot = 'bulky.city.2026-11-26.am'
    draft.contact = { name: '王', phone: '13800000000', email: '' }
    return draft
  }
  it('with nothing but where and who is kept, and is nothing left undone', () => {
    const draft = emptyDraft()
    expect([isBlank(draft), isBegun(draft)]).toEqual([true, false])
    draft.place.address = '福源小区1号楼101室'
    expect([isBlank(draft), isBegun(draft)]).toEqual([false, false])
    draft.items = { sofa: 1 }
    expect([isBlank(draft), isBegun(draft)]).toEqual([false, true])
  })

  it('says what is missing in the page’s order', () => {
    expect(missingParts(emptyDraft(), false)).toEqual(['items', 'place', 'slot', 'contact'])
    expect(missingParts(filled(), false)).toEqual(['contact'])
    expect(missingParts(filled(), true)).toEqual([])
  })
  it('keeps its key on a retry and takes a new one when the content changes', () => {
    const first = withIntent(filled(), toNewPickup(filled(), 'token'))
    const again = withIntent(first, toNewPickup(first, 'token'))
    expect(again.intent).toBe(first.intent)
    const changed = { ...first, items: { sofa: 2 } }
    expect(withIntent(changed, toNewPickup(changed, 'token')).intent).not.toBe(first.intent)
    // A place that was lost must not be answered with the old one again.
    const lost = withoutHold(first)
    expect(withIntent(lost, toNewPickup(lost, 'token')).intent).not.toBe(first.intent)
  })
  it('is read back from any shape', () => {
    expect(reviveDraft(undefined).items).toEqual({})
    expect(reviveDraft({ items: null, photos: 3, place: { floor: 5 } })).toMatchObject({
      items: {},
      photos: [],
      place: { floor: 5, lift: false },
    })
  })
})

describe('a link', () => {
  it('gives reference and secret', () => {
    expect(parsePickupLink('https://x.cn/pickups/482719356#s=abc-_123')).toEqual({
      code: '482719356',
      secret: 'abc-_123',
    })
    expect(parsePickupLink('482-719-356')).toEqual({ code: '482719356', secret: null })
    expect(parsePickupLink('hello')).toBeNull()
  })
})
