import { onBeforeUnmount, onMounted } from 'vue'

/** What is folded or as wide as a screen gets ready for paper, and goes back afterwards. */
export function usePrint(before: () => void, after: () => void = () => undefined): void {
  onMounted(() => {
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', after)
  })
}
