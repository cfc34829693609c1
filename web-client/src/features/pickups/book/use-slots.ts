// The half-days for these items at this place, asked again whenever one of them changes.
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { readSlots, type SlotQuestion } from '../api'
import type { SlotOffers } from '../types'

const PAUSE_MS = 350

export function useSlots(question: () => SlotQuestion | null) {
  const offers = shallowRef<SlotOffers | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort: AbortController | null = null

  async function ask(): Promise<void> {
    const asked = question()
    abort?.abort()
    const mine = typeof AbortController === 'function' ? new AbortController() : null
    abort = mine
    if (!asked) {
      offers.value = null
      error.value = null
      busy.value = false
      return
    }
    busy.value = true
    try {
      const found = await readSlots(asked, mine?.signal)
      if (abort !== mine) return
      offers.value = found
      error.value = null
    } catch (failure) {
      if (abort !== mine) return
      error.value = toApiError(failure)
      if (error.value.kind === 'http') offers.value = null
    } finally {
      if (abort === mine) busy.value = false
    }
  }

  watch(
    () => JSON.stringify(question()),
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void ask(), PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    abort?.abort()
  })
  return { offers, error, busy, ask }
}
