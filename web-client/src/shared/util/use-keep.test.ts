import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'
import { useKeep } from './use-keep'

afterEach(() => vi.restoreAllMocks())

describe('what is half written', () => {
  function page() {
    const keep = vi.fn()
    const app = createApp({
      setup() {
        useKeep(keep)
        return () => h('p')
      },
    })
    app.mount(document.createElement('div'))
    return { keep, leave: () => app.unmount() }
  }
  function turn(state: DocumentVisibilityState) {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('is kept when the page is hidden or closed, and not when it comes back', () => {
    const { keep, leave } = page()
    turn('visible')
    expect(keep).toHaveBeenCalledTimes(0)
    turn('hidden')
    expect(keep).toHaveBeenCalledTimes(1)
    window.dispatchEvent(new Event('pagehide'))
    expect(keep).toHaveBeenCalledTimes(2)
    leave()
  })

  it('is kept once when another page comes, and never after', () => {
    const { keep, leave } = page()
    leave()
    expect(keep).toHaveBeenCalledTimes(1)
    turn('hidden')
    window.dispatchEvent(new Event('pagehide'))
    expect(keep).toHaveBeenCalledTimes(1)
  })
})
