// When a waiting report is tried again, as pure steps: state in, state out.
import type { ApiError } from '@/shared/api/errors'
import type { Draft } from './draft'

const FIRST_DELAY_MS = 5_000
const LONGEST_DELAY_MS = 5 * 60_000

export function delayAfter(attempts: number, retryAfterSeconds: number | null): number {
  const backOff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1))
  return Math.max(backOff, (retryAfterSeconds ?? 0) * 1000)
}

export function isDue(draft: Draft, now: number, online: boolean): boolean {
  return online && draft.state === 'waiting' && draft.next_try_at <= now
}

export function beginSending(draft: Draft): Draft {
  return { ...draft, state: 'sending', message: '', field_errors: {} }
}

export function afterFailure(draft: Draft, error: ApiError, now: number): Draft {
  const attempts = draft.attempts + 1
  if (error.retryable) {
    return {
      ...draft,
      state: 'waiting',
      attempts,
      next_try_at: now + delayAfter(attempts, error.retryAfter),
      message: error.message,
    }
  }
  // Only the person can mend it: back to the form, with the server's words at the fields.
  return {
    ...draft,
    state: 'failed',
    attempts,
    message: error.message,
    field_errors: Object.fromEntries(error.fields.map(({ field, message }) => [field, message])),
  }
}

/** The signal is back: everything that waits is due at once. */
export function wakeUp(draft: Draft, now: number): Draft {
  return draft.state === 'waiting' && draft.next_try_at > now
    ? { ...draft, next_try_at: now }
    : draft
}

/** Editing changes the content, so the next sending is a new intent. */
export function backToEditing(draft: Draft, intent: string): Draft {
  return { ...draft, state: 'editing', intent, attempts: 0, next_try_at: 0 }
}

/**
 * The server has forgotten uploaded photos (they expire when no report claims them): they are
 * uploaded again under new keys. Null where the error is about something else.
 */
export function withPhotosForgotten(
  draft: Draft,
  error: ApiError,
  newKey: () => string,
): Draft | null {
  const aboutPhotos = error.status === 422 && error.field('photo_ids') !== undefined
  if (!aboutPhotos || !draft.photos.some((photo) => photo.uploaded)) return null
  return {
    ...draft,
    intent: newKey(),
    photos: draft.photos.map((photo) => ({ ...photo, uploaded: null, intent: newKey() })),
  }
}
