import { defineStore, storeToRefs } from 'pinia'
import { computed } from 'vue'
import { api } from '@/shared/api/client'
import type { Me } from '@/shared/api/types'
import { useSession } from '@/shared/store/session'

/** The resident's side of who is signed in: making an account, and the address letters go to. */
export const useAccountStore = defineStore('account', () => {
  const session = useSession()
  const { me } = storeToRefs(session)
  const signedIn = computed(() => Boolean(me.value))

  /** Asks once; without a signal nobody counts as signed in, and the next call asks again. */
  async function load(): Promise<Me | null> {
    if (me.value !== undefined) return me.value
    return session.refresh().catch(() => null)
  }
  async function signUp(
    form: { username: string; name: string; password: string },
    intent: string,
  ) {
    session.me = await api.post<Me>('/accounts', form, { intent })
  }
  const giveEmail = (email: string) => api.put<undefined>('/me/email', { email })
  async function confirmEmail(code: string) {
    session.me = await api.post<Me>('/me/email/confirm', { code })
  }
  async function forgetEmail() {
    session.me = await api.delete<Me>('/me/email')
  }
  return {
    me,
    signedIn,
    load,
    signIn: session.signIn,
    signOut: session.signOut,
    signUp,
    giveEmail,
    confirmEmail,
    forgetEmail,
  }
})
