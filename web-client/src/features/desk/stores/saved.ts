import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { listSaved } from '../inbox/api'
import type { SavedFilter } from '../inbox/types'

/** The kept filters a person sees, with their counts. */
export const useSaved = defineStore('desk-saved-filters', () => {
  const items = shallowRef<SavedFilter[]>([])
  const loaded = shallowRef(false)
  let turn = 0

  async function load(): Promise<SavedFilter[]> {
    const mine = (turn += 1)
    const { items: found } = await listSaved()
    if (mine === turn) {
      items.value = found
      loaded.value = true
    }
    return found
  }
  function clear() {
    turn += 1
    items.value = []
    loaded.value = false
  }
  return { items, loaded, load, clear }
})
