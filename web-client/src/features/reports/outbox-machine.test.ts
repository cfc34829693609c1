import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { emptyDraft, type Draft } from './draft'
import {
  afterFailure,
  backToEditing,
  beginSending,
  delayAfter,
  isDue,
  wakeUp,
  withPhotosForgotten,
} from './outbox-machine'

const NOW = 1_000_000
const waiting = (change: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(NOW),
  state: 'waiting',
  ...change,
})
const offline = new ApiError({ kind: 'offline', message: 'no signal' })

describe('the queue of reports that wait to be sent', () => {
  it('tries a waiting report only when it is due and the phone is online', () => {
    expect(isDue(waiting(), NOW, true)).toBe(true)
    expect(isDue(waiting(), NOW, false)).toBe(false)
    expect(isDue(waiting({ next_try_at: NOW + 1 }), NOW, true)).toBe(false)
    expect(isDue({ ...waiting(), state: 'editing' }, NOW, true)).toBe(false)
    expect(isDue(beginSending(waiting()), NOW, true)).toBe(false)
  })

  it('waits longer after each failure, up to five minutes', () => {
    expect([1, 2, 3, 20].map((n) => delayAfter(n, null))).toEqual([5_000, 10_000, 20_000, 300_000])
  })

  it('respects the time the server asks for', () => {
    const busy = new ApiError({ kind: 'http', status: 429, message: 'busy', retryAfter: 120 })
    expect(afterFailure(waiting(), busy, NOW).next_try_at).toBe(NOW + 120_000)
  })

  it.each([
    ['no network', offline],
    ['a timeout', new ApiError({ kind: 'timeout', message: 'slow' })],
    ['a server error', new ApiError({ kind: 'http', status: 503, message: 'down' })],
  ])('keeps the report and its key after %s', (_name, error) => {
    const before = beginSending(waiting())
    const after = afterFailure(before, error, NOW)
    expect(after.state).toBe('waiting')
    expect(after.intent).toBe(before.intent)
    expect(after.attempts).toBe(1)
  })

  it('hands a refused report back to the person with the fields at fault', () => {
    const refused = new ApiError({
      kind: 'http',
      status: 422,
      message: 'bad phone',
      fields: [{ field: 'contact.phone', message: 'not a number' }],
    })
    const after = afterFailure(beginSending(waiting()), refused, NOW)
    expect(after.state).toBe('failed')
    expect(after.field_errors).toEqual({ 'contact.phone': 'not a number' })
    expect(isDue(after, NOW * 2, true)).toBe(false)
  })

  it('makes everything due when the signal is back', () => {
    expect(wakeUp(waiting({ next_try_at: NOW + 9_999 }), NOW).next_try_at).toBe(NOW)
  })

  it('takes a new key when the content is edited', () => {
    const edited = backToEditing({ ...waiting(), attempts: 4 }, 'new-key')
    expect(edited).toMatchObject({ state: 'editing', intent: 'new-key', attempts: 0 })
  })

  it('uploads photos again that the server has forgotten', () => {
    const uploaded = {
      id: 'p1',
      width: 1,
      height: 1,
      thumbnail_url: '',
      url: '',
      taken_at: null,
      gps_hint: null,
    }
    const draft = waiting({ photos: [{ key: 'k', intent: 'old', uploaded, refused: false }] })
    const gone = new ApiError({
      kind: 'http',
      status: 422,
      message: 'gone',
      fields: [{ field: 'photo_ids', message: 'unknown photo' }],
    })
    let n = 0
    const again = withPhotosForgotten(draft, gone, () => `new-${(n += 1)}`)
    expect(again?.photos[0]).toMatchObject({ uploaded: null, intent: 'new-2' })
    expect(again?.intent).toBe('new-1')
    expect(withPhotosForgotten(draft, offline, () => 'x')).toBeNull()
  })
})
