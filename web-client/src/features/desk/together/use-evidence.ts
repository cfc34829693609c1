// Where the photos of a handled case, or of a part of one, were taken, and what is asked when it was elsewhere.
import { reactive, ref } from 'vue'
import type { ApiError } from '@/shared/api/errors'
import type { Capture } from '@/shared/api/types'
import { fix, isFresh, isKnown, takeNow, toCapture, type Taken } from '@/shared/photos/captures'
import type { PickedPhoto } from '@/shared/photos/uploads'

export function useEvidence() {
  const taken = reactive<Record<string, Taken>>({})
  const reason = ref('')
  const asked = ref(false)
  const fault = ref('')
  /** The server would not take the positions. */
  const refusal = ref('')
  const without = ref(false)

  function added(photo: PickedPhoto, file: File, byCamera: boolean) {
    const now = Date.now()
    if (!byCamera || !isFresh(file, now)) return
    taken[photo.key] = takeNow(now)
    void fix(taken[photo.key])
  }
  const captures = (photos: PickedPhoto[]): Capture[] =>
    photos.flatMap(({ key, uploaded }) =>
      uploaded && taken[key] && isKnown(taken[key]) ? [toCapture(uploaded.id, taken[key])] : [],
    )

  function body(photos: PickedPhoto[]) {
    const words = reason.value.trim()
    return {
      ...(without.value ? {} : { captures: captures(photos) }),
      ...(asked.value && words !== '' ? { away_reason: words } : {}),
    }
  }

  /** True when it was about positions; the words stand at the photos then. */
  function refused(error: ApiError): boolean {
    const away = error.field('away_reason')
    const place = error.fields.find(({ field }) => field.startsWith('captures'))?.message
    if (away) asked.value = true
    fault.value = away ?? ''
    refusal.value = place ?? ''
    return away !== undefined || place !== undefined
  }

  /** Asked and not answered. */
  const isUnexplained = () => asked.value && reason.value.trim() === ''

  return {
    taken,
    reason,
    asked,
    fault,
    refusal,
    without,
    added,
    body,
    refused,
    isUnexplained,
  }
}

export type Evidence = ReturnType<typeof useEvidence>
