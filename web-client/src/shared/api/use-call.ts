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

/** One step at a time, and what went wrong with the last. */
export function useAttempt() {
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)
  /** True when it was done; a second tap while it runs does nothing. */
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    error.value = null
    try {
      await work()
      return true
    } catch (failure) {
      error.value = toApiError(failure)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, error, run }
}

/** A form with one line for what is wrong: the first field's, else the whole answer's. */
export function useSave() {
  const { busy, error, run } = useAttempt()
  const problem = ref('')
  async function save(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    problem.value = ''
    const done = await run(work)
    if (error.value) problem.value = error.value.fields[0]?.message ?? error.value.message
    return done
  }
  return { busy, problem, save }
}
