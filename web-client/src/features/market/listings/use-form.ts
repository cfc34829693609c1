import { reactive, ref, shallowRef, watch } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { intents } from '@/shared/api/intents'
import { forget, uploadedIds, unfinished, type PickedPhoto } from '@/shared/photos/uploads'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { changeListing, makeListing, ownListing, publishListing } from './api'
import { dropForm, hadPhoto, keepForm, loadForm, sendAgain } from './kept-form'
import { fenOf, yuan } from './logic/price'
import type { ListingKind, ListingTerms, NewListing, OwnListing, Ruling } from './types'

const TOWNSHIP = 'wufei.listing-township'
const KEEP_AFTER_MS = 300

export interface Form {
  kind: ListingKind
  terms: ListingTerms
  yuan: string
  category: string
  /** Chosen by the person: what the title speaks of must not overrule it. */
  chosen: boolean
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
  chosen: false,
  title: '',
  text: '',
  condition: '',
  quantity: '1',
  township: readLocal(TOWNSHIP) ?? '',
  community: '',
  place: null,
})

export const formOf = (listing: OwnListing): Form => ({
  kind: listing.kind,
  terms: listing.terms,
  yuan: listing.terms === 'price' ? yuan(listing.price_fen ?? 0) : '',
  category: listing.category.id,
  chosen: true,
  title: listing.title,
  text: listing.text,
  condition: listing.condition?.id ?? '',
  quantity: String(listing.quantity),
  township: listing.township.id,
  community: listing.community?.id ?? '',
  place: listing.exact_place ?? null,
})

export type Fault =
  'title' | 'category' | 'condition' | 'price_fen' | 'quantity' | 'township' | 'photo_ids'

/** What is missing before it can be sent; the server has the last word. */
export function faultsOf(form: Form, photosWait: boolean): Fault[] {
  const found: Fault[] = []
  if (Array.from(form.title.trim()).length < 2) found.push('title')
  if (form.category === '') found.push('category')
  if (form.kind !== 'wanted' && form.condition === '') found.push('condition')
  if (form.terms === 'price' && !fenOf(form.yuan)) found.push('price_fen')
  if (!/^[1-9]\d{0,3}$/.test(form.quantity.trim())) found.push('quantity')
  if (form.township === '') found.push('township')
  if (photosWait) found.push('photo_ids')
  return found
}

/** A draft may be without a title; the rest is asked for by the server too. */
export const draftFaults = (form: Form): Fault[] =>
  faultsOf(form, false).filter((fault) => fault !== 'title')

export function bodyOf(form: Form, photoIds: string[]): NewListing {
  return {
    kind: form.kind,
    terms: form.terms,
    ...(form.terms === 'price' ? { price_fen: fenOf(form.yuan) } : {}),
    category: form.category,
    title: form.title.trim(),
    text: form.text.trim(),
    ...(form.condition && form.kind !== 'wanted' ? { condition: form.condition } : {}),
    quantity: Number(form.quantity),
    township: form.township,
    ...(form.community ? { community: form.community } : {}),
    ...(form.place ? { ...form.place, datum: 'wgs84' as const } : {}),
    photo_ids: photoIds,
  }
}

export interface Sent {
  id: string
  state: string
  ruling: Ruling | null
  /** What was judged: places are counted in it. */
  title: string
  text: string
}

