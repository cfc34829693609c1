// One question, whoever can answer it first: the phone from its own rule set, or the server.
import { api } from '@/shared/api/client'
import { ApiError, toApiError } from '@/shared/api/errors'
import type { SortingRuling } from '@/shared/api/types'
import { currentLocale, LANG_TAGS } from '@/shared/i18n'
import type { Answer, Area } from './engine/types.ts'
import type { RulingView, Suggestion } from './engine/view.ts'
import { phone } from './local/phone'
import { askServer, tell } from './misses'
import { useSortingPack } from './pack-store'

/** An answer with the language its texts are in. */
export interface Answered<T> {
  value: T
  lang: string
  by: 'phone' | 'server'
}

/** The first that succeeds; the reason of the server where neither does. */
function firstOf<T>(server: Promise<T>, own: Promise<T | null>): Promise<T> {
  return new Promise((resolve, reject) => {
    let failures = 0
    let reason: unknown
    const fail = () => {
      failures += 1
      if (failures === 2) reject(reason)
    }
    server.then(resolve, (error: unknown) => {
      reason = error
      fail()
    })
    own.then((value) => (value === null ? fail() : resolve(value)), fail)
  })
}

const byServer = async <T>(call: Promise<T>): Promise<Answered<T>> => ({
  value: await call,
  lang: LANG_TAGS[currentLocale()],
  by: 'server',
})

async function byPhone<T>(ask: () => Promise<T>): Promise<Answered<T> | null> {
  if (!(await useSortingPack().prepare())) return null
  return { value: await ask(), lang: LANG_TAGS[await phone.textLang()], by: 'phone' }
}

export async function lookUp(query: string, area: Area): Promise<Answered<Answer>> {
  const own = () => byPhone(() => phone.answer(query, area))
  const found = useSortingPack().ready
    ? ((await own()) ?? (await byServer(askServer(query, area))))
    : await firstOf(byServer(askServer(query, area)), own())
  if (found.by === 'phone' && found.value.results.length === 0) {
    // It may know by now; and it counts what it does not.
    const theirs = await Promise.race([
      tell(query, area),
      new Promise<null>((resolve) => setTimeout(() => resolve(null), 2500)),
    ])
    if (theirs && theirs.results.length > 0)
      return { value: theirs, lang: LANG_TAGS[currentLocale()], by: 'server' }
  }
  return found
}

const SUGGESTIONS = 6

export async function suggest(query: string, area: Area): Promise<Suggestion[]> {
  const pack = useSortingPack()
  try {
    if (pack.ready) return await phone.suggest(query, area, SUGGESTIONS)
    const page = await api.get<{ items: Suggestion[] }>('/sorting/suggestions', {
      query: { q: query, limit: SUGGESTIONS },
    })
    return page.items
  } catch {
    // Suggestions are a help, not an answer.
    return []
  }
}

/** The ruling on a thing or a kind; `null` where there is none. */
export async function rulingById(id: string, area: Area): Promise<Answered<RulingView> | null> {
  const server = () =>
    byServer(
      api.get<SortingRuling>(`/sorting/rulings/${encodeURIComponent(id)}`, { query: { area } }),
    )
  const own = async () => {
    const found = await byPhone(() => phone.ruling(id, area))
    return found?.value ? (found as Answered<RulingView>) : null
  }
  try {
    if (useSortingPack().ready) return (await own()) ?? (await server())
    return await firstOf(server(), own())
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw toApiError(error)
  }
}

/** For what only the phone can make: waits for the rule set, which is fetched if it must be. */
export async function withPack<T>(ask: () => Promise<T>): Promise<Answered<T>> {
  const pack = useSortingPack()
  if (!(await pack.prepare())) {
    await pack.refresh()
    await pack.prepare()
  }
  const found = pack.ready ? await byPhone(ask) : null
  if (found) return found
  throw new ApiError({ kind: 'offline', message: '' })
}
