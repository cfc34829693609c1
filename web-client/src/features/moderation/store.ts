import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import type { Ban, OwnModerationCase } from '@/shared/api/types'
import { useSession } from '@/shared/store/session'
import { listOwnBans, listOwnCases } from './api'

/** What was held or refused of what I published, and whether I may publish. */
export const useOwnModeration = defineStore('own-moderation', () => {
  const session = useSession()
  const cases = shallowRef<OwnModerationCase[] | null>(null)
  const bans = shallowRef<Ban[]>([])
  const next = ref<string | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)

  const anything = computed(() => (cases.value?.length ?? 0) > 0 || bans.value.length > 0)
  const hidden = computed(() =>
    (cases.value ?? []).some(({ state }) => state === 'open' || state === 'refused'),
  )
  const banned = computed(() => bans.value.some((ban) => ban.in_force))

  async function load(): Promise<void> {
    busy.value = true
    error.value = null
    try {
      const [page, list] = await Promise.all([listOwnCases(null), listOwnBans()])
      cases.value = page.items
      next.value = page.next_cursor ?? null
      bans.value = list.items
    } catch (failure) {
      error.value = toApiError(failure)
    } finally {
      busy.value = false
    }
  }
  async function more(): Promise<void> {
    if (!next.value || busy.value) return
    busy.value = true
    error.value = null
    try {
      const page = await listOwnCases(next.value)
      cases.value = [...(cases.value ?? []), ...page.items]
      next.value = page.next_cursor ?? null
    } catch (failure) {
      error.value = toApiError(failure)
    } finally {
      busy.value = false
    }
  }
  /** For pages that only mention it: nobody signed in, or no signal, is no news. */
  async function peek(): Promise<void> {
    const me = session.me === undefined ? await session.refresh().catch(() => null) : session.me
    if (me) await load()
    else cases.value = null
  }
  function put(ban: Ban) {
    bans.value = bans.value.map((other) => (other.id === ban.id ? ban : other))
  }
  return { cases, bans, next, error, busy, anything, hidden, banned, load, more, peek, put }
})
