import { ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'

/** Sends a decision; what stands in the way is kept to be shown, what was typed stays. */
export function useSend() {
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)
  async function send(work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    error.value = null
    try {
      await work()
    } catch (failure) {
      error.value = toApiError(failure)
    } finally {
      busy.value = false
    }
  }
  return { busy, error, send }
}
