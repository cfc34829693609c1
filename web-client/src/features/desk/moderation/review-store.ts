import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { useSession } from '@/shared/store/session'
import { listCases, readCounts } from './api'
import type { Counts, Line, Part } from './types'

/** The moderators' queue, kept while they go from case to case. */
export const useReview = defineStore('desk-review', () => {
  const session = useSession()
  const part = ref<Part | null>(null)
  const items = shallowRef<Line[]>([])
  const next = ref<string | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  const counts = shallowRef<Counts | null>(null)
  let turn = 0

  const moderates = computed(() => ['moderator', 'administrator'].includes(session.me?.role ?? ''))
  const total = computed(() =>
    counts.value ? counts.value.cases + counts.value.appeals + counts.value.bans : 0,
  )

  async function read(wanted: Part, cursor: string | null): Promise<void> {
    const mine = (turn += 1)
    busy.value = true
    error.value = null
    if (wanted !== part.value) items.value = []
    part.value = wanted
    try {
      const page = await listCases(wanted, cursor)
      if (mine !== turn) return
      const known = cursor === null ? [] : items.value
      const ids = new Set(known.map(({ id }) => id))
      items.value = [...known, ...page.items.filter(({ id }) => !ids.has(id))]
      next.value = page.next_cursor ?? null
    } catch (failure) {
      if (mine === turn) error.value = toApiError(failure)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  const load = (wanted: Part) => read(wanted, null)
  async function more(): Promise<void> {
    if (part.value && next.value && !busy.value) await read(part.value, next.value)
  }
  async function refreshCounts(): Promise<void> {
    if (!moderates.value) return
    // A count is a help: without it the link is still there.
    counts.value = await readCounts().catch(() => counts.value)
  }

  function neighbour(id: string, step: 1 | -1): string | null {
    const at = items.value.findIndex((item) => item.id === id)
    return at < 0 ? null : (items.value[at + step]?.id ?? null)
  }
  /** Takes a decided case off the list and says which one is next. */
  async function settle(id: string): Promise<string | null> {
    if (part.value === 'decided') return null
    const at = items.value.findIndex((item) => item.id === id)
    if (at === items.value.length - 1) await more()
    items.value = items.value.filter((item) => item.id !== id)
    void refreshCounts()
    return (items.value[Math.max(0, at)] ?? items.value[0])?.id ?? null
  }
  return {
    part,
    items,
    next,
    error,
    busy,
    counts,
    moderates,
    total,
    load,
    more,
    refreshCounts,
    neighbour,
    settle,
  }
})
