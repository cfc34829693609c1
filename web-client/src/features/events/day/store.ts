// The desk of an event's day on this device: what is needed without a signal, and what was done.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { deleteBlob, loadBlob, saveBlob } from '@/features/reports/draft-store'
import { currentLocale } from '@/shared/i18n'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { readBytes } from '@/shared/photos/prepare'
import { forget, pick, restoreBlob, startUpload } from '@/shared/photos/uploads'
import { askToPersist, getItem, putItem, updateItem } from '@/shared/util/idb'
import { randomId } from '@/shared/util/random'
import { writeLocal } from '@/shared/util/storage'
import { DAY_BELL as BELL } from './bell'
import { handIn, readCatalogue, readDay } from './api'
import { dayKey, deviceOf, devices, forgetOld, keepDevice, workKey } from './logic/devices'
import { mergeSnapshot, viewOf } from './logic/merge'
import {
  afterAnswers,
  afterFailure,
  asUnreadable,
  dropLease,
  emptyWork,
  isWaiting,
  needsLook,
  read,
  ready,
  record,
  settle,
  takeLease,
  wakeUp,
  type Queued,
  type WaitingPicture,
  type Work,
} from './logic/queue'
import { tabId } from './logic/tab'
import type { Action, Device, Kept, Snapshot } from './types'

const TICK_MS = 10_000

const STORE = 'event_days'

export interface Done {
  action: Action
  about: string
}

