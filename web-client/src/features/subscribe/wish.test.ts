import { describe, expect, it } from 'vitest'
import { feedUrl, isComplete, narrowed, type Wish } from './wish'

const wish: Wish = {
  where: 'circle',
  place: { lng: 126.58564, lat: 42.05636 },
  radius_m: 1000,
  township: '220605001',
  category: 'construction',
}

describe('a wish', () => {
  it('holds only what belongs to the chosen way', () => {
    expect(narrowed(wish)).toEqual({
      lng: 126.58564,
      lat: 42.05636,
      radius_m: 1000,
      township: undefined,
      category: 'construction',
    })
    expect(narrowed({ ...wish, where: 'township' })).toMatchObject({
      lng: undefined,
      radius_m: undefined,
      township: '220605001',
    })
    expect(narrowed({ ...wish, where: 'all', category: '' })).toEqual({})
  })

  it('is complete with a place, a township, or for the whole district', () => {
    expect(isComplete(wish)).toBe(true)
    expect(isComplete({ ...wish, place: null })).toBe(false)
    expect(isComplete({ ...wish, where: 'township', township: '' })).toBe(false)
    expect(isComplete({ ...wish, where: 'all', place: null })).toBe(true)
  })

  it('becomes an address that a feed reader takes', () => {
    expect(feedUrl('https://a.cn', { ...wish, where: 'township' }, 'zh-CN')).toBe(
      'https://a.cn/api/v1/feeds/reports.rss?township=220605001&category=construction&lang=zh-CN',
    )
  })
})
