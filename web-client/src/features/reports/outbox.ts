// The reports on this phone that have not reached the server yet: the one being written and those
// that wait for a signal. Everything is on the phone's disk before it is on its way.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/shared/api/client'
import { ApiError, toApiError } from '@/shared/api/errors'
import type { ReportReceipt } from '@/shared/api/types'
import { forget, pick, restoreBlob, startUpload, type PickedPhoto } from '@/shared/photos/uploads'
import { readBytes } from '@/shared/photos/prepare'
import { useDistrict } from '@/shared/store/district'
import { randomId } from '@/shared/util/random'
import { emptyDraft, isBlank, toNewReport, type Draft, type DraftPhoto } from './draft'
import { deleteBlob, deleteDraft, loadBlob, loadDrafts, saveBlob, saveDraft } from './draft-store'
import { useMine } from './mine-store'
import {
  afterFailure,
  backToEditing,
  beginSending,
  isDue,
  wakeUp,
  withPhotosForgotten,
} from './outbox-machine'
import { seatOf } from './place'

const TICK_MS = 15_000
const SAVE_AFTER_MS = 400

export type SendOutcome =
  { kind: 'sent'; receipt: ReportReceipt } | { kind: 'waiting' | 'failed'; draft: Draft }

export const useOutbox = defineStore('outbox', () => {
  /** The report being written. */
  const current = ref<Draft>(emptyDraft(Date.now()))
  const photos = ref<PickedPhoto[]>([])
  /** Reports that were submitted and wait, or that need the person again. */
  const queued = ref<Draft[]>([])
  /** Codes of drafts that were sent in this visit, for the page that shows the waiting. */
  const sent = ref<Record<string, string>>({})
  const kept = ref(true)
  const pickedByKey = new Map<string, PickedPhoto>()
  const inFlight = new Set<string>()
  let loading: Promise<void> | null = null
  let saveTimer: ReturnType<typeof setTimeout> | undefined
  let started = false

  const hasDraft = computed(() => !isBlank(current.value) || photos.value.length > 0)

  function load(): Promise<void> {
    loading ??= (async () => {
      const drafts = await loadDrafts(Date.now())
      queued.value = drafts.filter((draft) => draft.state !== 'editing')
      const editing = drafts.find((draft) => draft.state === 'editing')
      if (editing) await open(editing)
    })()
    return loading
  }

  async function open(draft: Draft): Promise<void> {
    current.value = draft
    photos.value = []
    for (const photo of draft.photos) {
      const restored = await restore(photo)
      if (!restored) continue
      photos.value.push(restored)
      void startUpload(restored)
    }
  }

  async function restore(photo: DraftPhoto): Promise<PickedPhoto | null> {
    const known = pickedByKey.get(photo.key)
    if (known) return known
    const blob = await loadBlob(photo.key)
    if (!blob && !photo.uploaded) return null
    const picked = pick(blob ?? new Blob([]), photo.key)
    if (blob) restoreBlob(picked, blob)
    picked.intent = photo.intent
    picked.uploaded = photo.uploaded
    if (photo.uploaded) picked.status = 'done'
    pickedByKey.set(photo.key, picked)
    return picked
  }

  async function photoAdded(photo: PickedPhoto, file: Blob): Promise<void> {
    pickedByKey.set(photo.key, photo)
    await saveBlob(photo.key, await readBytes(file), file.type)
    await save()
  }

  async function photoRemoved(photo: PickedPhoto): Promise<void> {
    pickedByKey.delete(photo.key)
    await deleteBlob(photo.key)
    await save()
  }

  function syncPhotos(): void {
    current.value.photos = photos.value.map((photo) => ({
      key: photo.key,
      intent: photo.intent,
      uploaded: photo.uploaded,
      refused: photo.status === 'failed' && !photo.retryable,
    }))
  }

  async function save(): Promise<void> {
    clearTimeout(saveTimer)
    if (current.value.state !== 'editing') return
    syncPhotos()
    if (isBlank(current.value)) return
    current.value.updated_at = Date.now()
    kept.value = await saveDraft(current.value)
  }

  /** Called on every change; writes shortly after the last one. */
  function touch(): void {
    clearTimeout(saveTimer)
    saveTimer = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function discard(): Promise<void> {
    const draft = current.value
    current.value = emptyDraft(Date.now())
    photos.value = []
    await deleteDraft(draft)
  }

  async function replace(draft: Draft): Promise<void> {
    queued.value = queued.value.map((other) => (other.id === draft.id ? draft : other))
    if (current.value.id === draft.id) current.value = draft
    await saveDraft(draft)
  }

  async function uploadAll(draft: Draft): Promise<Draft> {
    const done: DraftPhoto[] = []
    for (const photo of draft.photos) {
      if (photo.uploaded || photo.refused) {
        done.push(photo)
        continue
      }
      const picked = await restore(photo)
      // Its bytes are gone from the phone: the report goes without it rather than never.
      if (!picked) continue
      picked.intent = photo.intent
      await startUpload(picked)
      if (picked.status === 'failed' && picked.retryable)
        throw new ApiError({ kind: 'offline', message: picked.message })
      done.push({ ...photo, uploaded: picked.uploaded, refused: picked.status === 'failed' })
    }
    return { ...draft, photos: done }
  }

  async function deliver(draft: Draft, secondTry = false): Promise<SendOutcome> {
    let now = beginSending(draft)
    await replace(now)
    try {
      now = await uploadAll(now)
      // The photo ids are on disk before the POST: a retry after a crash sends the same body.
      await replace(now)
      const district = await useDistrict().load()
      const body = toNewReport(now, seatOf(district, now.township))
      const receipt = await api.post<ReportReceipt>('/reports', body, { intent: now.intent })
      await finish(now, receipt)
      return { kind: 'sent', receipt }
    } catch (error) {
      const failure = toApiError(error)
      const again = secondTry ? null : withPhotosForgotten(now, failure, randomId)
      if (again) {
        for (const photo of again.photos) pickedByKey.delete(photo.key)
        return deliver(again, true)
      }
      const after = afterFailure(now, failure, Date.now())
      await replace(after)
      return { kind: after.state === 'waiting' ? 'waiting' : 'failed', draft: after }
    }
  }

  async function finish(draft: Draft, receipt: ReportReceipt): Promise<void> {
    const category = useDistrict().categoryById(draft.category)
    // Known here before the draft is dropped: a crash in between leaves both, never neither.
    await useMine().put({
      code: receipt.code,
      secret: receipt.secret,
      role: 'reporter',
      created_at: new Date().toISOString(),
      category_name: category?.name ?? '',
      category_icon: category?.icon ?? 'question',
      description: draft.description.trim(),
      status: receipt.status,
      status_text: receipt.status_text,
      overdue: false,
      changed: false,
      gone: false,
      routing: receipt.routing,
      refused_photos: draft.photos.filter((photo) => photo.refused).length,
      moderation: receipt.moderation,
    })
    sent.value = { ...sent.value, [draft.id]: receipt.code }
    await drop(draft)
  }

  async function drop(draft: Draft): Promise<void> {
    queued.value = queued.value.filter((other) => other.id !== draft.id)
    if (current.value.id === draft.id) {
      current.value = emptyDraft(Date.now())
      photos.value = []
    }
    for (const { key } of draft.photos) {
      const picked = pickedByKey.get(key)
      if (picked) forget(picked)
      pickedByKey.delete(key)
    }
    await deleteDraft(draft)
  }

  /** One sending per draft at a time, whoever asks for it. */
  async function send(draft: Draft): Promise<SendOutcome | null> {
    if (inFlight.has(draft.id)) return null
    inFlight.add(draft.id)
    try {
      return await deliver(draft)
    } finally {
      inFlight.delete(draft.id)
    }
  }

  /** The big button. The draft is on disk as waiting before the first byte is sent. */
  async function submit(): Promise<SendOutcome | null> {
    if (inFlight.has(current.value.id)) return null
    clearTimeout(saveTimer)
    syncPhotos()
    const draft: Draft = { ...current.value, state: 'waiting', updated_at: Date.now() }
    await saveDraft(draft)
    queued.value = [draft, ...queued.value.filter((other) => other.id !== draft.id)]
    const outcome = await send(draft)
    if (outcome?.kind === 'failed') await edit(outcome.draft)
    else if (outcome?.kind === 'waiting') {
      current.value = emptyDraft(Date.now())
      photos.value = []
    }
    return outcome
  }

  /** Takes a waiting or refused report back into the form. */
  async function edit(draft: Draft): Promise<void> {
    if (inFlight.has(draft.id)) return
    if (current.value.id !== draft.id) await save()
    queued.value = queued.value.filter((other) => other.id !== draft.id)
    const editing = backToEditing(draft, randomId())
    // The unfinished report that was open steps aside and is found under "my reports".
    if (current.value.id !== draft.id && hasDraft.value) {
      const aside: Draft = { ...current.value, state: 'failed', message: '' }
      queued.value = [aside, ...queued.value]
      await saveDraft(aside)
    }
    await open(editing)
    await saveDraft(editing)
  }

  async function sendDue(): Promise<void> {
    const online = navigator.onLine !== false
    for (const draft of queued.value) {
      if (isDue(draft, Date.now(), online)) await send(draft)
    }
  }

  async function retryNow(): Promise<void> {
    queued.value = queued.value.map((draft) => wakeUp(draft, Date.now()))
    await sendDue()
  }

  /** From the start of the app on: at once, when the signal is back, and every little while. */
  function start(): void {
    if (started) return
    started = true
    void load().then(retryNow)
    window.addEventListener('online', () => void retryNow())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void sendDue()
      else void save()
    })
    window.addEventListener('pagehide', () => void save())
    setInterval(() => void sendDue(), TICK_MS)
  }

  return {
    current,
    photos,
    queued,
    sent,
    kept,
    hasDraft,
    load,
    touch,
    save,
    discard,
    drop,
    photoAdded,
    photoRemoved,
    submit,
    edit,
    retryNow,
    start,
  }
})
