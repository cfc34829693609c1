// A booking before it has a place. All that was entered is one plain value that can be written to
// IndexedDB at any moment: it survives a reload, a lost signal, and a place that was not confirmed.
import { randomId } from '@/shared/util/random'
import type { LngLat, UploadedPhoto } from '@/shared/api/types'
import type { NewPickup, Party } from '../types'
import { wantedOf, type Counts } from './items'

export interface DraftPhoto {
  key: string
  intent: string
  uploaded: UploadedPhoto | null
}

export interface PlaceInput {
  township: string
  community: string
  address: string
  floor: number
  lift: boolean
  point: LngLat | null
}

export interface ContactInput {
  name: string
  phone: string
  email: string
}

/** A place that is kept and not confirmed yet. */
export interface Hold {
  code: string
  secret: string
  held_until: string
  offset_ms: number
}

export interface PickupDraft {
  /** Idempotency key: the same as long as the content is the same. */
  intent: string
  /** The content that `intent` was made for. */
  intent_of: string
  party: Party
  items: Counts
  place: PlaceInput
  slot: string
  /** The half-day was full when it was chosen: wait for it. */
  wait: boolean
  contact: ContactInput
  note: string
  photos: DraftPhoto[]
  hold: Hold | null
}

export const emptyPlace = (): PlaceInput => ({
  township: '',
  community: '',
  address: '',
  floor: 1,
  lift: false,
  point: null,
})

export function emptyDraft(): PickupDraft {
  return {
    intent: randomId(),
    intent_of: '',
    party: 'resident',
    items: {},
    place: emptyPlace(),
    slot: '',
    wait: false,
    contact: { name: '', phone: '', email: '' },
    note: '',
    photos: [],
    hold: null,
  }
}

export function reviveDraft(stored: unknown): PickupDraft {
  const empty = emptyDraft()
  if (typeof stored !== 'object' || stored === null) return empty
  const value = stored as Partial<PickupDraft>
  return {
    ...empty,
    ...value,
    items: typeof value.items === 'object' && value.items !== null ? value.items : {},
    place: { ...empty.place, ...value.place },
    contact: { ...empty.contact, ...value.contact },
    photos: Array.isArray(value.photos) ? value.photos : [],
  }
}

/** There is something to go on with; where and who stay from the last booking and don't count. */
export const isBegun = (draft: PickupDraft): boolean =>
  wantedOf(draft.items).length > 0 ||
  draft.photos.length > 0 ||
  draft.note.trim() !== '' ||
  draft.hold !== null

export const isBlank = (draft: PickupDraft): boolean =>
  !isBegun(draft) && draft.place.address.trim() === ''

export type Part = 'items' | 'place' | 'slot' | 'contact'

/** What is still missing, in the page's order. */
export function missingParts(draft: PickupDraft, verified: boolean): Part[] {
  const missing: Part[] = []
  if (wantedOf(draft.items).length === 0) missing.push('items')
  if (draft.place.township === '' || draft.place.address.trim().length < 2) missing.push('place')
  if (draft.slot === '') missing.push('slot')
  const { name, phone } = draft.contact
  if (name.trim() === '' || phone.trim() === '' || !verified) missing.push('contact')
  return missing
}

export function placeBody(place: PlaceInput): NewPickup['place'] {
  return {
    township: place.township,
    community: place.community || undefined,
    address: place.address.trim(),
    floor: place.floor,
    lift: place.lift,
    ...(place.point ? { lng: place.point.lng, lat: place.point.lat, datum: 'wgs84' as const } : {}),
  }
}

/** The same draft always makes the same body: the idempotency key depends on it. */
export function toNewPickup(draft: PickupDraft, token: string | null): NewPickup {
  return {
    slot: draft.slot,
    items: wantedOf(draft.items),
    party: draft.party,
    place: placeBody(draft.place),
    contact: {
      name: draft.contact.name.trim(),
      phone: draft.contact.phone.trim(),
      email: draft.contact.email.trim() || undefined,
    },
    contact_token: token ?? undefined,
    note: draft.note.trim() || undefined,
    photo_ids: draft.photos.flatMap((photo) => (photo.uploaded ? [photo.uploaded.id] : [])),
    wait: draft.wait,
  }
}

/** The draft with the key for this body: kept on a retry, new once the content has changed. */
export function withIntent(draft: PickupDraft, body: NewPickup, newKey = randomId): PickupDraft {
  const content = JSON.stringify(body)
  if (draft.intent_of === content) return draft
  return { ...draft, intent_of: content, intent: draft.intent_of === '' ? draft.intent : newKey() }
}

/** After a place was given up or lost: the next try is a new intent even with the same content. */
export function withoutHold(draft: PickupDraft, newKey = randomId): PickupDraft {
  return { ...draft, hold: null, intent: newKey(), intent_of: '' }
}
