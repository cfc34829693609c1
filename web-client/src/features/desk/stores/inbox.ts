import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { listCases, readCounts } from '../api/desk'
import { defaultTab, fromQuery, toParams, type Filters } from '../logic/filters'
import type { CaseItem, Counts, StaffRole } from '../types'

const PAGE = 30
const MOST = 200

/** The list as it was left, so that coming back from a case finds the same rows at once. */
export const useInbox = defineStore('desk-inbox', () => {
  const items = shallowRef<CaseItem[]>([])
  const total = ref(0)
  const nextCursor = ref<string | null>(null)
  const loading = ref(false)
  const loadingMore = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const counts = shallowRef<Counts | null>(null)
  const stale = ref(false)
  const loadedAt = ref(0)
  /** The address of the list last shown, for the way back from a case. */
  const address = ref('/desk')
  let shown = ''
  let params: Record<string, string> = {}
  let run = 0
  let countsOfList = ''

  async function fetchPage(cursor: string | null, limit: number) {
    return listCases({ ...params, cursor, limit })
  }

  /** Shows the list of these filters. `keep` leaves the rows that are there until fresh ones arrive. */
  async function load(filters: Filters, keep = false): Promise<void> {
    params = toParams(filters)
    const key = JSON.stringify(params)
    const same = key === shown
    const mine = ++run
    if (!same) items.value = []
    loading.value = true
    error.value = null
    loadingMore.value = false
    try {
      const limit = same && keep ? Math.min(MOST, Math.max(PAGE, items.value.length)) : PAGE
      const page = await fetchPage(null, limit)
      if (mine !== run) return
      items.value = page.items
      total.value = page.total
      nextCursor.value = page.next_cursor ?? null
      shown = key
      stale.value = false
      loadedAt.value = Date.now()
      countsOfList = JSON.stringify(counts.value)
    } catch (failure) {
      if (mine === run) error.value = toApiError(failure)
    } finally {
      if (mine === run) loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (nextCursor.value === null || loadingMore.value || loading.value) return
    const mine = run
    loadingMore.value = true
    error.value = null
    try {
      const page = await fetchPage(nextCursor.value, PAGE)
      if (mine !== run) return
      // A case can move down between two pages; it must not stand in the list twice.
      const known = new Set(items.value.map((item) => item.code))
      items.value = [...items.value, ...page.items.filter((item) => !known.has(item.code))]
      nextCursor.value = page.next_cursor ?? null
      total.value = page.total
    } catch (failure) {
      if (mine === run) error.value = toApiError(failure)
    } finally {
      if (mine === run) loadingMore.value = false
    }
  }

  async function refreshCounts(): Promise<void> {
    const fresh = await readCounts()
    const text = JSON.stringify(fresh)
    // Rows that jump under the pointer get the wrong case opened: the person decides when.
    if (countsOfList !== '' && countsOfList !== 'null' && text !== countsOfList) stale.value = true
    counts.value = fresh
    if (countsOfList === '' || countsOfList === 'null') countsOfList = text
  }

  function neighbour(code: string, step: 1 | -1): string | null {
    const at = items.value.findIndex((item) => item.code === code)
    return at < 0 ? null : (items.value[at + step]?.code ?? null)
  }

  /** The case to do after this one: the next row, else the first other case that is open. */
  async function next(code: string, role: StaffRole): Promise<string | null> {
    const below = neighbour(code, 1)
    if (below) return below
    if (Object.keys(params).length === 0) {
      params = toParams(fromQuery({ tab: defaultTab(role) }, role))
    }
    const page = await fetchPage(null, 2)
    return page.items.find((item) => item.code !== code)?.code ?? null
  }

  /** An account's rows must not greet the next person at the same PC. */
  function clear() {
    run += 1
    items.value = []
    counts.value = null
    total.value = 0
    nextCursor.value = null
    shown = ''
    countsOfList = ''
    params = {}
    address.value = '/desk'
    stale.value = false
    loading.value = false
  }

  return {
    items,
    total,
    nextCursor,
    loading,
    loadingMore,
    error,
    counts,
    stale,
    loadedAt,
    address,
    load,
    loadMore,
    refreshCounts,
    neighbour,
    next,
    clear,
  }
})
