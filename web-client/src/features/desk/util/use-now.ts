import { onBeforeUnmount, ref, type Ref } from 'vue'

const TICK_MS = 30_000

/** The time, moving on by itself, so that a deadline that passes turns red without a reload. */
export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), TICK_MS)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
