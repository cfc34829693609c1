import { reactive, ref, shallowRef, watch } from 'vue'
import { hadPhoto, sendAgain } from '@/features/market/listings/kept-form'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { intents } from '@/shared/api/intents'
import { forget, unfinished, uploadedIds, type PickedPhoto } from '@/shared/photos/uploads'
import { changeEvent, makeEvent, readEvent } from '../api'
import { repeatFor } from '../logic/repeat'
import type { ChangeEvent, EventView, NewEvent, PublishedEvent } from '../types'
import { blank, bodyOf, faultsOf, formOf, type Fault, type Form } from './form'
import { useDrafts } from './use-drafts'

/** An event that is being written: what was typed outlives a closed page and a lost signal. */
export function useEventForm() {
  const form = reactive<Form>(blank())
  const photos = ref<PickedPhoto[]>([])
  const existing = shallowRef<EventView | null>(null)
  const faults = ref<(Fault | 'photo_id')[]>([])
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  /** It was changed elsewhere meanwhile. */
  const stale = ref(false)
  const intentOf = intents()
  const drafts = useDrafts(form, photos)

  function begin(start: Partial<Form>) {
    photos.value.forEach(forget)
    Object.assign(form, blank(), start, existing.value ? formOf(existing.value) : {})
    photos.value = existing.value?.photo ? [hadPhoto(existing.value.photo)] : []
  }
  async function open(key: string, event: EventView | null, start: Partial<Form>) {
    existing.value = event
    begin(start)
    await drafts.open(key)
  }
  async function startOver(start: Partial<Form>) {
    await drafts.drop()
    begin(start)
    drafts.settle()
    faults.value = []
    error.value = null
  }
  // The likeliest rule follows the day until the person has chosen one.
  watch(
    () => form.day,
    (day) => {
      if (form.repeat.kind === 'once')
        Object.assign(form.repeat, { ...repeatFor(day), extra: form.repeat.extra })
    },
  )

  async function send(organisation: string | undefined): Promise<string | null> {
    if (busy.value) return null
    error.value = null
    faults.value = faultsOf(form)
    if (faults.value.length > 0) return null
    busy.value = true
    try {
      await sendAgain(unfinished(photos.value))
      if (unfinished(photos.value).length > 0) {
        faults.value = ['photo_id']
        return null
      }
      const body = bodyOf(form, uploadedIds(photos.value)[0])
      const id = existing.value
        ? (await change(existing.value, body)).id
        : (await makeEvent(organisation ?? '', body, intentOf(JSON.stringify(body)))).id
      await drafts.drop()
      return id
    } catch (failure) {
      await drafts.keep()
      error.value = toApiError(failure)
      if (error.value.status === 409 && existing.value) await refresh(existing.value)
      return null
    } finally {
      busy.value = false
    }
  }
  function change(event: EventView, body: NewEvent): Promise<PublishedEvent> {
    const told: ChangeEvent & { kind?: string } = { ...body, version: event.version ?? 0 }
    // What kind of event it is stays as it was made.
    delete told.kind
    return changeEvent(event.id, told)
  }
  /** What was typed stays; the next try is made on what the server has now. */
  async function refresh(before: EventView) {
    const now = await readEvent(before.id).catch(() => before)
    stale.value = now.version !== before.version
    existing.value = now
  }
  return { form, photos, existing, faults, error, busy, stale, drafts, open, startOver, send }
}
