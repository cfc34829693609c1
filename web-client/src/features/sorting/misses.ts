// What nobody could answer becomes the editors' queue at the desk. The server counts what it is
// asked itself; what the phone could not answer alone is told to it when there is a signal.
import { api } from '@/shared/api/client'
import { ApiError } from '@/shared/api/errors'
import type { SortingAnswer } from '@/shared/api/types'
import { readLocal, writeLocal } from '@/shared/util/storage'
import type { Answer, Area } from './engine/types.ts'

const KEY = 'wufei.sorting.unanswered'
const MOST = 30

type Miss = [query: string, area: Area]

function read(): Miss[] {
  try {
    const kept: unknown = JSON.parse(readLocal(KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as Miss[]) : []
  } catch {
    return []
  }
}
const write = (misses: Miss[]) =>
  writeLocal(KEY, misses.length > 0 ? JSON.stringify(misses.slice(-MOST)) : null)

export const askServer = (q: string, area: Area): Promise<Answer> =>
  api.get<SortingAnswer>('/sorting', { query: { q, area, limit: 20 } })

/** Asks the server what the phone could not answer; kept for later where it is out of reach. */
export async function tell(query: string, area: Area): Promise<Answer | null> {
  try {
    return await askServer(query, area)
  } catch (error) {
    if (error instanceof ApiError && error.kind !== 'http') write([...read(), [query, area]])
    return null
  }
}

let telling = false

export async function tellWaiting(): Promise<void> {
  if (telling || navigator.onLine === false) return
  telling = true
  try {
    for (let waiting = read(); waiting.length > 0; waiting = read()) {
      const [query, area] = waiting[0]
      await askServer(query, area).catch((error: unknown) => {
        // Refused for good is done with; no signal is not.
        if (error instanceof ApiError && error.kind !== 'http') throw error
      })
      write(read().slice(1))
    }
  } catch {
    // The next signal tells the rest.
  } finally {
    telling = false
  }
}
