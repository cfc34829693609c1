import { onBeforeUnmount, onMounted } from 'vue'

/** Runs every `ms` while the tab is looked at, and at once when it is looked at again. */
export function usePoll(run: () => void, ms: number): void {
  let timer: ReturnType<typeof setInterval> | undefined
  let last = Date.now()

  function tick() {
    if (document.hidden) return
    last = Date.now()
    run()
  }
  function onVisible() {
    if (!document.hidden && Date.now() - last >= ms) tick()
  }
  onMounted(() => {
    timer = setInterval(tick, ms)
    document.addEventListener('visibilitychange', onVisible)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onVisible)
  })
}
