// Keeps the rule set on the phone and answers from it. It runs in a worker, or on the page where
// the browser has no workers; nothing here may touch the page.
import { getItem, putItem } from '@/shared/util/idb'
import { Index } from '../engine/index.ts'
import { FORMAT, type Area, type Lang, type Pack } from '../engine/types.ts'
import { answer, ruling, suggestions } from '../engine/view.ts'
import { browse } from './browse.ts'
import { poster } from './poster.ts'
import { makeQuiz, type Level } from './quiz.ts'

const ADDRESS = '/api/v1/sorting/pack'
const LANGS: Lang[] = ['zh', 'en', 'ko']

interface Kept {
  etag: string
  pack: Pack
}

/** What a call for a fresh rule set came to. */
export type Fetched = 'new' | 'same' | 'failed'

export class Keeper {
  private index: Index | null = null
  private lang: Lang | null = null
  /** One thing after another: two builds at once would hold two rule sets. */
  private queue: Promise<unknown> = Promise.resolve()

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work, work)
    this.queue = done.catch(() => undefined)
    return done
  }

  /** Reads the rule set that is on the phone; false where there is none. */
  prepare(lang: Lang): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.index && this.lang === lang) return true
      // Without a signal the same rules in another language are better than none.
      for (const each of [lang, ...LANGS.filter((other) => other !== lang)]) {
        const kept = await getItem<Kept>('sorting', each)
        if (kept?.pack.format !== FORMAT) continue
        // Names are in every language: the index stays, only the texts change.
        if (!this.index || this.index.pack.lang !== each) this.index = new Index(kept.pack)
        this.lang = lang
        return true
      }
      return false
    })
  }

  /** Asks the server whether there is something newer. */
  refresh(lang: Lang): Promise<Fetched> {
    return this.inTurn(async () => {
      const kept = await getItem<Kept>('sorting', lang)
      const headers: Record<string, string> = { 'Accept-Language': lang === 'zh' ? 'zh-CN' : lang }
      if (kept?.pack.format === FORMAT) headers['If-None-Match'] = kept.etag
      let pack: Pack
      let etag: string
      try {
        const response = await fetch(ADDRESS, { headers, credentials: 'omit' })
        if (response.status === 304) return 'same'
        if (!response.ok) return 'failed'
        pack = (await response.json()) as Pack
        etag = response.headers.get('ETag') ?? ''
      } catch {
        return 'failed'
      }
      // Made for a newer app than this one: the server answers until the app is renewed.
      if (pack.format !== FORMAT) return 'failed'
      if (this.index && this.lang === lang) this.index = new Index(pack)
      await putItem('sorting', lang, { etag, pack } as Kept)
      return 'new'
    })
  }

  private get ready(): Index {
    if (!this.index) throw new Error('no rule set')
    return this.index
  }

  /** The language of the texts. */
  textLang(): Lang {
    return this.ready.pack.lang
  }
  answer(query: string, area: Area) {
    return answer(this.ready, query, area, 20)
  }
  suggest(query: string, area: Area, limit: number) {
    return suggestions(this.ready, query, area, limit)
  }
  ruling(id: string, area: Area) {
    return ruling(this.ready, id, area)
  }
  browse(area: Area) {
    return browse(this.ready, area)
  }
  quiz(code: string, level: Level, area: Area) {
    return makeQuiz(this.ready, code, level, area)
  }
  poster(area: Area) {
    return poster(this.ready, area)
  }
}

/** What the page may call, by name. */
export type Calls = {
  [Name in keyof Keeper]: (
    ...args: Parameters<Keeper[Name]>
  ) => Promise<Awaited<ReturnType<Keeper[Name]>>>
}
