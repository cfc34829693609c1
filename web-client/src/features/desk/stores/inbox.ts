import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { readCounts } from '../api/desk'
import { listInbox } from '../inbox/api'
import type { InboxItem, LiveCase } from '../inbox/types'
import { defaultTab, fromQuery, toParams, type Filters } from '../logic/filters'
import { arrivals, isNews, merged } from '../logic/live'
import type { Counts, StaffRole } from '../types'

const PAGE = 30
const MOST = 200
/** News of one step comes in several pieces; one look at the list answers them all. */
const HEAR_MS = 600

/** The list as it was left, so that coming back from a case finds the same rows at once. */
export const useInbox = defineStore('desk-inbox', () => {
  const items = shallowRef<InboxItem[]>([])
  const total = ref(0)
  /** There may be more than `total`: counting stops at a thousand. */
  const capped = ref(false)
  const nextCursor = ref<string | null>(null)
  const loading = ref(false)
  const loadingMore = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const counts = shallowRef<Counts | null>(null)
  const stale = ref(false)
  /** Cases that came into this list since it was loaded, not shown until the person asks. */
  const arrived = shallowRef<string[]>([])
  /** Somebody is told of changes; counting need not look for them. */
  const live = ref(false)
  /** Whether this sitting's first look at the inbox is over: the kept default comes only then. */
  const opened = ref(false)
  const loadedAt = ref(0)
  /** The address of the list last shown, for the way back from a case. */
  const address = ref('/desk')
  let shown = ''
  let params: Record<string, string> = {}
  let run = 0
  let countsOfList = ''
  let heard = new Map<string, LiveCase>()
  let hearing: ReturnType<typeof setTimeout> | undefined

  async function fetchPage(cursor: string | null, limit: number) {
    return listInbox({ ...params, cursor, limit })
  }

  /** Shows the list of these filters. `keep` leaves the rows that are there until fresh ones arrive. */
  async function load(filters: Filters, keep = false): Promise<void> {
    params = toParams(filters)
    const key = JSON.stringify(params)
    const same = key === shown
    const mine = ++run
    if (!same) items.value = []
    heard = new Map()
    loading.value = true
    error.value = null
    loadingMore.value = false
    try {
      const limit = same && keep ? Math.min(MOST, Math.max(PAGE, items.value.length)) : PAGE
      const page = await fetchPage(null, limit)
      if (mine !== run) return
      items.value = page.items
      total.value = page.total
      capped.value = page.total_capped
      nextCursor.value = page.next_cursor ?? null
      shown = key
      stale.value = false
      arrived.value = []
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
      capped.value = page.total_capped
    } catch (failure) {
      if (mine === run) error.value = toApiError(failure)
    } finally {
      if (mine === run) loadingMore.value = false
    }
  }

  /** News from the stream: rows that are shown change in place, others are counted on the pill. */
  function hear(cases: LiveCase[]): void {
    if (!isNews(items.value, cases)) return
    for (const one of cases) heard.set(one.code, one)
    clearTimeout(hearing)
    hearing = setTimeout(() => void look(), HEAR_MS)
  }

  /** Reads the rows on the screen again, without moving any; says which cases came. */
  async function reread(told: Map<string, LiveCase>): Promise<InboxItem[]> {
    const mine = run
    const page = await fetchPage(null, Math.min(MOST, Math.max(PAGE, items.value.length)))
    if (mine !== run) return []
    const before = items.value
    const known = new Set(before.map((item) => item.code))
    items.value = merged(before, page.items, told, (status) => i18n.global.t(`status.${status}`))
    total.value = page.total
    capped.value = page.total_capped
    return page.items.filter((item) => !known.has(item.code))
  }

  async function look(): Promise<void> {
    if (shown === '') return
    // What is on its way may have been read before the change.
    if (loading.value || loadingMore.value) {
      hearing = setTimeout(() => void look(), HEAR_MS)
      return
    }
    const told = heard
    heard = new Map()
    try {
      const fresh = arrivals(await reread(told), told)
      // One that came may be gone again before anybody looked.
      const before = arrived.value.filter((code) => !told.has(code))
      arrived.value = [...before, ...fresh]
    } catch {
      // Nobody asked for this: what is shown stays, and the pill offers to load it.
      stale.value = true
    }
  }

  /** After a time in which nothing was heard: rows in place, and the pill for whatever else came. */
  async function catchUp(): Promise<void> {
    if (shown === '' || loading.value || loadingMore.value) return
    const others = await reread(new Map()).catch(() => [])
    if (others.length > 0) stale.value = true
  }

  async function refreshCounts(): Promise<void> {
    const fresh = await readCounts()
    const text = JSON.stringify(fresh)
    // Rows that jump under the pointer get the wrong case opened: the person decides when.
    const known = countsOfList !== '' && countsOfList !== 'null'
    if (known && !live.value && text !== countsOfList) stale.value = true
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
    arrived.value = []
    opened.value = false
    clearTimeout(hearing)
    loading.value = false
  }

  return {
    items,
    total,
    capped,
    nextCursor,
    loading,
    loadingMore,
    error,
    counts,
    stale,
    arrived,
    live,
    opened,
    loadedAt,
    address,
    load,
    loadMore,
    hear,
    catchUp,
    refreshCounts,
    neighbour,
    next,
    clear,
  }
})
