import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { deskOrganisations } from '@/features/events/api'
import { useSession } from '@/shared/store/session'

const MOST = 20

/**
 * Whether this person decides on organisations. Which offices do is the pack's own matter, and the
 * server answers the others with an empty list: whoever has had none has no use for the page yet.
 */
export const useApprovals = defineStore('approvals', () => {
  const session = useSession()
  const waiting = ref(0)
  const any = ref(false)
  let askedFor = ''

  const may = computed(() => ['administrator', 'handler'].includes(session.me?.role ?? ''))
  const shown = computed(() => may.value && (any.value || session.me?.role === 'administrator'))

  async function ask(): Promise<void> {
    const me = session.me
    if (!me || !may.value) return
    try {
      waiting.value = (await deskOrganisations('applied', null, MOST)).items.length
      if (waiting.value > 0) any.value = true
      else if (askedFor !== me.id)
        any.value = (await deskOrganisations(undefined, null, 1)).items.length > 0
      askedFor = me.id
    } catch {
      // A district without events, or no network: the next round asks again.
    }
  }
  return { may, shown, waiting, ask }
})
