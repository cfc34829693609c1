import { onMounted, ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'

/** A list that is read on with "more". */
export function useList<T extends { id: string }, At>(
  page: (at: At | null) => Promise<{ items: T[]; next: At | null }>,
) {
  const items = shallowRef<T[] | null>(null)
  const next = shallowRef<At | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)

  async function read(at: At | null) {
    busy.value = true
    error.value = null
    try {
      const found = await page(at)
      const known = at === null ? [] : (items.value ?? [])
      const ids = new Set(known.map(({ id }) => id))
      items.value = [...known, ...found.items.filter(({ id }) => !ids.has(id))]
      next.value = found.next
    } catch (failure) {
      error.value = toApiError(failure)
    } finally {
      busy.value = false
    }
  }
  const load = () => read(null)
  const more = () => read(next.value)
  function drop(id: string) {
    items.value = (items.value ?? []).filter((each) => each.id !== id)
  }
  onMounted(load)
  return { items, next, error, busy, load, more, drop }
}
