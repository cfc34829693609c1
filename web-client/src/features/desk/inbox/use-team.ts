// Sharing the work of an office: who has how much, and taking the next case oneself.
import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { newIntent } from '@/shared/api/client'
import { toApiError } from '@/shared/api/errors'
import { useNotices } from '../stores/notices'
import { listWorkloads, takeNext } from './api'
import type { Workload } from './types'

export function useTeam(openCase: (code: string) => Promise<unknown>) {
  const { t } = useI18n()
  const notices = useNotices()
  const colleagues = shallowRef<Workload[]>([])
  const taking = ref(false)

  async function refresh() {
    // Names for chips and a help to choose; the list does without.
    const found = await listWorkloads().catch(() => null)
    if (found) colleagues.value = found.items
  }
  async function take() {
    if (taking.value) return
    taking.value = true
    try {
      const { code } = await takeNext(newIntent())
      notices.say(t('desk.list.taken'))
      await openCase(code)
    } catch (failure) {
      notices.say(toApiError(failure).message)
    } finally {
      taking.value = false
    }
  }
  return { colleagues, taking, refresh, take }
}
