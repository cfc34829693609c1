import { defineStore } from 'pinia'
import { ref } from 'vue'
import { currentLocale } from '@/shared/i18n'
import { tellWaiting } from './misses'
import { phone } from './local/phone'

/** Another look at the server is worth it after this long. */
const FRESH_MS = 30_000

/** The rule set on this phone: fetched in the background, asked for news now and then. */
export const useSortingPack = defineStore('sorting-pack', () => {
  /** Counts the rule sets that arrived, so that an open answer is given again. */
  const renewed = ref(0)
  const ready = ref(false)
  const askedAt = new Map<string, number>()
  let started = false

  /** Fetches what is newer, in the language of the moment. */
  async function refresh(): Promise<void> {
    const locale = currentLocale()
    if (navigator.onLine === false) return
    askedAt.set(locale, Date.now())
    const fetched = await phone.refresh(locale).catch(() => 'failed')
    if (fetched === 'failed') askedAt.delete(locale)
    if (fetched === 'new') renewed.value += 1
    if (fetched !== 'failed') void tellWaiting()
  }

  const stale = () => Date.now() - (askedAt.get(currentLocale()) ?? 0) > FRESH_MS

  /** Makes the phone answer, if it can; true where it does. */
  async function prepare(): Promise<boolean> {
    ready.value = await phone.prepare(currentLocale()).catch(() => false)
    return ready.value
  }

  function start(): void {
    if (!started) {
      started = true
      window.addEventListener('online', () => void refresh())
      document.addEventListener('visibilitychange', () => {
        if (!document.hidden && stale()) void refresh()
      })
    }
    if (stale()) void refresh()
  }
  return { renewed, ready, start, refresh, prepare }
})
