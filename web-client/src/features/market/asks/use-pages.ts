import { ref, shallowRef, type ShallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import type { Page } from '@/shared/api/types'

/** A list that comes in pages. */
export function usePages<T>(read: (cursor: string | null) => Promise<Page<T>>) {
  const items: ShallowRef<T[] | null> = shallowRef(null)
  const next = ref<string | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  let turn = 0

  async function load(more = false): Promise<void> {
    const mine = (turn += 1)
    busy.value = true
    try {
      const page = await read(more ? next.value : null)
      if (mine !== turn) return
      items.value = more ? [...(items.value ?? []), ...page.items] : page.items
      next.value = page.next_cursor ?? null
      error.value = null
    } catch (failure) {
      if (mine === turn) error.value = toApiError(failure)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  return { items, next, error, busy, load }
}
