// Who would be responsible, asked again whenever kind, place or answers change.
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api } from '@/shared/api/client'
import { toApiError, type ApiError } from '@/shared/api/errors'
import type { Routing } from '@/shared/api/types'

export interface RoutingQuestion {
  category: string
  lng: number
  lat: number
  township?: string
  community?: string
  answers?: Record<string, string>
}

const PAUSE_MS = 350

export function useRouting(question: () => RoutingQuestion | null) {
  const routing = shallowRef<Routing | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort: AbortController | null = null

  async function ask() {
    const asked = question()
    abort?.abort()
    if (!asked) {
      routing.value = null
      error.value = null
      busy.value = false
      return
    }
    const mine = typeof AbortController === 'function' ? new AbortController() : null
    abort = mine
    busy.value = true
    const answers = Object.entries(asked.answers ?? {})
      .map(([key, value]) => `${key}:${value}`)
      .join(',')
    try {
      const found = await api.get<Routing>('/routing', {
        query: {
          category: asked.category,
          lng: asked.lng,
          lat: asked.lat,
          datum: 'wgs84',
          township: asked.township,
          community: asked.community,
          answers,
        },
        signal: mine?.signal,
        timeoutMs: 8_000,
      })
      if (abort !== mine) return
      routing.value = found
      error.value = null
    } catch (failure) {
      if (abort !== mine || mine?.signal.aborted) return
      routing.value = null
      error.value = toApiError(failure)
    } finally {
      if (abort === mine) busy.value = false
    }
  }

  watch(
    () => JSON.stringify(question()),
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void ask(), PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    abort?.abort()
  })
  return { routing, error, busy, ask }
}
