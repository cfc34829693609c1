import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { currentLocale } from '@/shared/i18n'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { readCatalogue } from '../api'
import type { Catalogue } from '../types'

const keyOf = (locale: string) => `wufei.pickups.${locale}`

/** What can be picked up. A copy per language is kept, so that a booking can be begun offline. */
export const useCatalogue = defineStore('pickup-catalogue', () => {
  const catalogue = shallowRef<Catalogue | null>(null)
  let loadedFor = ''

  async function load(): Promise<Catalogue> {
    const locale = currentLocale()
    if (catalogue.value && loadedFor === locale) return catalogue.value
    try {
      catalogue.value = await readCatalogue()
      writeLocal(keyOf(locale), JSON.stringify(catalogue.value))
    } catch (error) {
      const kept = readLocal(keyOf(locale))
      if (kept === null) throw error
      catalogue.value = JSON.parse(kept) as Catalogue
    }
    loadedFor = locale
    return catalogue.value
  }

  return { catalogue, load }
})
