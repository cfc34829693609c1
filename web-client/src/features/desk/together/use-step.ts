// What every dialog here does: check, send once, show what is wrong at its field.
import { reactive, ref, watch } from 'vue'
import { intents } from '@/shared/api/intents'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { useSession } from '@/shared/store/session'

/** What was typed in a dialog that was closed, as long as the same person works here. */
const kept = new Map<string, Record<string, unknown>>()

export function useStep<F extends object>(name: string, empty: F) {
  const key = `${useSession().me?.id ?? ''}/${name}`
  const form = reactive({ ...empty, ...kept.get(key) }) as F
  const faults = reactive<Record<string, string>>({})
  const failure = ref('')
  const busy = ref(false)
  const intentOf = intents()

  watch(form, () => {
    kept.set(key, { ...(form as Record<string, unknown>) })
    for (const field of Object.keys(faults)) delete faults[field]
  })

  /**
   * Null when it was not taken; `stale` hears of a 409 so that the page can show what is true.
   * `shown` says whether the words stand at a field that is not one of the form's.
   */
  async function send<T>(
    body: unknown,
    work: (intent: string) => Promise<T>,
    stale: (words: string) => void,
    shown: (problem: ApiError) => boolean = () => false,
  ): Promise<T | null> {
    if (busy.value) return null
    failure.value = ''
    const text = JSON.stringify(body)
    busy.value = true
    try {
      const done = await work(intentOf(text))
      kept.delete(key)
      return done
    } catch (error) {
      const problem = toApiError(error)
      if (shown(problem)) return null
      for (const { field, message } of problem.fields) faults[field.split(/[.[]/)[0]] = message
      const placed = problem.fields.some(({ field }) => field.split(/[.[]/)[0] in form)
      if (!placed) failure.value = problem.message
      if (problem.status === 409) stale(problem.message)
      return null
    } finally {
      busy.value = false
    }
  }
  const forget = () => kept.delete(key)
  return { form, faults, failure, busy, send, forget }
}
