// The bookings of this phone: reference and secret are kept here and nowhere else, with the last
// that was seen of each, so that the day and the label can be read without a signal.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, toApiError } from '@/shared/api/errors'
import { allItems, askToPersist, deleteItem, putItem } from '@/shared/util/idb'
import { readMyPickups, readPickup } from '../api'
import { isOver } from '../logic/status'
import type { PickupView } from '../types'

export interface OwnPickup {
  code: string
  /** Null where it was booked by an account. */
  secret: string | null
  view: PickupView | null
  /** When the view was read, by this phone's clock. */
  read_at: number
  /** The state has changed since it was last opened. */
  changed: boolean
  gone: boolean
  /** The label's SVG, once it was shown. */
  label: string | null
}

export const useOwnPickups = defineStore('own-pickups', () => {
  const byCode = ref<Record<string, OwnPickup>>({})
  let loading: Promise<void> | null = null

  /** What is to come first, in the order of days; what is over after it, the newest first. */
  const entries = computed(() => {
    const day = (entry: OwnPickup) => entry.view?.slot.starts_at ?? ''
    const over = (entry: OwnPickup) => (entry.view ? isOver(entry.view.status) : false)
    return Object.values(byCode.value).sort((a, b) => {
      if (over(a) !== over(b)) return over(a) ? 1 : -1
      return over(a) ? day(b).localeCompare(day(a)) : day(a).localeCompare(day(b))
    })
  })

  function load(): Promise<void> {
    loading ??= allItems<OwnPickup>('pickups').then((stored) => {
      const merged = { ...byCode.value }
      for (const entry of stored) merged[entry.code] ??= entry
      byCode.value = merged
    })
    return loading
  }

  async function put(entry: OwnPickup): Promise<void> {
    byCode.value = { ...byCode.value, [entry.code]: entry }
    askToPersist()
    await putItem('pickups', entry.code, JSON.parse(JSON.stringify(entry)))
  }

  async function remove(code: string): Promise<void> {
    const rest = { ...byCode.value }
    delete rest[code]
    byCode.value = rest
    await deleteItem('pickups', code)
  }

  const get = (code: string): OwnPickup | undefined => byCode.value[code]
  const secretOf = (code: string): string | null => byCode.value[code]?.secret ?? null

  /** Before anything else is done with a new booking: its secret is told only once. */
  async function keepSecret(code: string, secret: string | null): Promise<void> {
    const known = byCode.value[code]
    await put({
      code,
      secret: secret ?? known?.secret ?? null,
      view: known?.view ?? null,
      read_at: known?.read_at ?? 0,
      changed: false,
      gone: false,
      label: known?.label ?? null,
    })
  }

  async function keepView(view: PickupView, seen: boolean): Promise<void> {
    const known = byCode.value[view.ref]
    await put({
      code: view.ref,
      secret: known?.secret ?? null,
      view,
      read_at: Date.now(),
      changed: seen
        ? false
        : known?.changed || (known?.view?.status ?? view.status) !== view.status,
      gone: false,
      label: known?.label ?? null,
    })
  }

  async function refreshOne(code: string): Promise<void> {
    const entry = byCode.value[code]
    if (!entry) return
    try {
      await keepView(await readPickup(code, entry.secret), false)
    } catch (error) {
      const failure = toApiError(error)
      if (failure.status !== 404) throw failure
      await put({ ...entry, gone: true })
    }
  }

  /** One after another: a phone with many bookings should not open many connections. */
  async function refreshAll(signedIn: boolean): Promise<void> {
    await load()
    if (signedIn) {
      try {
        for (const view of (await readMyPickups()).items) await keepView(view, false)
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error
      }
    }
    for (const { code, view, secret } of entries.value) {
      if (secret === null || (view && isOver(view.status))) continue
      await refreshOne(code)
    }
  }

  return { byCode, entries, load, put, remove, get, secretOf, keepSecret, keepView, refreshAll }
})
