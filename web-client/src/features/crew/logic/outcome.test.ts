import { describe, expect, it } from 'vitest'
import type { CatalogueItem, PickupView } from '@/features/pickups/types'
import { emptyOutcome, faultsOf, formFrom, kilos, toOperation } from './outcome'

const pickup = {
  custody: false,
  items: [
    { item: 'sofa', count: 1 },
    { item: 'chair', count: 2 },
  ],
} as unknown as PickupView
const LAB = { id: 'lab-waste', custody: true } as CatalogueItem

describe('what a crew enters', () => {
  it('needs an outcome, and a reason where it was refused', () => {
    const form = emptyOutcome(pickup)
    expect(faultsOf(form, pickup, [])).toEqual(['kind'])
    expect(faultsOf({ ...form, kind: 'refused' }, pickup, [])).toEqual(['reason'])
    expect(faultsOf({ ...form, kind: 'nobody_home' }, pickup, [])).toEqual([])
  })

  it('is in part only where some were taken and some were not', () => {
    const form = { ...emptyOutcome(pickup), kind: 'partly' as const }
    expect(faultsOf(form, pickup, [])).toEqual(['taken'])
    expect(faultsOf({ ...form, taken: { sofa: 0, chair: 0 } }, pickup, [])).toEqual(['taken'])
    const some = { ...form, taken: { sofa: 1, chair: 1 } }
    expect(faultsOf(some, pickup, [])).toEqual([])
    expect(toOperation(some, '1').taken).toEqual([
      { item: 'sofa', count: 1 },
      { item: 'chair', count: 1 },
    ])
  })

  it('is weighed where it is traced, also when only the extra item is', () => {
    const form = { ...emptyOutcome(pickup), kind: 'collected' as const }
    expect(faultsOf(form, { ...pickup, custody: true }, [])).toEqual(['weight'])
    const extra = { ...form, extra: { 'lab-waste': 1 }, consent: true }
    expect(faultsOf(extra, pickup, [LAB])).toEqual(['weight'])
    expect(faultsOf({ ...extra, weight: '0' }, pickup, [LAB])).toEqual(['weight'])
    expect(faultsOf({ ...extra, weight: '3,5' }, pickup, [LAB])).toEqual([])
    expect(toOperation({ ...extra, weight: '3,5' }, '1')).toMatchObject({ weight_kg: 3.5 })
  })

  it('takes extra items along only with consent, and never from a refused stop', () => {
    const form = { ...emptyOutcome(pickup), kind: 'collected' as const, extra: { chair: 1 } }
    expect(faultsOf(form, pickup, [])).toEqual(['consent'])
    const refused = { ...form, kind: 'refused' as const, reason: '不是预约的物品' }
    expect(faultsOf(refused, pickup, [])).toEqual([])
    expect(toOperation(refused, '1').extra).toBeUndefined()
  })

  it('comes back into the form as it was, to be mended', () => {
    const form = {
      ...emptyOutcome(pickup),
      kind: 'partly' as const,
      taken: { sofa: 1, chair: 0 },
      weight: '2',
      reason: '椅子还要用',
    }
    const op = { ...toOperation(form, '1'), id: 'a', at: '' }
    expect(formFrom(op, pickup)).toEqual(form)
  })

  it.each([
    ['12.5', 12.5],
    ['12,5', 12.5],
    [' 3 ', 3],
    ['0', null],
    ['-1', null],
    ['', null],
    ['abc', null],
    ['100001', null],
  ])('reads %j kg as %s', (text, kg) => expect(kilos(text)).toBe(kg))
})