/** A listing that is being written: what was typed outlives a closed page and a lost signal. */
export function useListingForm() {
  const form = reactive<Form>(blank())
  const photos = ref<PickedPhoto[]>([])
  const existing = shallowRef<OwnListing | null>(null)
  const faults = ref<Fault[]>([])
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  const sent = shallowRef<Sent | null>(null)
  /** It was being written before. */
  const restored = ref(false)
  /** It was changed elsewhere meanwhile. */
  const stale = ref(false)
  const lasting = ref(true)
  const intentOf = intents()
  /** What the form was opened with: without a change there is nothing to keep. */
  let opened = ''
  let key = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(next: Partial<Form>, pictures: PickedPhoto[]) {
    photos.value.forEach(forget)
    Object.assign(form, blank(), next)
    photos.value = pictures
    void sendAgain(photos.value)
  }
  const begin = (listing: OwnListing | null) =>
    show(listing ? formOf(listing) : {}, listing ? listing.gallery.map(hadPhoto) : [])

  /** Without a category that nobody chose: it follows the title by itself. */
  const content = () =>
    JSON.stringify([
      { ...form, category: form.chosen ? form.category : '' },
      photos.value.map((photo) => photo.key),
    ])
  function untouched() {
    opened = content()
  }

  /** What was kept under this name, else the listing as it is, else an empty form. */
  async function open(name: string, listing: OwnListing | null): Promise<void> {
    existing.value = listing
    const kept = await loadForm<Form>(name)
    restored.value = kept !== null
    if (kept) show(kept.form, kept.photos)
    else begin(listing)
    opened = kept ? '' : content()
    key = name
  }

  async function keep(): Promise<void> {
    clearTimeout(timer)
    if (key === '' || sent.value || content() === opened) return
    lasting.value = await keepForm(key, form, photos.value)
  }
  watch(
    [form, () => photos.value.map(({ key: of, status }) => `${of} ${status}`).join()],
    () => {
      clearTimeout(timer)
      if (key !== '') timer = setTimeout(() => void keep(), KEEP_AFTER_MS)
    },
    { deep: true },
  )
  watch(
    () => form.kind,
    (kind) => {
      if (kind === 'lend' && form.terms === 'swap') form.terms = 'free'
    },
  )

  async function drop(): Promise<void> {
    clearTimeout(timer)
    await dropForm(key, photos.value)
  }
  async function startOver(): Promise<void> {
    await drop()
    begin(existing.value)
    untouched()
    restored.value = false
    faults.value = []
    error.value = null
  }

  async function make(draft: boolean): Promise<Omit<Sent, 'title' | 'text'>> {
    const body = { ...bodyOf(form, uploadedIds(photos.value)), draft }
    const made = await makeListing(body, intentOf(JSON.stringify(body)))
    return { id: made.id, state: made.state, ruling: made.moderation ?? null }
  }

  async function change(
    { id, version }: OwnListing,
    draft: boolean,
  ): Promise<Omit<Sent, 'title' | 'text'>> {
    let changed = await changeListing(id, {
      ...bodyOf(form, uploadedIds(photos.value)),
      community: form.community,
      ...(form.place ? {} : { clear_place: true }),
      version,
    })
    existing.value = changed.listing
    if (changed.listing.state === 'draft' && !draft) changed = await publishListing(id)
    existing.value = changed.listing
    return { id, state: changed.listing.state, ruling: changed.moderation ?? null }
  }

  async function send(draft: boolean): Promise<void> {
    if (busy.value) return
    error.value = null
    faults.value = draft ? draftFaults(form) : faultsOf(form, false)
    if (faults.value.length > 0) return
    busy.value = true
    try {
      // Pressed while a photo is on its way: it is waited for, not asked about.
      await sendAgain(unfinished(photos.value))
      if (unfinished(photos.value).length > 0) {
        faults.value = ['photo_ids']
        return
      }
      const { title, text } = form
      const done = existing.value ? await change(existing.value, draft) : await make(draft)
      sent.value = { ...done, title: title.trim(), text: text.trim() }
      writeLocal(TOWNSHIP, form.township)
      await drop()
    } catch (failure) {
      await onFailure(toApiError(failure))
    } finally {
      busy.value = false
    }
  }

  async function onFailure(problem: ApiError): Promise<void> {
    await keep()
    error.value = problem
    const before = existing.value
    if (problem.status !== 409 || !before) return
    // What was typed stays; the next try is made on what the server has now.
    const now = await ownListing(before.id).catch(() => before)
    stale.value = now.version !== before.version
    existing.value = now
  }

  return {
    form,
    photos,
    existing,
    faults,
    error,
    busy,
    sent,
    restored,
    stale,
    lasting,
    open,
    untouched,
    keep,
    startOver,
    send,
  }
}
