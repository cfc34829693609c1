import { beforeEach, describe, expect, it } from 'vitest'
import { deleteItem, getItem, putItem } from '@/shared/util/idb'
import type { Device } from '../types'
import {
  dayKey,
  deviceOf,
  devices,
  forgetOld,
  keepDevice,
  readSetUp,
  setUpHash,
  workKey,
} from './devices'
import { emptyWork, record, type Work } from './queue'

const event = '019ab3c4-0000-7000-8000-000000000001'
const device = (n: number, part: Partial<Device> = {}): Device => ({
  event,
  id: `019ab3c4-0000-7000-8000-00000000000${n}`,
  name: '2号桌',
  token: 'tok-en_&=#1',
  ...part,
})
const step = (id: string) => ({
  id,
  at: '',
  action: { kind: 'people', count: 1 } as const,
  about: '',
})
const work = (...ids: string[]) => record(emptyWork(), ids.map(step))

beforeEach(async () => {
  for (const key of ['devices', workKey(device(1)), workKey(device(2))])
    await deleteItem('event_days', key)
})

describe('a device', () => {
  it('is set up by the fragment of a link', () => {
    const hash = setUpHash(device(1))
    expect(hash).not.toContain('&=#1')
    expect(readSetUp(event, hash)).toEqual(device(1))
  })

  it.each(['', '#d=x&t=y&n=z', `#d=${device(1).id}&n=z`, `#d=${device(1).id}&t=%E0%A4%A&n=z`])(
    '%j sets up nothing',
    (hash) => expect(readSetUp(event, hash)).toBeNull(),
  )

  it('is one for each event, and takes over what the one before did not hand in', async () => {
    await keepDevice(device(1))
    await putItem('event_days', workKey(device(1)), work('a', 'b'))
    await keepDevice(device(3, { event: `${event.slice(0, -1)}9` }))
    await keepDevice(device(2))
    expect((await deviceOf(event))?.id).toBe(device(2).id)
    expect(await devices()).toHaveLength(2)
    expect(await getItem('event_days', workKey(device(1)))).toBeUndefined()
    const taken = await getItem<Work>('event_days', workKey(device(2)))
    expect(taken?.ops.map(({ op }) => [op.id, op.seq])).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it('set up a second time by the same link keeps its work', async () => {
    await keepDevice(device(1))
    await putItem('event_days', workKey(device(1)), work('a'))
    await keepDevice(device(1))
    expect((await getItem<Work>('event_days', workKey(device(1))))?.ops).toHaveLength(1)
  })

  it('leaves the phone long after its day, but not with work that was never handed in', async () => {
    for (const n of [1, 2]) {
      const each = device(n, { event: `${event.slice(0, -1)}${n}` })
      await keepDevice(each)
      await putItem('event_days', dayKey(each), { read_at: 0 })
    }
    await putItem('event_days', workKey(device(2)), work('a'))
    await forgetOld(61 * 24 * 3_600_000)
    expect((await devices()).map(({ id }) => id)).toEqual([device(2).id])
  })
})
