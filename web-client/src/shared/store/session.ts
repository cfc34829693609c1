import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '@/shared/api/client'
import { ApiError } from '@/shared/api/errors'
import type { Me } from '@/shared/api/types'

/** Who is signed in, by the HttpOnly cookie. `undefined` means not asked yet. */
export const useSession = defineStore('session', () => {
  const me = ref<Me | null | undefined>(undefined)

  async function refresh(): Promise<Me | null> {
    try {
      me.value = await api.get<Me>('/me')
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      me.value = null
    }
    return me.value ?? null
  }
  async function signIn(username: string, password: string): Promise<Me> {
    me.value = await api.post<Me>('/sessions', { username, password })
    return me.value
  }
  async function signOut(): Promise<void> {
    await api.delete('/sessions/current')
    me.value = null
  }
  return { me, refresh, signIn, signOut }
})
