// One thread: what is known of it, what waits to be sent, and news while somebody looks at it.
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { toApiError, type ApiError } from '@/shared/api/errors'
import type { ModerationRuling } from '@/shared/api/types'
import { announce } from '@/shared/ui/toast'
import { readAsk } from './api'
import { FIRST_PAUSE, pause } from './logic/waiting'
import { rulingOf, useAskOutbox } from './outbox'
import type { AskView } from './types'

export function useThread(id: string, newsWords: () => string) {
  const outbox = useAskOutbox()
  const view = shallowRef<AskView | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const rulings = ref<Record<string, ModerationRuling>>({})
  /** Without a new view a hand-over becomes due all the same. */
  const now = ref(Date.now())
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_PAUSE
  let turn = 0
  let left = false

  async function show(next: AskView): Promise<void> {
    turn += 1
    view.value = next
    error.value = null
    now.value = Date.now()
    for (const message of next.messages) {
      if (!message.mine || message.state === 'published' || message.state === 'erased') continue
      const ruling = await rulingOf(message.id)
      if (ruling) rulings.value = { ...rulings.value, [message.id]: ruling }
    }
  }

  async function load(): Promise<boolean> {
    const mine = (turn += 1)
    now.value = Date.now()
    try {
      const next = await readAsk(id)
      if (mine !== turn) return true
      const before = view.value
      const theirs = (of: AskView) => of.messages.filter((message) => !message.mine).length
      const news = before !== null && next.updated_at !== before.updated_at
      const more = before !== null && theirs(next) > theirs(before)
      await show(next)
      if (more) announce(newsWords())
      return news || more
    } catch (failure) {
      if (mine !== turn) return false
      const problem = toApiError(failure)
      // What is on the screen stays there: a lost signal is not a lost thread.
      if (!view.value || !problem.retryable) error.value = problem
      return false
    }
  }

  async function flush(): Promise<void> {
    const arrived = await outbox.flush()
    if (arrived.includes(id)) await load()
  }

  function again(ms: number): void {
    clearTimeout(timer)
    if (left || document.hidden) return
    timer = setTimeout(() => void tick(), ms)
  }
  async function tick(): Promise<void> {
    await flush()
    wait = pause(wait, await load())
    again(wait)
  }
  function soon(): void {
    if (document.hidden) {
      clearTimeout(timer)
      return
    }
    wait = FIRST_PAUSE
    void tick()
  }
  async function send(text: string): Promise<void> {
    await outbox.add(id, text)
    await flush()
    wait = FIRST_PAUSE
    again(wait)
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', soon)
    window.addEventListener('online', soon)
    void tick()
  })
  onBeforeUnmount(() => {
    left = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', soon)
    window.removeEventListener('online', soon)
  })
  return { view, error, rulings, now, outbox, load: soon, show, send, flush }
}
