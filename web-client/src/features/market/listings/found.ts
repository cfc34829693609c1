// The list that was found. It outlives the page, so that going back from a listing shows the same
// list at the same place.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import type { LngLat } from '@/shared/api/types'
import { findListings } from './api'
import { queryOf, type Filters } from './logic/query'
import type { ListingCard } from './types'

const FRESH_MS = 5 * 60_000
const PAGE = 20

export const useFound = defineStore('market-found', () => {
  const items = shallowRef<ListingCard[]>([])
  const cursor = ref<string | null>(null)
  const loading = ref(false)
  const error = shallowRef<ApiError | null>(null)
  /** For which question the items are the answer. */
  const shownFor = ref<string | null>(null)
  let at = 0
  let running: AbortController | null = null

  const isFresh = (key: string, now: number) => shownFor.value === key && now - at < FRESH_MS

  async function find(filters: Filters, here: LngLat | null, key: string, more = false) {
    if (more && (loading.value || cursor.value === null)) return
    running?.abort()
    const own = new AbortController()
    running = own
    loading.value = true
    error.value = null
    // The place leaves the phone only where the order needs it.
    const near =
      filters.sort === 'nearest' && here ? { lng: here.lng, lat: here.lat, datum: 'wgs84' } : {}
    try {
      const page = await findListings(
        { ...queryOf(filters), ...near, limit: PAGE, cursor: more ? cursor.value : undefined },
        own.signal,
      )
      items.value = more ? [...items.value, ...page.items] : page.items
      cursor.value = page.next_cursor ?? null
      shownFor.value = key
      at = Date.now()
    } catch (failure) {
      if (own.signal.aborted) return
      error.value = toApiError(failure)
      if (!more) {
        items.value = []
        shownFor.value = null
      }
    } finally {
      if (running === own) loading.value = false
    }
  }

  /** What was listed may have changed by one's own hand. */
  function forget() {
    shownFor.value = null
  }
  return { items, cursor, loading, error, shownFor, isFresh, find, forget }
})