export const useDay = defineStore('event-day', () => {
  const device = shallowRef<Device | null>(null)
  const kept = shallowRef<Kept | null>(null)
  const work = shallowRef<Work>(emptyWork())
  const syncing = ref(false)
  /** The server knows this device no more: what it did stays here until it is set up again. */
  const revoked = ref(false)
  const trouble = shallowRef<ApiError | null>(null)
  const online = ref(navigator.onLine !== false)
  const tab = tabId()
  let started = false

  const snapshot = computed(() => kept.value?.snapshot ?? null)
  const catalogue = computed(() => kept.value?.catalogue ?? null)
  const day = computed(() =>
    kept.value ? viewOf(kept.value.snapshot, kept.value.catalogue, work.value.ops) : null,
  )
  const waiting = computed(
    () => work.value.ops.filter(isWaiting).length + work.value.pictures.length,
  )
  const toRead = computed(() => work.value.ops.filter(needsLook))
  /** Numbers that were given and never arrived, though nothing waits: this phone lost its memory. */
  const missing = computed(() =>
    waiting.value === 0 ? Math.max(0, work.value.highest - work.value.arrived) : 0,
  )

  const ring = () => writeLocal(BELL, `${tab} ${Date.now()}`)

  async function reload(): Promise<void> {
    if (!device.value) return
    work.value = (await getItem<Work>(STORE, workKey(device.value))) ?? emptyWork()
    kept.value = (await getItem<Kept>(STORE, dayKey(device.value))) ?? null
  }

  /** While a batch is on its way somebody may open the desk of another event. */
  const shows = (at: Device) => device.value?.id === at.id

  async function change(step: (work: Work) => Work, at = device.value): Promise<Work> {
    if (!at) throw new Error('no device')
    const next = await updateItem<Work>(STORE, workKey(at), (before) => step(before ?? emptyWork()))
    if (shows(at)) work.value = next
    ring()
    return next
  }

  /** True where this phone is a device of the event. */
  async function load(event: string): Promise<boolean> {
    const found = await deviceOf(event)
    if (device.value?.id !== found?.id) {
      kept.value = null
      revoked.value = false
      trouble.value = null
    }
    device.value = found
    work.value = emptyWork()
    await reload()
    return found !== null
  }

  async function setUp(next: Device): Promise<void> {
    askToPersist()
    await keepDevice(next)
    await load(next.event)
    revoked.value = false
  }

  /** Written down before anything else happens. */
  async function act(done: Done[]): Promise<void> {
    if (done.length === 0) return
    const at = new Date().toISOString()
    const steps = done.map(({ action, about }) => ({ id: randomId(), at, action, about }))
    await change((before) => record(before, steps))
    void sync()
  }

  /** The picture of a book: its bytes wait on the phone, its operation is made once they are up. */
  async function addPicture(book: string, file: Blob): Promise<void> {
    const key = randomId()
    await saveBlob(key, await readBytes(file), file.type)
    await change((before) => ({
      ...before,
      pictures: [...before.pictures, { key, intent: randomId(), book }],
    }))
    void sync()
  }

  async function uploadPictures(at: Device, pictures: WaitingPicture[]): Promise<void> {
    for (const each of pictures) {
      const blob = await loadBlob(each.key)
      let id: string | null = null
      if (blob) {
        const picked = pick(blob, each.key)
        restoreBlob(picked, blob)
        picked.intent = each.intent
        await startUpload(picked)
        const again = picked.status === 'failed' && picked.retryable
        id = picked.uploaded?.id ?? null
        forget(picked)
        if (again) continue
      }
      const about = day.value?.books.get(each.book)?.title ?? ''
      await change((before) => {
        if (!before.pictures.some(({ key }) => key === each.key)) return before
        const pictures = before.pictures.filter(({ key }) => key !== each.key)
        const without = { ...before, pictures }
        if (!id) return without
        const action: Action = { kind: 'picture', book: each.book, photo_id: id }
        return record(without, [{ id: randomId(), at: new Date().toISOString(), action, about }])
      }, at)
      await deleteBlob(each.key)
    }
  }

  async function send(at: Device, batch: Queued[]): Promise<void> {
    const ids = batch.map(({ op }) => op.id)
    const operations = batch.map(({ op }) => op)
    try {
      const answers = await handIn(at.event, at.token, operations)
      await change((before) => afterAnswers(before, answers, Date.now()), at)
    } catch (error) {
      const failure = toApiError(error)
      if (failure.status !== 400 && failure.status !== 422) {
        await change((before) => afterFailure(before, ids, Date.now(), failure.retryAfter), at)
        throw failure
      }
      // One that cannot be read must not keep the others.
      if (batch.length > 1) for (const each of batch) await send(at, [each])
      else await change((before) => asUnreadable(before, ids[0]), at)
    }
  }

  async function sendAll(at: Device): Promise<void> {
    for (;;) {
      const held = await change((before) => takeLease(before, tab, Date.now()), at)
      const batch = ready(held, Date.now())
      if (held.lease?.tab !== tab || batch.length === 0) return
      await send(at, batch)
    }
  }

  async function fetchDay(at: Device): Promise<void> {
    let base: Kept | null = (await getItem<Kept>(STORE, dayKey(at))) ?? null
    let since: number | null = base?.snapshot.cursor ?? null
    let merged: Snapshot | null = base?.snapshot ?? null
    for (;;) {
      const fresh: Snapshot = await readDay(at.event, at.token, since)
      merged = mergeSnapshot(merged, fresh)
      since = fresh.cursor
      if (!fresh.more) break
    }
    const lang = currentLocale()
    let catalogue = base?.lang === lang ? base.catalogue : null
    catalogue ??= (await readCatalogue().catch(() => null)) ?? base?.catalogue ?? null
    base = { snapshot: merged, catalogue, lang, read_at: Date.now() }
    await putItem(STORE, dayKey(at), JSON.parse(JSON.stringify(base)))
    if (shows(at)) kept.value = base
  }

  /** One tab of the device at a time; an operation sent twice counts once all the same. */
  async function sync(at = device.value): Promise<void> {
    if (!at || syncing.value || navigator.onLine === false) return
    syncing.value = true
    try {
      const held = await change((before) => takeLease(before, tab, Date.now()), at)
      if (held.lease?.tab !== tab) {
        // Reading does no harm; a first page must not wait for another tab that may be gone.
        if (shows(at) && !kept.value) await fetchDay(at)
        return
      }
      await sendAll(at)
      await uploadPictures(at, held.pictures)
      if (held.pictures.length > 0) await sendAll(at)
      const now = await change((before) => before, at)
      const answered = now.ops.filter(({ answer, settled }) => answer && !settled)
      await fetchDay(at)
      const ids = answered.map(({ op }) => op.id)
      if (ids.length > 0) await change((before) => settle(before, ids), at)
      if (shows(at)) [trouble.value, revoked.value] = [null, false]
    } catch (error) {
      const failure = toApiError(error)
      if (shows(at)) [trouble.value, revoked.value] = [failure, failure.status === 403]
    } finally {
      syncing.value = false
      await change((before) => dropLease(before, tab), at)
    }
  }

  async function syncNow(): Promise<void> {
    if (!device.value) return
    await change(wakeUp)
    await sync()
  }

  /** What was left behind at a desk that was closed goes out wherever the person is in the app. */
  async function wake(): Promise<void> {
    for (const each of await devices()) {
      const left = await getItem<Work>(STORE, workKey(each))
      if (left?.ops.some(isWaiting) || left?.pictures.length) await sync(each)
    }
  }

  const markRead = (id: string): Promise<Work> => change((before) => read(before, id))

  function start(): void {
    if (started) return
    started = true
    window.addEventListener('online', () => {
      online.value = true
      void syncNow()
    })
    window.addEventListener('offline', () => (online.value = false))
    window.addEventListener('storage', (event) => {
      if (event.key === BELL) void reload()
    })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void reload().then(() => sync())
    })
    setInterval(() => {
      if (document.visibilityState === 'visible') void sync()
    }, TICK_MS)
    void forgetOld(Date.now())
  }

  return {
    device,
    kept,
    snapshot,
    catalogue,
    day,
    work,
    waiting,
    toRead,
    missing,
    syncing,
    revoked,
    trouble,
    online,
    load,
    setUp,
    act,
    addPicture,
    sync,
    syncNow,
    wake,
    markRead,
    start,
  }
})
