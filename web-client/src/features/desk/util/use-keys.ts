import { onBeforeUnmount, onMounted } from 'vue'

/** Single-key shortcuts; never while somebody types, holds a modifier or has a dialog open. */
export function useKeys(keys: Record<string, () => void>): void {
  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (document.querySelector('.d-dialog')) return
    const target = event.target as HTMLElement | null
    if (target && (/^(input|textarea|select)$/i.test(target.tagName) || target.isContentEditable)) {
      return
    }
    const run = keys[event.key]
    if (!run) return
    event.preventDefault()
    run()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
