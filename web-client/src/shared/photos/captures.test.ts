import { describe, expect, it } from 'vitest'
import { isFresh, isKnown, mayAskAgain, toCapture, type Taken } from './captures'

const NOW = Date.parse('2026-11-24T01:00:00Z')
const taken = (part: Partial<Taken> = {}): Taken => ({
  state: 'known',
  lng: 126.58564,
  lat: 42.05636,
  accuracy_m: 12,
  taken_at: new Date(NOW).toISOString(),
  ...part,
})

describe('a capture', () => {
  it('is of a file that a camera has made just now', () => {
    expect(isFresh({ lastModified: NOW - 30_000 }, NOW)).toBe(true)
    expect(isFresh({ lastModified: NOW - 86_400_000 }, NOW)).toBe(false)
  })

  it('may be asked for again while the person is still there', () => {
    expect(mayAskAgain(taken({ state: 'denied' }), NOW + 60_000)).toBe(true)
    expect(mayAskAgain(taken({ state: 'denied' }), NOW + 600_000)).toBe(false)
    expect(mayAskAgain(taken(), NOW)).toBe(false)
    expect(mayAskAgain(taken({ state: 'unsupported' }), NOW)).toBe(false)
  })

  it('goes to the server in WGS-84, with the time of the shot', () => {
    expect(toCapture('p', taken())).toEqual({
      photo_id: 'p',
      lng: 126.58564,
      lat: 42.05636,
      datum: 'wgs84',
      accuracy_m: 12,
      taken_at: '2026-11-24T01:00:00.000Z',
    })
  })

  it('proves nothing when the place is rough or missing', () => {
    expect(isKnown(taken())).toBe(true)
    expect(isKnown(taken({ state: 'vague', accuracy_m: 900 }))).toBe(false)
    expect(isKnown(taken({ state: 'denied' }))).toBe(false)
  })
})
