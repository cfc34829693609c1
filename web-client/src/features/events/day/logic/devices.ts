// The devices this phone is: set up by a link whose fragment never reaches a server's log.
import { deleteItem, getItem, updateItem } from '@/shared/util/idb'
import { adopt, emptyWork, isWaiting, type Work } from './queue'
import type { Device, Kept } from '../types'

const LIST = 'devices'
export const workKey = (device: Device): string => `work:${device.id}`
export const dayKey = (device: Device): string => `day:${device.id}`
export const draftKey = (device: Device): string => `draft:${device.id}`
/** The day, 30 days to hand in, and some to look back. */
const KEEP_MS = 60 * 24 * 3_600_000

export const setUpHash = ({ id, token, name }: Omit<Device, 'event'>): string =>
  `#d=${id}&t=${encodeURIComponent(token)}&n=${encodeURIComponent(name)}`

/** What another phone gave in the link's fragment. */
export function readSetUp(event: string, hash: string): Device | null {
  const parts = new Map(
    hash
      .replace(/^#/, '')
      .split('&')
      .map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)] as const
      }),
  )
  const [id, token, name] = ['d', 't', 'n'].map((key) => parts.get(key) ?? '')
  if (!/^[0-9a-f-]{36}$/.test(id) || token === '') return null
  try {
    return { event, id, token: decodeURIComponent(token), name: decodeURIComponent(name) }
  } catch {
    return null
  }
}

export const devices = async (): Promise<Device[]> =>
  (await getItem<Device[]>('event_days', LIST)) ?? []

export const deviceOf = async (event: string): Promise<Device | null> =>
  (await devices()).find((device) => device.event === event) ?? null

/** One device for each event; what an earlier one did not hand in goes with the new one. */
export async function keepDevice(device: Device): Promise<void> {
  const old = await deviceOf(device.event)
  if (old && old.id !== device.id) {
    const left = await getItem<Work>('event_days', workKey(old))
    if (left)
      await updateItem<Work>('event_days', workKey(device), (work) =>
        adopt(work ?? emptyWork(), left),
      )
    await drop(old)
  }
  await updateItem<Device[]>('event_days', LIST, (list = []) => [
    ...list.filter(({ event }) => event !== device.event),
    device,
  ])
}

async function drop(device: Device): Promise<void> {
  await updateItem<Device[]>('event_days', LIST, (list = []) =>
    list.filter(({ id }) => id !== device.id),
  )
  for (const key of [workKey(device), dayKey(device), draftKey(device)])
    await deleteItem('event_days', key)
}

/** Days long past leave the phone; what was never handed in stays. */
export async function forgetOld(now: number): Promise<void> {
  for (const device of await devices()) {
    const kept = await getItem<Kept>('event_days', dayKey(device))
    if (!kept || now - kept.read_at < KEEP_MS) continue
    const work = await getItem<Work>('event_days', workKey(device))
    if (!work?.ops.some(isWaiting)) await drop(device)
  }
}
