import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { currentLocale } from '@/shared/i18n'
import { readCatalogue } from './api'
import type { Catalogue } from './types'

/** Categories and conditions in the current language, asked for once. */
export const useCatalogue = defineStore('market-catalogue', () => {
  const catalogue = shallowRef<Catalogue | null>(null)
  let loadedFor = ''

  async function load(): Promise<Catalogue> {
    const locale = currentLocale()
    if (catalogue.value && loadedFor === locale) return catalogue.value
    catalogue.value = await readCatalogue()
    loadedFor = locale
    return catalogue.value
  }
  const roots = computed(() => catalogue.value?.roots ?? [])
  const conditions = computed(() => catalogue.value?.conditions ?? [])

  function nameOf(id: string): string {
    for (const root of roots.value) {
      if (root.id === id) return root.name
      const leaf = root.categories.find((each) => each.id === id)
      if (leaf) return leaf.name
    }
    return ''
  }
  const isLeaf = (id: string) =>
    roots.value.some((root) => root.categories.some((leaf) => leaf.id === id))

  return { catalogue, roots, conditions, load, nameOf, isLeaf }
})
