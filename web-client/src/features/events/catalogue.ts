import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { currentLocale } from '@/shared/i18n'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { readCatalogue } from './api'
import type { EventCatalogue } from './types'

const keyOf = (locale: string) => `wufei.event-kinds.${locale}`

/** Kinds of events, organisations and stalls in the current language; a copy opens offline. */
export const useEventKinds = defineStore('event-kinds', () => {
  const catalogue = shallowRef<EventCatalogue | null>(null)
  let loadedFor = ''

  async function load(): Promise<EventCatalogue> {
    const locale = currentLocale()
    if (catalogue.value && loadedFor === locale) return catalogue.value
    try {
      catalogue.value = await readCatalogue()
      writeLocal(keyOf(locale), JSON.stringify(catalogue.value))
    } catch (error) {
      const kept = readLocal(keyOf(locale))
      if (kept === null) throw error
      catalogue.value = JSON.parse(kept) as EventCatalogue
    }
    loadedFor = locale
    return catalogue.value
  }
  const eventKinds = computed(() => catalogue.value?.event_kinds ?? [])
  const organisationKinds = computed(() => catalogue.value?.organisation_kinds ?? [])
  const stallKinds = computed(() => catalogue.value?.stall_kinds ?? [])
  const stallKindName = (id: string) => stallKinds.value.find((kind) => kind.id === id)?.name ?? id
  const does = (kind: string, what: 'books' | 'stalls' | 'things') =>
    eventKinds.value.find(({ id }) => id === kind)?.does.includes(what) ?? false

  return { catalogue, eventKinds, organisationKinds, stallKinds, stallKindName, does, load }
})
