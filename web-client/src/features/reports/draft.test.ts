import { describe, expect, it } from 'vitest'
import { emptyDraft, isBlank, missingParts, reviveDraft, toNewReport, type Draft } from './draft'
import { deleteDraft, loadBlob, loadDrafts, saveBlob, saveDraft } from './draft-store'

const NOW = 1_700_000_000_000
const CENTRE = { lng: 126.6, lat: 42 }
const photo = {
  key: 'photo-1',
  intent: 'i',
  refused: false,
  uploaded: {
    id: 'p1',
    width: 1,
    height: 1,
    thumbnail_url: '',
    url: '',
    taken_at: null,
    gps_hint: null,
  },
}
function filled(): Draft {
  return {
    ...emptyDraft(NOW),
    category: 'construction',
    place: { lng: 126.58, lat: 42.05, accuracy_m: 20, source: 'phone' },
    description: ' 两车渣土 ',
    photos: [photo],
    contact: { name: '', phone: ' 13800000000 ', email: '' },
  }
}

describe('a draft', () => {
  it('is blank until something is entered', () => {
    expect(isBlank(emptyDraft(NOW))).toBe(true)
    expect(isBlank(filled())).toBe(false)
  })

  it('names what is missing in the order of the page', () => {
    expect(missingParts(emptyDraft(NOW))).toEqual(['category', 'place', 'description'])
    expect(missingParts(filled())).toEqual([])
  })

  it('needs words where the only photo was refused', () => {
    const draft = { ...filled(), description: '', photos: [{ ...photo, refused: true }] }
    expect(missingParts(draft)).toEqual(['description'])
  })

  it('accepts a township instead of a point', () => {
    expect(missingParts({ ...filled(), place: null, township: '220605104' })).toEqual([])
  })

  it('makes the same body every time, without empty fields', () => {
    const body = toNewReport(filled(), CENTRE)
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      category: 'construction',
      description: '两车渣土',
      lng: 126.58,
      lat: 42.05,
      datum: 'wgs84',
      accuracy_m: 20,
      photo_ids: ['p1'],
      contact: { phone: '13800000000' },
      anonymous: false,
    })
    expect(JSON.stringify(toNewReport(filled(), CENTRE))).toBe(JSON.stringify(body))
  })

  it('treats a draft that was being sent when the page closed as waiting', () => {
    expect(reviveDraft({ ...filled(), state: 'sending' }, NOW)?.state).toBe('waiting')
  })

  it('fills in what an older client did not store and refuses what is no draft', () => {
    const { id, intent } = emptyDraft(NOW)
    expect(reviveDraft({ id, intent, category: 'mine' }, NOW)).toMatchObject({
      category: 'mine',
      photos: [],
      contact: { phone: '' },
    })
    expect(reviveDraft('nonsense', NOW)).toBeNull()
    expect(reviveDraft({ category: 'mine' }, NOW)).toBeNull()
  })
})

describe('drafts on the phone', () => {
  it('come back with their photos after the page is closed', async () => {
    const draft = filled()
    await saveDraft(draft)
    await saveBlob('photo-1', new Uint8Array([255, 216, 1, 2]), 'image/jpeg')
    const [loaded] = await loadDrafts(NOW)
    expect(loaded).toEqual(draft)
    const blob = await loadBlob('photo-1')
    expect(blob?.type).toBe('image/jpeg')
    expect(blob?.size).toBe(4)
  })

  it('are gone with their photos once sent', async () => {
    const draft = filled()
    await saveDraft(draft)
    await saveBlob('photo-1', new Uint8Array([1]), 'image/jpeg')
    for (const kept of await loadDrafts(NOW)) await deleteDraft(kept)
    expect(await loadDrafts(NOW)).toEqual([])
    expect(await loadBlob('photo-1')).toBeNull()
  })
})
