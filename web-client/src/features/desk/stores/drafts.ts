import { defineStore } from 'pinia'
import { useSession } from '@/shared/store/session'
import type { Values } from '../logic/actions'

/** What was typed in a sheet that was closed, or interrupted by signing in again. */
export const useDrafts = defineStore('desk-drafts', () => {
  const session = useSession()
  const kept = new Map<string, Values>()
  let owner = ''
  const key = (code: string, action: string) => `${code}/${action}`

  // The next person at the same PC must not find another's words in a sheet.
  function own() {
    const id = session.me?.id
    if (!id || id === owner) return
    kept.clear()
    owner = id
  }

  return {
    take(code: string, action: string): Values | undefined {
      own()
      return kept.get(key(code, action))
    },
    keep(code: string, action: string, values: Values) {
      own()
      kept.set(key(code, action), { ...values, photo_ids: [] })
    },
    drop(code: string, action: string) {
      kept.delete(key(code, action))
    },
  }
})
