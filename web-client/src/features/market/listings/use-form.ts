import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { newIntent } from '@/shared/api/client'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { uploadedIds, unfinished, type PickedPhoto } from '@/shared/photos/uploads'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { changeListing, makeListing } from './api'
import { fenOf, yuan } from './logic/price'
import type { ListingKind, ListingTerms, NewListing, OwnListing, Ruling } from './types'

const KEY = 'wufei.listing'
const TOWNSHIP = 'wufei.listing-township'

export interface Form {
  kind: ListingKind
  terms: ListingTerms
  yuan: string
  category: string
  title: string
  text: string
  condition: string
  quantity: string
  township: string
  community: string
  place: { lng: number; lat: number } | null
}

export const blank = (): Form => ({
  kind: 'offer',
  terms: 'free',
  yuan: '',
  category: '',
  title: '',
  text: '',
  condition: '',
  quantity: '1',
  township: readLocal(TOWNSHIP) ?? '',
  community: '',
  place: null,
})

export type Fault =
  'title' | 'category' | 'condition' | 'price_fen' | 'quantity' | 'township' | 'photo_ids'

/** What is missing before it can be sent; the server has the last word. */
export function faultsOf(form: Form, photosWait: boolean): Fault[] {
  const found: Fault[] = []
  if (Array.from(form.title.trim()).length < 2) found.push('title')
  if (form.category === '') found.push('category')
  if (form.kind !== 'wanted' && form.condition === '') found.push('condition')
  if (form.terms === 'price' && fenOf(form.yuan) === null) found.push('price_fen')
  if (!/^[1-9]\d{0,3}$/.test(form.quantity.trim())) found.push('quantity')
  if (form.township === '') found.push('township')
  if (photosWait) found.push('photo_ids')
  return found
}

export function bodyOf(form: Form, photoIds: string[]): NewListing {
  return {
    kind: form.kind,
    terms: form.terms,
    ...(form.terms === 'price' ? { price_fen: fenOf(form.yuan) } : {}),
    category: form.category,
    title: form.title.trim(),
    text: form.text.trim(),
    ...(form.condition ? { condition: form.condition } : {}),
    quantity: Number(form.quantity),
    township: form.township,
    ...(form.community ? { community: form.community } : {}),
    ...(form.place ? { ...form.place, datum: 'wgs84' as const } : {}),
    photo_ids: photoIds,
  }
}

/** A listing that is being written: what was typed outlives a closed page and a lost signal. */
export function useListingForm(existing: () => OwnListing | null) {
  const form = reactive<Form>(blank())
  const photos = ref<PickedPhoto[]>([])
  /** Photos the listing has already. */
  const kept = ref<{ id: string; thumbnail_url: string }[]>([])
  const faults = ref<Fault[]>([])
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  const sent = shallowRef<{ id: string; state: string; ruling: Ruling | null } | null>(null)
  const waits = computed(() => unfinished(photos.value).length > 0)
  let intent = newIntent()

  function restore() {
    const text = readLocal(KEY)
    if (text === null) return
    try {
      Object.assign(form, JSON.parse(text) as Partial<Form>)
    } catch {
      writeLocal(KEY, '')
    }
  }
  function fill(listing: OwnListing) {
    Object.assign(form, {
      kind: listing.kind,
      terms: listing.terms,
      yuan: listing.terms === 'price' ? yuan(listing.price_fen ?? 0) : '',
      category: listing.category.id,
      title: listing.title,
      text: listing.text,
      condition: listing.condition?.id ?? '',
      quantity: String(listing.quantity),
      township: listing.township.id,
      community: listing.community?.id ?? '',
      place: listing.exact_place ?? null,
    })
    kept.value = listing.gallery
  }
  watch(form, () => {
    if (!existing() && !sent.value) writeLocal(KEY, JSON.stringify(form))
  })

  async function send(draft: boolean) {
    if (busy.value) return
    error.value = null
    faults.value = faultsOf(form, waits.value)
    if (!draft && faults.value.length > 0) return
    if (draft && (form.category === '' || form.township === '')) {
      faults.value = faults.value.filter((fault) => fault === 'category' || fault === 'township')
      return
    }
    busy.value = true
    try {
      const ids = [...kept.value.map(({ id }) => id), ...uploadedIds(photos.value)]
      const body = bodyOf(form, ids)
      const listing = existing()
      if (listing) {
        const place = form.place ? {} : { clear_place: true }
        const changed = await changeListing(listing.id, {
          ...body,
          ...place,
          version: listing.version,
        })
        const ruling = changed.moderation ?? null
        sent.value = { id: listing.id, state: changed.listing.state, ruling }
      } else {
        const made = await makeListing({ ...body, draft }, intent)
        sent.value = { id: made.id, state: made.state, ruling: made.moderation ?? null }
        writeLocal(KEY, '{}')
        writeLocal(TOWNSHIP, form.township)
      }
    } catch (failure) {
      error.value = toApiError(failure)
      if (!error.value.retryable) intent = newIntent()
    } finally {
      busy.value = false
    }
  }
  return { form, photos, kept, faults, error, busy, sent, restore, fill, send }
}
