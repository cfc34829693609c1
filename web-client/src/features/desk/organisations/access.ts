import { defineStore } from 'pinia'
import { ref } from 'vue'
import { deskOrganisations } from '@/features/events/api'
import { toApiError } from '@/shared/api/errors'
import { useSession } from '@/shared/store/session'

/**
 * Whether this person decides on organisations. Which offices do is the pack's own matter, so a
 * handler's client asks the server once.
 */
export const useApprovals = defineStore('approvals', () => {
  const session = useSession()
  const allowed = ref(false)
  const waiting = ref(0)
  let askedFor = ''

  async function ask(again = false): Promise<boolean> {
    const me = session.me
    if (!me || (askedFor === me.id && !again)) return allowed.value
    if (me.role !== 'administrator' && me.role !== 'handler') {
      allowed.value = false
      return false
    }
    try {
      const page = await deskOrganisations('applied', null)
      waiting.value = page.items.length
      allowed.value = true
      askedFor = me.id
    } catch (failure) {
      allowed.value = false
      if ([403, 404].includes(toApiError(failure).status)) askedFor = me.id
    }
    return allowed.value
  }
  return { allowed, waiting, ask }
})
