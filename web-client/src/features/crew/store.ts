// A crew's day on the phone: everything that is needed without a signal, and what was done since.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { deleteBlob, loadBlob, saveBlob } from '@/features/reports/draft-store'
import { api } from '@/shared/api/client'
import { toApiError } from '@/shared/api/errors'
import { forget, pick, restoreBlob, startUpload, type PickedPhoto } from '@/shared/photos/uploads'
import { readBytes } from '@/shared/photos/prepare'
import { useSession } from '@/shared/store/session'
import { askToPersist, deleteItem, getItem, putItem } from '@/shared/util/idb'
import { randomId } from '@/shared/util/random'
import { withAnswers, type KeptDay } from './logic/day'
import {
  afterAnswers,
  afterFailure,
  asRefused,
  asSent,
  bodyOf,
  queued,
  ready,
  wakeUp,
  without,
  type QueuedOp,
  type QueuedPhoto,
} from './logic/queue'
import type { CrewDay, Operation, OperationAnswer } from './types'

const DAY = 'crew-day'
const QUEUE = 'crew-queue'
const TICK_MS = 15_000
/** Names and addresses do not stay on a phone longer than the work needs them. */
const KEEP_DAY_MS = 36 * 3_600_000

export const useCrew = defineStore('crew', () => {
  const kept = shallowRef<KeptDay | null>(null)
  const queue = ref<QueuedOp[]>([])
  const syncing = ref(false)
  /** The session is over: nothing can be sent until somebody signs in. */
  const signedOut = ref(false)
  const online = ref(navigator.onLine !== false)
  let loading: Promise<void> | null = null
  let started = false

  const day = computed(() => kept.value?.day ?? null)
  const account = computed(() => useSession().me?.id ?? kept.value?.account ?? '')
  const own = computed(() => queue.value.filter((each) => each.account === account.value))
  const waiting = computed(() => own.value.filter((each) => each.state === 'waiting'))
  const troubled = computed(() => own.value.filter((each) => each.state !== 'waiting'))

  function load(): Promise<void> {
    loading ??= (async () => {
      queue.value = (await getItem<QueuedOp[]>('pickup_work', QUEUE)) ?? []
      const stored = await getItem<KeptDay>('pickup_work', DAY)
      if (stored && Date.now() - stored.read_at < KEEP_DAY_MS) kept.value = stored
      else if (stored) await deleteItem('pickup_work', DAY)
    })()
    return loading
  }

  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
  async function write(next: QueuedOp[]): Promise<void> {
    queue.value = next
    await putItem('pickup_work', QUEUE, plain(next))
  }
  async function keepDay(next: KeptDay): Promise<void> {
    kept.value = next
    askToPersist()
    await putItem('pickup_work', DAY, plain(next))
  }

  /** The day from the server; throws where there is none to be had. */
  async function fetchDay(wanted: string): Promise<void> {
    const session = useSession()
    const fresh = await api.get<CrewDay>('/desk/pickups/day', { query: { day: wanted } })
    if (!session.me) await session.refresh()
    signedOut.value = false
    if (!session.me) return
    await keepDay({
      account: session.me.id,
      name: session.me.name,
      day: fresh,
      read_at: Date.now(),
    })
  }

  /** Written down before it is on its way; photos follow the outcome, they are heavy. */
  async function record(
    op: Omit<Operation, 'id' | 'at'>,
    photos: { photo: PickedPhoto; file: Blob }[],
  ): Promise<void> {
    const at = new Date().toISOString()
    const next = [...queue.value, queued({ ...op, id: randomId(), at }, account.value)]
    if (photos.length > 0) {
      const list: QueuedPhoto[] = []
      for (const { photo, file } of photos) {
        await saveBlob(photo.key, await readBytes(file), file.type)
        list.push({
          key: photo.key,
          intent: photo.intent,
          uploaded: photo.uploaded,
          refused: photo.status === 'failed' && !photo.retryable,
        })
      }
      const later: Operation = { id: randomId(), ref: op.ref, kind: 'photos', at }
      next.push(queued(later, account.value, list))
    }
    await write(next)
    void sync()
  }

  async function upload(each: QueuedOp): Promise<QueuedOp> {
    const photos: QueuedPhoto[] = []
    for (const photo of each.photos) {
      if (photo.uploaded || photo.refused) {
        photos.push(photo)
        continue
      }
      const blob = await loadBlob(photo.key)
      // Its bytes are gone from the phone: the rest goes without it rather than never.
      if (!blob) {
        photos.push({ ...photo, refused: true })
        continue
      }
      const picked = pick(blob, photo.key)
      restoreBlob(picked, blob)
      picked.intent = photo.intent
      await startUpload(picked)
      const refused = picked.status === 'failed' && !picked.retryable
      photos.push({ ...photo, uploaded: picked.uploaded, refused })
      forget(picked)
    }
    return { ...each, photos }
  }

  async function uploadPhotos(): Promise<void> {
    for (const each of waiting.value) {
      if (each.photos.every((photo) => photo.uploaded || photo.refused)) continue
      const done = await upload(each)
      await write(queue.value.map((other) => (other.op.id === done.op.id ? done : other)))
    }
  }

  async function send(batch: QueuedOp[]): Promise<void> {
    const ids = batch.map(({ op }) => op.id)
    // On disk before the first byte leaves: after a crash the same bodies go again.
    await write(asSent(queue.value, ids))
    try {
      const { items } = await api.post<{ items: OperationAnswer[] }>('/desk/pickups/operations', {
        operations: batch.map(bodyOf),
      })
      signedOut.value = false
      const applied = items.filter(({ result }) => result === 'applied').map(({ id }) => id)
      await write(afterAnswers(queue.value, items))
      if (kept.value) await keepDay({ ...kept.value, day: withAnswers(kept.value.day, items) })
      for (const { op, photos } of batch)
        if (applied.includes(op.id)) for (const { key } of photos) await deleteBlob(key)
    } catch (error) {
      const failure = toApiError(error)
      if (failure.status === 401) signedOut.value = true
      if (failure.retryable || failure.status === 401)
        await write(afterFailure(queue.value, ids, Date.now(), failure.retryAfter))
      else if (batch.length > 1) for (const each of batch) await send([each])
      else await write(asRefused(queue.value, ids[0], failure.message))
    }
  }

  /** One at a time, whoever asks for it: outcomes first, then the photos and what belongs to them. */
  async function sync(): Promise<void> {
    await load()
    if (syncing.value || navigator.onLine === false || account.value === '') return
    syncing.value = true
    try {
      const first = ready(queue.value, account.value, Date.now())
      if (first.length > 0) await send(first)
      await uploadPhotos()
      const then = ready(queue.value, account.value, Date.now())
      if (then.length > 0) await send(then)
    } finally {
      syncing.value = false
    }
  }

  async function syncNow(): Promise<void> {
    await load()
    await write(wakeUp(queue.value))
    await sync()
  }

  /** Seen by the person, or taken back before it was sent. */
  async function drop(id: string): Promise<void> {
    const gone = queue.value.find(({ op }) => op.id === id)
    for (const photo of gone?.photos ?? []) await deleteBlob(photo.key)
    await write(without(queue.value, id))
  }

  function start(): void {
    if (started) return
    started = true
    window.addEventListener('online', () => {
      online.value = true
      void syncNow()
    })
    window.addEventListener('offline', () => (online.value = false))
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void sync()
    })
    setInterval(() => void sync(), TICK_MS)
    void load().then(syncNow)
  }

  return {
    kept,
    day,
    queue,
    own,
    waiting,
    troubled,
    syncing,
    signedOut,
    online,
    load,
    fetchDay,
    record,
    sync,
    syncNow,
    drop,
    start,
  }
})

/** Signing out takes the names and addresses off the phone; what was not sent yet stays. */
export const forgetDay = (): Promise<void> => deleteItem('pickup_work', DAY)
