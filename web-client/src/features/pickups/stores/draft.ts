// The booking being written, its photos, and the proof of the phone number, all on this phone.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { deleteBlob, loadBlob, saveBlob } from '@/features/reports/draft-store'
import {
  forget,
  pick,
  restoreBlob,
  startUpload,
  unfinished,
  type PickedPhoto,
} from '@/shared/photos/uploads'
import { readBytes } from '@/shared/photos/prepare'
import { getItem, putItem, deleteItem } from '@/shared/util/idb'
import { randomId } from '@/shared/util/random'
import { emptyDraft, isBlank, reviveDraft, type Hold, type PickupDraft } from '../logic/draft'

const SAVE_AFTER_MS = 400
const KEY = 'draft'
const PROOF = 'proof'

/** Shows to the server that the number is the resident's. */
export interface Proof {
  phone: string
  token: string
  expires_at: string
}

export const samePhone = (a: string, b: string): boolean => {
  const digits = (text: string) => text.replace(/\D/g, '').replace(/^(0086|86)(?=1\d{10}$)/, '')
  return digits(a) !== '' && digits(a) === digits(b)
}

export const usePickupDraft = defineStore('pickup-draft', () => {
  const draft = ref<PickupDraft>(emptyDraft())
  const photos = ref<PickedPhoto[]>([])
  const proof = ref<Proof | null>(null)
  const kept = ref(true)
  let loading: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const token = computed(() => {
    const { value } = proof
    if (!value || Date.parse(value.expires_at) < Date.now()) return null
    return samePhone(value.phone, draft.value.contact.phone) ? value.token : null
  })

  function load(): Promise<void> {
    loading ??= (async () => {
      draft.value = reviveDraft(await getItem('pickup_work', KEY))
      proof.value = (await getItem<Proof>('pickup_work', PROOF)) ?? null
      for (const photo of draft.value.photos) {
        const blob = await loadBlob(photo.key)
        if (!blob && !photo.uploaded) continue
        const picked = pick(blob ?? new Blob([]), photo.key)
        if (blob) restoreBlob(picked, blob)
        picked.intent = photo.intent
        picked.uploaded = photo.uploaded
        if (photo.uploaded) picked.status = 'done'
        photos.value.push(picked)
        void startUpload(picked)
      }
    })()
    return loading
  }

  function syncPhotos(): void {
    draft.value.photos = photos.value
      .filter((photo) => photo.status !== 'failed' || photo.retryable)
      .map(({ key, intent, uploaded }) => ({ key, intent, uploaded }))
  }

  const write = async (draft: PickupDraft) => {
    kept.value = await putItem('pickup_work', KEY, JSON.parse(JSON.stringify(draft)))
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    syncPhotos()
    if (isBlank(draft.value) && draft.value.contact.phone === '') return
    await write(draft.value)
  }

  /** The place is on the phone before it is on the screen: a page closed at once still has it. */
  async function keepHold(hold: Hold): Promise<void> {
    await write({ ...draft.value, hold })
    draft.value.hold = hold
  }

  /** Called on every change; writes shortly after the last one. */
  function touch(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function photoAdded(photo: PickedPhoto, file: Blob): Promise<void> {
    await saveBlob(photo.key, await readBytes(file), file.type)
    await save()
  }

  async function photoRemoved(photo: PickedPhoto): Promise<void> {
    await deleteBlob(photo.key)
    await save()
  }

  /** A place that was lost took its photos along: they are uploaded again under new keys. */
  function uploadAgain(): void {
    for (const photo of photos.value) {
      if (!photo.uploaded) continue
      photo.uploaded = null
      photo.intent = randomId()
      photo.status = 'waiting'
      void startUpload(photo)
    }
  }

  /** Waits for photos on their way; false where one did not get through. */
  async function photosUp(): Promise<boolean> {
    await Promise.all(unfinished(photos.value).map(startUpload))
    return unfinished(photos.value).length === 0
  }

  async function keepProof(next: Proof): Promise<void> {
    proof.value = next
    await putItem('pickup_work', PROOF, { ...next })
  }

  /** Done or given up. Where and who stay: the next booking is mostly from the same door. */
  async function clear(): Promise<void> {
    clearTimeout(timer)
    const { place, contact, party } = draft.value
    for (const photo of photos.value) {
      forget(photo)
      await deleteBlob(photo.key)
    }
    photos.value = []
    draft.value = { ...emptyDraft(), party, place: { ...place }, contact: { ...contact } }
    await deleteItem('pickup_work', KEY)
    await write(draft.value)
  }

  return {
    draft,
    photos,
    proof,
    token,
    kept,
    load,
    save,
    touch,
    photoAdded,
    photoRemoved,
    uploadAgain,
    photosUp,
    keepProof,
    keepHold,
    clear,
  }
})
