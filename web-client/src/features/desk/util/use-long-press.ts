import { onBeforeUnmount } from 'vue'

const HELD_MS = 500
/** The click that ends a long press comes at once after it. */
const CLICK_MS = 800

/** A finger that rests on something; a mouse has boxes to tick. */
export function useLongPress(held: (name: string) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let touching = false
  let pressedAt = 0

  function start(name: string) {
    touching = true
    clearTimeout(timer)
    timer = setTimeout(() => {
      pressedAt = Date.now()
      held(name)
    }, HELD_MS)
  }
  function stop() {
    touching = false
    clearTimeout(timer)
  }
  /** The phone's own menu for links would cover what the long press is for. */
  function menu(event: Event) {
    if (touching || Date.now() - pressedAt < CLICK_MS) event.preventDefault()
  }
  /** True once for the click that a long press ends with. */
  function justPressed(): boolean {
    const just = Date.now() - pressedAt < CLICK_MS
    pressedAt = 0
    return just
  }
  onBeforeUnmount(() => clearTimeout(timer))
  return { start, stop, menu, justPressed }
}
