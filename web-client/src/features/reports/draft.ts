// A report before it has reached the server. Everything the resident has entered is in one plain
// value that can be written to IndexedDB at any moment and read back after a crash.
import type { Contact, NewReport } from '@/shared/api/types'
import type { UploadedPhoto } from '@/shared/api/types'
import { randomId } from '@/shared/util/random'

export type DraftState = 'editing' | 'waiting' | 'sending' | 'failed'

export interface DraftPhoto {
  key: string
  intent: string
  uploaded: UploadedPhoto | null
  /** The server refused the picture itself. */
  refused: boolean
}

export type PlaceSource = 'phone' | 'map' | 'photo' | 'list'

/** Where the waste lies, in WGS-84. */
export interface DraftPlace {
  lng: number
  lat: number
  accuracy_m: number | null
  source: PlaceSource
}

export interface Draft {
  id: string
  /** Idempotency key of the final POST: kept over retries of the same content. */
  intent: string
  state: DraftState
  photos: DraftPhoto[]
  category: string
  answers: Record<string, string>
  place: DraftPlace | null
  township: string
  community: string
  address: string
  description: string
  contact: { name: string; phone: string; email: string }
  anonymous: boolean
  private: boolean
  /** The resident has seen similar reports and said that none is this one. */
  none_similar: boolean
  updated_at: number
  attempts: number
  next_try_at: number
  message: string
  field_errors: Record<string, string>
}

export function emptyDraft(now: number): Draft {
  return {
    id: randomId(),
    intent: randomId(),
    state: 'editing',
    photos: [],
    category: '',
    answers: {},
    place: null,
    township: '',
    community: '',
    address: '',
    description: '',
    contact: { name: '', phone: '', email: '' },
    anonymous: false,
    private: false,
    none_similar: false,
    updated_at: now,
    attempts: 0,
    next_try_at: 0,
    message: '',
    field_errors: {},
  }
}

/** Nothing worth keeping has been entered. */
export function isBlank(draft: Draft): boolean {
  return (
    draft.photos.length === 0 &&
    draft.category === '' &&
    draft.place === null &&
    draft.township === '' &&
    draft.address === '' &&
    draft.description.trim() === ''
  )
}

/** Reads what an older version of the client may have stored; unknown shapes are not trusted. */
export function reviveDraft(stored: unknown, now: number): Draft | null {
  if (typeof stored !== 'object' || stored === null) return null
  const value = stored as Partial<Draft>
  if (typeof value.id !== 'string' || typeof value.intent !== 'string') return null
  const states: DraftState[] = ['editing', 'waiting', 'sending', 'failed']
  const draft: Draft = { ...emptyDraft(now), ...value }
  if (!states.includes(draft.state)) draft.state = 'editing'
  if (!Array.isArray(draft.photos)) draft.photos = []
  draft.contact = { ...emptyDraft(now).contact, ...value.contact }
  // The page closed in the middle of sending: the key makes a second try harmless.
  if (draft.state === 'sending') draft.state = 'waiting'
  return draft
}

export type MissingPart = 'category' | 'place' | 'description'

/** What the server would refuse, in the page's order. */
export function missingParts(draft: Draft): MissingPart[] {
  const missing: MissingPart[] = []
  const hasPhoto = draft.photos.some((photo) => !photo.refused)
  if (draft.category === '') missing.push('category')
  if (draft.place === null && draft.township === '') missing.push('place')
  if (!hasPhoto && draft.description.trim() === '') missing.push('description')
  return missing
}

function contactOf(draft: Draft): Contact | undefined {
  const entries = Object.entries(draft.contact)
    .map(([key, value]) => [key, value.trim()] as const)
    .filter(([, value]) => value !== '')
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The same draft always makes the same body: the idempotency key depends on it. */
export function toNewReport(draft: Draft, fallback: { lng: number; lat: number }): NewReport {
  const at = draft.place ?? fallback
  return {
    category: draft.category,
    description: draft.description.trim(),
    lng: at.lng,
    lat: at.lat,
    datum: 'wgs84',
    // A place known only by its township is a guess of kilometres, and says so.
    accuracy_m: draft.place ? (draft.place.accuracy_m ?? undefined) : 5000,
    township: draft.township || undefined,
    community: draft.community || undefined,
    address: draft.address.trim() || undefined,
    photo_ids: draft.photos.flatMap((photo) => (photo.uploaded ? [photo.uploaded.id] : [])),
    answers: Object.keys(draft.answers).length > 0 ? draft.answers : undefined,
    contact: contactOf(draft),
    anonymous: draft.anonymous,
    private: draft.private || undefined,
  }
}
