import { onBeforeUnmount, onMounted } from 'vue'

/**
 * Writes down what is half written when the page is left in whatever way: for another page, closed, or
 * sent to the background, from where many phones end it without another word.
 */
export function useKeep(keep: () => void): void {
  const onHidden = () => {
    if (document.visibilityState === 'hidden') keep()
  }
  onMounted(() => {
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', onHidden)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', keep)
    document.removeEventListener('visibilitychange', onHidden)
    keep()
  })
}
