import { onBeforeUnmount, ref, type Ref } from 'vue'

/** Room for a table. */
const WIDE = '(min-width: 1000px)'

export function useWide(): Ref<boolean> {
  const query = window.matchMedia(WIDE)
  const wide = ref(query.matches)
  const update = () => (wide.value = query.matches)
  // Safari before 14 has only the old name.
  if (query.addEventListener) query.addEventListener('change', update)
  else query.addListener(update)
  onBeforeUnmount(() => {
    if (query.removeEventListener) query.removeEventListener('change', update)
    else query.removeListener(update)
  })
  return wide
}
