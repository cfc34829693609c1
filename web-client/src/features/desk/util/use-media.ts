import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useMedia(text: string): Ref<boolean> {
  const query = window.matchMedia(text)
  const fits = ref(query.matches)
  const update = () => (fits.value = query.matches)
  // Safari before 14 has only the old name.
  if (query.addEventListener) query.addEventListener('change', update)
  else query.addListener(update)
  onBeforeUnmount(() => {
    if (query.removeEventListener) query.removeEventListener('change', update)
    else query.removeListener(update)
  })
  return fits
}
