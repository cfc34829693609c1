import { expect, test } from 'vitest'
import { blank, bodyOf, draftFaults, faultsOf } from './use-form'

const whole = () => ({
  ...blank(),
  title: '实木椅子',
  category: 'furniture-chair',
  condition: 'good',
  township: '220605001',
})

test('what is missing is named, and a wanted thing needs no condition', () => {
  expect(faultsOf(blank(), true)).toEqual([
    'title',
    'category',
    'condition',
    'township',
    'photo_ids',
  ])
  expect(faultsOf(whole(), false)).toEqual([])
  expect(faultsOf({ ...whole(), kind: 'wanted', condition: '' }, false)).toEqual([])
  expect(faultsOf({ ...whole(), terms: 'price', yuan: '一百' }, false)).toEqual(['price_fen'])
  expect(faultsOf({ ...whole(), terms: 'price', yuan: '0' }, false)).toEqual(['price_fen'])
  expect(faultsOf({ ...whole(), quantity: '0' }, false)).toEqual(['quantity'])
})

test('a draft may be without a title', () => {
  expect(draftFaults({ ...whole(), title: '' })).toEqual([])
  expect(draftFaults(blank())).toEqual(['category', 'condition', 'township'])
})

test('a price goes in fen, and only where there is one', () => {
  expect(bodyOf({ ...whole(), terms: 'price', yuan: '12.5' }, ['a']).price_fen).toBe(1250)
  expect(bodyOf({ ...whole(), yuan: '12.5' }, [])).not.toHaveProperty('price_fen')
  expect(bodyOf({ ...whole(), place: { lng: 126.5, lat: 42 } }, [])).toMatchObject({
    lng: 126.5,
    datum: 'wgs84',
  })
})

test('a wanted thing has no condition, whatever was chosen before', () => {
  expect(bodyOf({ ...whole(), kind: 'wanted' }, [])).not.toHaveProperty('condition')
})
