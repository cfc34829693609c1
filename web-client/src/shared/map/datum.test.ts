import { describe, expect, it } from 'vitest'
import { fromWgs, metres, toWgs } from './datum'

const TOWN = { lng: 126.58564, lat: 42.05636 }

describe('datum', () => {
  it('puts GCJ-02 a few hundred metres from WGS-84 in the district', () => {
    const away = metres(TOWN, fromWgs(TOWN, 'gcj02'))
    expect(away).toBeGreaterThan(300)
    expect(away).toBeLessThan(900)
  })

  it.each(['gcj02', 'bd09', 'wgs84'] as const)(
    'comes back from %s within half a metre',
    (datum) => {
      expect(metres(TOWN, toWgs(fromWgs(TOWN, datum), datum))).toBeLessThan(0.5)
    },
  )
})
