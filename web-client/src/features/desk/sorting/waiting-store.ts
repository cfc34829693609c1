import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useSession } from '@/shared/store/session'
import { readWaiting, type Waiting } from './api'

/** What waits for the editors; shown at the desk's navigation. */
export const useWaiting = defineStore('desk-sorting-waiting', () => {
  const session = useSession()
  const counts = shallowRef<Waiting | null>(null)
  const edits = computed(() => {
    const role = session.me?.role
    return role === 'editor' || role === 'administrator'
  })
  const total = computed(() =>
    counts.value ? counts.value.misses + counts.value.flags + counts.value.changes : 0,
  )
  async function refresh(): Promise<void> {
    if (!edits.value) return
    // A count is a help: without it the link is still there.
    counts.value = await readWaiting().catch(() => counts.value)
  }
  return { counts, edits, total, refresh }
})
