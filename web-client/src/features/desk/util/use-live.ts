import { onBeforeUnmount, onMounted } from 'vue'
import { LIVE_URL } from '../inbox/api'
import type { LiveCase } from '../inbox/types'
import { readCases, retryIn } from '../logic/live'

/** Four windows of a person may listen: one that nobody looks at gives its place up. */
const HIDDEN_MS = 60_000

interface Listener {
  cases: (cases: LiveCase[]) => void
  /** Too much changed to name. */
  reset: () => void
  /** The stream stands again after a time in which nothing was heard. */
  back: () => void
  /** Whether the stream stands; else the list is looked at now and then. */
  state: (live: boolean) => void
}

/** Listens to changes while the page is shown; silently comes back after a break. */
export function useLive(listener: Listener): void {
  let source: EventSource | null = null
  let failures = 0
  let missed = false
  let again: ReturnType<typeof setTimeout> | undefined
  let hidden: ReturnType<typeof setTimeout> | undefined

  function close() {
    clearTimeout(again)
    source?.close()
    source = null
    listener.state(false)
  }
  function open() {
    if (source || typeof EventSource !== 'function') return
    clearTimeout(again)
    const mine = (source = new EventSource(LIVE_URL))
    mine.addEventListener('ready', () => {
      failures = 0
      listener.state(true)
      if (missed) listener.back()
      missed = false
    })
    mine.addEventListener('cases', (event) => {
      const cases = readCases((event as MessageEvent<string>).data)
      if (cases.length > 0) listener.cases(cases)
    })
    mine.addEventListener('reset', () => listener.reset())
    mine.onerror = () => {
      listener.state(false)
      // The browser opens a stream that ended by itself, with the last id; one that was refused it
      // gives up.
      if (mine.readyState !== EventSource.CLOSED || source !== mine) return
      source = null
      missed = true
      failures += 1
      again = setTimeout(open, retryIn(failures))
    }
  }
  function onVisible() {
    clearTimeout(hidden)
    if (!document.hidden) return open()
    hidden = setTimeout(() => {
      missed = true
      close()
    }, HIDDEN_MS)
  }
  onMounted(() => {
    document.addEventListener('visibilitychange', onVisible)
    if (!document.hidden) open()
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onVisible)
    clearTimeout(hidden)
    close()
  })
}
