import { describe, expect, it } from 'vitest'
import { bdToGcj, metres, wgsToGcj } from '@/shared/map/datum'
import type { UploadedPhoto } from '@/shared/api/types'
import { navigationLinks } from './navigation'
import { bodyOf, emptyWork, faultsOf, reviveWork, type WorkPhoto } from './work'

const PLACE = { lng: 126.58564, lat: 42.05636 }
const numbers = (text: string) => (text.match(/\d+\.\d+/g) ?? []).map(Number)

describe('the way there', () => {
  const gcj = wgsToGcj(PLACE)
  const links = navigationLinks(PLACE, [gcj.lng, gcj.lat], '无废 123-456-789')
  const href = (app: string) => links.find((link) => link.app === app)?.href ?? ''

  it('is told to each app in its own datum', () => {
    const [amapLng, amapLat] = numbers(href('amap').split('to=')[1])
    expect(metres({ lng: amapLng, lat: amapLat }, gcj)).toBeLessThan(1)
    const [baiduLat, baiduLng] = numbers(href('baidu').split('location=')[1])
    expect(metres(bdToGcj({ lng: baiduLng, lat: baiduLat }), gcj)).toBeLessThan(2)
    const [tencentLat, tencentLng] = numbers(href('tencent').split('tocoord=')[1])
    expect(metres({ lng: tencentLng, lat: tencentLat }, gcj)).toBeLessThan(1)
    expect(href('phone')).toContain('geo:42.056360,126.585640')
  })

  it('carries words that cannot break the address', () => {
    expect(
      navigationLinks(PLACE, [1, 2], '三队 & 四队').every(({ href: to }) => !/[ ]/.test(to)),
    ).toBe(true)
  })
})

const photo = (id: string, part: Partial<WorkPhoto> = {}): WorkPhoto => ({
  key: id,
  intent: id,
  uploaded: { id } as UploadedPhoto,
  refused: false,
  taken: {
    state: 'known',
    lng: PLACE.lng,
    lat: PLACE.lat,
    accuracy_m: 12,
    taken_at: '2026-11-24T01:00:00.000Z',
  },
  ...part,
})

describe('work that is handed in', () => {
  it('needs an after-photo and words', () => {
    expect(faultsOf(emptyWork())).toEqual(['after', 'note'])
    expect(faultsOf({ ...emptyWork(), note: '清完了', after: [photo('a')] })).toEqual([])
    expect(
      faultsOf({ ...emptyWork(), note: '清', after: [photo('a', { refused: true })] }),
    ).toEqual(['after'])
  })

  it('needs a reason once the server has asked for one', () => {
    const work = { ...emptyWork(), note: '清', after: [photo('a')], away_asked: true }
    expect(faultsOf(work)).toEqual(['away_reason'])
  })

  it('says where the after-photos were taken, and only of those the phone knew', () => {
    const body = bodyOf({
      ...emptyWork(),
      note: ' 清完了 ',
      before: [photo('b')],
      after: [photo('a'), photo('c', { taken: null })],
    })
    expect(body.note).toBe('清完了')
    expect(body.before_photo_ids).toEqual(['b'])
    expect(body.after_photo_ids).toEqual(['a', 'c'])
    expect(body.captures?.map(({ photo_id }) => photo_id)).toEqual(['a'])
  })

  it('goes without positions when the person chooses so', () => {
    expect(bodyOf({ ...emptyWork(), after: [photo('a')], without_place: true }).captures).toBe(
      undefined,
    )
  })

  it('comes back from the phone, whatever an older page kept', () => {
    expect(reviveWork(undefined)).toEqual(emptyWork())
    const kept = reviveWork({
      note: '半句',
      after: [photo('a', { taken: { ...photo('a').taken!, state: 'locating' } })],
    })
    expect(kept.note).toBe('半句')
    expect(kept.after[0].taken?.state).toBe('unavailable')
  })
})
