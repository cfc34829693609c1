// One shape for what most pages do: ask, show, say what went wrong, ask again.
import { onMounted, ref, shallowRef, type ShallowRef } from 'vue'
import { toApiError, type ApiError } from './errors'

export function useLoad<T>(ask: () => Promise<T>) {
  const data: ShallowRef<T | null> = shallowRef(null)
  const error = shallowRef<ApiError | null>(null)
  let turn = 0
  async function load(): Promise<void> {
    const mine = (turn += 1)
    error.value = null
    try {
      const found = await ask()
      if (mine === turn) data.value = found
    } catch (failure) {
      if (mine === turn) error.value = toApiError(failure)
    }
  }
  onMounted(load)
  return { data, error, load }
}

export function useSave() {
  const busy = ref(false)
  const problem = ref('')
  /** True when it was done. */
  async function save(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = ''
    try {
      await work()
      return true
    } catch (failure) {
      const error = toApiError(failure)
      problem.value = error.fields[0]?.message ?? error.message
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, save }
}
