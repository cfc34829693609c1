import { defineStore } from 'pinia'
import type { Values } from '../logic/actions'

/** What was typed in a sheet that was closed, or interrupted by signing in again. */
export const useDrafts = defineStore('desk-drafts', () => {
  const kept = new Map<string, Values>()
  const key = (code: string, action: string) => `${code}/${action}`

  return {
    take: (code: string, action: string) => kept.get(key(code, action)),
    keep: (code: string, action: string, values: Values) =>
      kept.set(key(code, action), { ...values, photo_ids: [] }),
    drop: (code: string, action: string) => kept.delete(key(code, action)),
    clear: () => kept.clear(),
  }
})
