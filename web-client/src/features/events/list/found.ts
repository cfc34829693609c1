// The events of a time, and a copy of them on the phone for the day without a signal.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { currentLocale } from '@/shared/i18n'
import { getItem, putItem } from '@/shared/util/idb'
import { listEvents } from '../api'
import { monthSpan } from '../logic/days'
import type { EventList, EventView } from '../types'

const keyOf = (month: string) => `events:${month || 'next'}:${currentLocale()}`

export const useEvents = defineStore('events', () => {
  const items = shallowRef<EventView[] | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  /** What is shown was kept from an earlier visit. */
  const kept = ref(false)
  let turn = 0

  /** An empty month asks for the next sixty days. */
  async function load(month: string): Promise<void> {
    const mine = (turn += 1)
    loading.value = true
    error.value = null
    const key = keyOf(month)
    const stored = await getItem<EventList>('asks', key)
    if (mine !== turn) return
    items.value = stored?.items ?? null
    kept.value = Boolean(stored)
    try {
      const list = await listEvents(month ? monthSpan(month) : {})
      if (mine !== turn) return
      items.value = list.items
      kept.value = false
      void putItem('asks', key, JSON.parse(JSON.stringify(list)))
    } catch (failure) {
      if (mine === turn) error.value = toApiError(failure)
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  return { items, error, loading, kept, load }
})

/** One event as it was last seen. */
export const keepEvent = (event: EventView) =>
  putItem('asks', `event-seen:${event.id}:${currentLocale()}`, JSON.parse(JSON.stringify(event)))
export async function keptEvent(id: string): Promise<EventView | null> {
  const seen = await getItem<EventView>('asks', `event-seen:${id}:${currentLocale()}`)
  if (seen) return seen
  const list = await getItem<EventList>('asks', keyOf(''))
  return list?.items.find((event) => event.id === id) ?? null
}
