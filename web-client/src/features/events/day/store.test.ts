import { createPinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { getItem } from '@/shared/util/idb'
import { workKey } from './logic/devices'
import type { Work } from './logic/queue'
import { useDay } from './store'
import type { Answer, Device, Operation } from './types'

const device: Device = {
  event: '019ab3c4-0000-7000-8000-000000000001',
  id: '019ab3c4-0000-7000-8000-00000000000a',
  name: '1号桌',
  token: 'token',
}
const counts = { people: 0, books_in: 0, books_out: 0, at_hand: 0, things: 0, kg: 0 }

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** A server behind a network that loses requests, and answers on their way back. */
function server(random: () => number, lost: { now: number }) {
  const kept = new Map<string, Operation>()
  const used = new Set<number>()
  const json = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
  const people = () =>
    Array.from(kept.values()).reduce((sum, op) => sum + (op.kind === 'people' ? op.count : 0), 0)
  const carryOut = (op: Operation): Answer => {
    const known = kept.get(op.id)
    if (known) {
      const same = JSON.stringify(known) === JSON.stringify(op)
      if (!same) return { id: op.id, result: 'refused', reason: 'id_reused', repeated: false }
      return { id: op.id, result: 'applied', reason: null, repeated: true }
    }
    if (used.has(op.seq))
      return { id: op.id, result: 'refused', reason: 'seq_reused', repeated: false }
    kept.set(op.id, op)
    used.add(op.seq)
    return { id: op.id, result: 'applied', reason: null, repeated: false }
  }
  const answer = (url: string, init?: RequestInit): Response => {
    if (url.includes('/events/catalogue')) return json(200, { conditions: [], formats: [] })
    if (url.includes('/operations')) {
      const { operations } = JSON.parse(String(init?.body)) as { operations: Operation[] }
      expect(operations.length).toBeLessThanOrEqual(100)
      const answers = operations.map(carryOut)
      return json(200, { answers, arrived: kept.size, highest_seq: Math.max(0, ...used) })
    }
    return json(200, {
      id: device.event,
      kind: { does: ['things'] },
      cursor: kept.size,
      more: false,
      books: [],
      balances: [],
      titles: [],
      stalls: [],
      counts: { ...counts, people: people() },
    })
  }
  const fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    if (random() < lost.now) throw new TypeError('request lost')
    const response = answer(url, init)
    if (random() < lost.now) throw new TypeError('answer lost')
    return response
  }
  return { fetch, kept, used, people }
}

afterEach(() => vi.unstubAllGlobals())

describe('two tabs of one device and a network that comes and goes', () => {
  it.each([1, 7, 42])('lose and double nothing (%i)', async (seed) => {
    const random = chance(seed)
    const lost = { now: 0.4 }
    const there = server(random, lost)
    vi.stubGlobal('fetch', there.fetch)
    const mine = { ...device, id: `${device.id.slice(0, -2)}${String(seed).padStart(2, '0')}` }
    const tabs = [0, 1].map(() => {
      // Each tab has its own.
      sessionStorage.clear()
      return useDay(createPinia())
    })
    for (const tab of tabs) await tab.setUp(mine)
    let done = 0
    for (let n = 0; n < 150; n += 1) {
      const tab = tabs[random() < 0.5 ? 0 : 1]
      await tab.act([{ action: { kind: 'people', count: 1 }, about: '+1' }])
      done += 1
      if (random() < 0.1) await Promise.all(tabs.map((each) => each.syncNow()))
    }
    lost.now = 0
    for (let n = 0; n < 20; n += 1) for (const tab of tabs) await tab.syncNow()
    expect(there.kept.size).toBe(done)
    expect(Array.from(there.used).sort((a, b) => a - b)).toEqual(
      Array.from({ length: done }, (_, n) => n + 1),
    )
    await tabs[0].load(mine.event)
    expect(tabs[0].waiting).toBe(0)
    expect(tabs[0].missing).toBe(0)
    // Shown once, whether it is in the snapshot or still on top of it.
    expect(tabs[0].day?.counts.people).toBe(done)
    const work = await getItem<Work>('event_days', workKey(mine))
    expect(work?.seq).toBe(done)
  })

  it('does not wait for the page that was there before a reload', async () => {
    const there = server(() => 1, { now: 0 })
    let hangs = true
    vi.stubGlobal('fetch', (url: string, init?: RequestInit) =>
      hangs ? new Promise(() => undefined) : there.fetch(url, init),
    )
    const event = `${device.event.slice(0, -1)}3`
    const left = useDay(createPinia())
    await left.setUp({ ...device, event, id: `${device.id.slice(0, -1)}d` })
    await left.act([{ action: { kind: 'people', count: 1 }, about: '+1' }])
    await vi.waitFor(() => expect(left.work.lease).not.toBeNull())
    hangs = false
    const again = useDay(createPinia())
    await again.load(event)
    await again.syncNow()
    expect(again.waiting).toBe(0)
    expect(again.day?.counts.people).toBe(1)
  })

  it('keeps everything when the device is revoked, and hands it in under a new token', async () => {
    const there = server(() => 1, { now: 0 })
    let revoked = true
    vi.stubGlobal('fetch', (url: string, init?: RequestInit) =>
      revoked
        ? Promise.resolve(new Response('{"title":"Forbidden"}', { status: 403 }))
        : there.fetch(url, init),
    )
    const desk = useDay(createPinia())
    const event = `${device.event.slice(0, -1)}2`
    await desk.setUp({ ...device, event, id: `${device.id.slice(0, -1)}b` })
    await desk.act([{ action: { kind: 'people', count: 2 }, about: '+2' }])
    await vi.waitFor(() => expect(desk.revoked).toBe(true))
    expect(desk.waiting).toBe(1)
    revoked = false
    await desk.setUp({ ...device, event, id: `${device.id.slice(0, -1)}c`, token: 'new' })
    expect(desk.waiting).toBe(1)
    await desk.syncNow()
    expect(desk.waiting).toBe(0)
    expect(there.people()).toBe(2)
  })
})
