// One link on one phone: the task as it was last read, the photos and words that are not handed in.
// Everything is written to the phone first: where rubbish lies there is often no signal.
import { computed, onBeforeUnmount, onMounted, reactive, ref, shallowRef, watch } from 'vue'
import { newIntent } from '@/shared/api/client'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { deleteBlob, loadBlob, saveBlob } from '@/features/reports/draft-store'
import { fix, isFresh, takeNow } from '@/shared/photos/captures'
import { readBytes } from '@/shared/photos/prepare'
import {
  forget,
  pick,
  restoreBlob,
  startUpload,
  unfinished,
  type PickedPhoto,
} from '@/shared/photos/uploads'
import { deleteItem, getItem, putItem } from '@/shared/util/idb'
import { useKeep } from '@/shared/util/use-keep'
import { giveOpinion, handIn, readTask } from './api'
import {
  afterHandingIn,
  bodyOf,
  emptyWork,
  faultsOf,
  reviveWork,
  type Fault,
  type Work,
  type WorkPhoto,
} from './logic/work'

export type Side = 'before' | 'after'
const SIDES: Side[] = ['before', 'after']
const RETRY_MS = 20_000
const SAVE_AFTER_MS = 400

export function useTask(token: string) {
  const key = `task:${token}`
  const work = reactive<Work>(emptyWork())
  const picked = reactive<Record<Side, PickedPhoto[]>>({ before: [], after: [] })
  const view = computed(() => work.view)
  /** The link opens nothing (any more). */
  const gone = ref(false)
  const loading = ref(true)
  const failure = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  const faults = ref<Fault[]>([])
  const refusal = ref('')
  /** The server would not take the positions. */
  const placeRefused = ref(false)
  let saving: ReturnType<typeof setTimeout> | undefined
  let ticking: ReturnType<typeof setInterval> | undefined
  let left = false
  let restored = false

  const photoOf = (side: Side, photo: PickedPhoto) =>
    work[side].find((one) => one.key === photo.key)

  function syncPhotos() {
    for (const side of SIDES)
      for (const photo of picked[side]) {
        const kept = photoOf(side, photo)
        if (!kept) continue
        kept.uploaded = photo.uploaded
        kept.refused = photo.status === 'failed' && !photo.retryable
      }
  }
  async function save(): Promise<void> {
    clearTimeout(saving)
    syncPhotos()
    // Plain JSON: a reactive proxy cannot be cloned into IndexedDB.
    await putItem('pickup_work', key, JSON.parse(JSON.stringify(work)))
  }
  function touch() {
    clearTimeout(saving)
    saving = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function restorePhoto(kept: WorkPhoto): Promise<PickedPhoto | null> {
    const blob = await loadBlob(kept.key)
    if (!blob && !kept.uploaded) return null
    const photo = pick(blob ?? new Blob([]), kept.key)
    if (blob) restoreBlob(photo, blob)
    photo.intent = kept.intent
    photo.uploaded = kept.uploaded
    if (kept.uploaded) photo.status = 'done'
    return photo
  }
  async function restore() {
    Object.assign(work, reviveWork(await getItem('pickup_work', key)))
    for (const side of SIDES) {
      const photos = await Promise.all(work[side].map(restorePhoto))
      picked[side] = photos.filter((photo): photo is PickedPhoto => photo !== null)
      work[side] = work[side].filter((kept) => picked[side].some(({ key }) => key === kept.key))
      for (const photo of picked[side]) void startUpload(photo).then(touch)
    }
    restored = true
  }

  async function load(): Promise<void> {
    loading.value = true
    failure.value = null
    try {
      work.view = await readTask(token)
      gone.value = false
      await save()
    } catch (error) {
      const problem = toApiError(error)
      if (problem.status === 404) {
        gone.value = true
        // The place is nothing for a phone whose link has ended; photos that were not sent stay.
        work.view = null
        work.waiting = false
        if (picked.before.length + picked.after.length > 0) await save()
        else await deleteItem('pickup_work', key)
      } else failure.value = problem
    } finally {
      loading.value = false
    }
  }

  async function added(side: Side, photo: PickedPhoto, file: File, byCamera: boolean) {
    const now = Date.now()
    const taken = side === 'after' && byCamera && isFresh(file, now) ? takeNow(now) : null
    work[side].push({ key: photo.key, intent: photo.intent, uploaded: null, refused: false, taken })
    await saveBlob(photo.key, await readBytes(file), file.type)
    await save()
    void startUpload(photo).then(touch)
    const own = photoOf(side, photo)?.taken
    if (own) {
      await fix(own)
      await save()
    }
  }
  async function removed(side: Side, photo: PickedPhoto) {
    work[side] = work[side].filter((one) => one.key !== photo.key)
    await deleteBlob(photo.key)
    await save()
  }

  async function clear() {
    for (const side of SIDES) {
      for (const photo of picked[side]) {
        forget(photo)
        await deleteBlob(photo.key)
      }
      picked[side] = []
    }
  }

  async function submit(withoutPlace = false): Promise<boolean> {
    refusal.value = ''
    syncPhotos()
    faults.value = faultsOf(work)
    if (faults.value.length > 0) return false
    if (withoutPlace) work.without_place = true
    work.waiting = true
    await save()
    return send()
  }

  /** True when the work was taken. A missing signal leaves it waiting. */
  async function send(): Promise<boolean> {
    if (busy.value || !work.waiting || navigator.onLine === false) return false
    busy.value = true
    try {
      const all = [...picked.before, ...picked.after]
      await Promise.all(unfinished(all).map(startUpload))
      await save()
      if (unfinished(all).length > 0) return false
      const body = bodyOf(work)
      if (body.after_photo_ids.length === 0) {
        work.waiting = false
        faults.value = ['after']
        return false
      }
      const text = JSON.stringify(body)
      if (work.sent.text !== text) work.sent = { text, intent: newIntent() }
      await save()
      const fresh = await handIn(token, body, work.sent.intent)
      await clear()
      Object.assign(work, afterHandingIn(fresh))
      placeRefused.value = false
      return true
    } catch (error) {
      refused(toApiError(error))
      return false
    } finally {
      busy.value = false
      await save()
    }
  }

  function refused(problem: ApiError) {
    if (problem.retryable) return
    work.waiting = false
    if (problem.status === 404) gone.value = true
    const away = problem.field('away_reason')
    if (away) {
      work.away_asked = true
      faults.value = work.away_reason.trim() === '' ? ['away_reason'] : []
    }
    const place = problem.fields.find(({ field }) => field.startsWith('captures'))
    placeRefused.value = place !== undefined
    refusal.value = away ?? place?.message ?? problem.fields[0]?.message ?? problem.message
  }

  /** Back to the form, before it went out. */
  async function takeBack() {
    work.waiting = false
    await save()
  }

  async function sayOpinion(): Promise<boolean> {
    if (busy.value || !work.stance || work.opinion.trim() === '') return false
    busy.value = true
    refusal.value = ''
    try {
      const fresh = await giveOpinion(token, work.stance, work.opinion.trim())
      Object.assign(work, afterHandingIn(fresh))
      return true
    } catch (error) {
      const problem = toApiError(error)
      if (problem.status === 404) gone.value = true
      refusal.value = problem.field('opinion') ?? problem.message
      return false
    } finally {
      busy.value = false
      await save()
    }
  }

  const wake = () => {
    if (document.visibilityState !== 'visible') return
    if (work.waiting) void send()
    else if (failure.value) void load()
  }

  watch(() => [work.note, work.away_reason, work.opinion, work.stance], touch)
  // A complaint about what is missing ends when it is there.
  watch(
    () => [work.note, work.away_reason, work.after.length],
    () => {
      const still = faultsOf(work)
      faults.value = faults.value.filter((fault) => still.includes(fault))
    },
  )
  onMounted(async () => {
    await restore()
    if (left) return
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', wake)
    ticking = setInterval(wake, RETRY_MS)
    await load()
    if (work.waiting) void send()
  })
  onBeforeUnmount(() => {
    left = true
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    clearInterval(ticking)
  })
  // Before it is restored there is nothing to keep, and much to overwrite.
  useKeep(() => {
    if (restored) void save()
  })

  return {
    work,
    picked,
    view,
    gone,
    loading,
    failure,
    busy,
    faults,
    refusal,
    placeRefused,
    load,
    save,
    added,
    removed,
    submit,
    takeBack,
    sayOpinion,
  }
}
