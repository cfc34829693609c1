import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { currentLocale } from '@/shared/i18n'
import { listKinds, type KindView } from './api'

/** The kinds, in the language of the moment. */
export const useKinds = defineStore('desk-sorting-kinds', () => {
  const kinds = shallowRef<KindView[]>([])
  const loadedFor = ref('')

  async function load(): Promise<void> {
    const locale = currentLocale()
    if (loadedFor.value === locale) return
    kinds.value = (await listKinds()).items
    loadedFor.value = locale
  }
  const byId = (id: string) => kinds.value.find((kind) => kind.id === id)
  const nameOf = (id: string) => byId(id)?.name ?? id
  return { kinds, load, byId, nameOf }
})
