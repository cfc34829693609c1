// The reports of this phone: code and secret, kept here and nowhere else.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/shared/api/client'
import { toApiError } from '@/shared/api/errors'
import type { ModerationRuling, ReportView, Routing, Status } from '@/shared/api/types'
import { allItems, askToPersist, deleteItem, putItem } from '@/shared/util/idb'

export interface MineEntry {
  code: string
  secret: string | null
  /** `reporter` or `follower` */
  role: string
  created_at: string
  category_name: string
  category_icon: string
  description: string
  status: Status
  status_text: string
  overdue: boolean
  /** The state has changed since the resident last opened the report. */
  changed: boolean
  /** The server no longer knows the code. */
  gone: boolean
  /** Where it went, as answered when it was sent. */
  routing: Routing | null
  /** Photos that the server refused while the report waited on the phone. */
  refused_photos: number
  /** What the public reads of it, as answered when it was sent. */
  moderation?: ModerationRuling | null
}

export const useMine = defineStore('mine', () => {
  const byCode = ref<Record<string, MineEntry>>({})
  let loading: Promise<void> | null = null

  const entries = computed(() =>
    Object.values(byCode.value).sort((a, b) => b.created_at.localeCompare(a.created_at)),
  )

  function load(): Promise<void> {
    loading ??= allItems<MineEntry>('mine').then((stored) => {
      const merged = { ...byCode.value }
      for (const entry of stored) merged[entry.code] ??= entry
      byCode.value = merged
    })
    return loading
  }

  async function put(entry: MineEntry): Promise<void> {
    byCode.value = { ...byCode.value, [entry.code]: entry }
    askToPersist()
    await putItem('mine', entry.code, {
      ...entry,
      routing: plain(entry.routing),
      moderation: plain(entry.moderation ?? null),
    })
  }

  async function remove(code: string): Promise<void> {
    const rest = { ...byCode.value }
    delete rest[code]
    byCode.value = rest
    await deleteItem('mine', code)
  }

  const get = (code: string): MineEntry | undefined => byCode.value[code]

  /** Takes over what the server says now; `seen` when the resident is looking at the report. */
  async function update(view: ReportView, seen: boolean): Promise<void> {
    const kept = byCode.value[view.code]
    if (!kept) return
    await put({
      ...kept,
      role: view.own?.role ?? kept.role,
      created_at: view.created_at,
      category_name: view.category.name,
      category_icon: view.category.icon,
      description: view.description,
      status: view.status,
      status_text: view.status_text,
      overdue: view.overdue,
      gone: false,
      changed: seen ? false : kept.changed || kept.status !== view.status,
    })
  }

  /** Keeps a report that came by a link or by its code. */
  async function keep(view: ReportView, secret: string | null): Promise<void> {
    const kept = byCode.value[view.code]
    // Whoever reported it can do more than a follower: joining one's own report must not lose that.
    const stays = kept?.role === 'reporter' && kept.secret !== null && view.own?.role !== 'reporter'
    await put({
      code: view.code,
      secret: stays ? kept.secret : (secret ?? kept?.secret ?? null),
      role: stays ? 'reporter' : (view.own?.role ?? kept?.role ?? 'follower'),
      created_at: view.created_at,
      category_name: view.category.name,
      category_icon: view.category.icon,
      description: view.description,
      status: view.status,
      status_text: view.status_text,
      overdue: view.overdue,
      changed: false,
      gone: false,
      routing: kept?.routing ?? null,
      refused_photos: kept?.refused_photos ?? 0,
      moderation: kept?.moderation ?? null,
    })
  }

  async function refresh(code: string): Promise<void> {
    const entry = byCode.value[code]
    if (!entry) return
    try {
      const view = await api.get<ReportView>(`/reports/${code}`, {
        secret: entry.secret ?? undefined,
      })
      await update(view, false)
    } catch (error) {
      const failure = toApiError(error)
      if (failure.status !== 404) throw failure
      await put({ ...entry, gone: true })
    }
  }

  /** One after another: a phone with many reports should not open many connections. */
  async function refreshAll(): Promise<void> {
    await load()
    for (const { code } of entries.value) await refresh(code)
  }

  return { byCode, entries, load, put, remove, get, update, keep, refresh, refreshAll }
})

function plain<T>(value: T): T {
  return value === null ? value : (JSON.parse(JSON.stringify(value)) as T)
}
