import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { FIRST_PAUSE, afterFailure, pause, toSend, waitingMessage } from './waiting'

const message = (key: string, at: string, by = 'wang') =>
  waitingMessage('a1', by, ' 还在吗？ ', new Date(at), () => key)

describe('a message that waits', () => {
  it('goes in the order of writing and in the writer’s name only', () => {
    const all = [
      message('k2', '2026-11-20T08:01:00Z'),
      message('k1', '2026-11-20T08:00:00Z'),
      message('k3', '2026-11-20T07:00:00Z', 'li'),
    ]
    expect(toSend(all, 'wang').map(({ key, text }) => [key, text])).toEqual([
      ['k1', '还在吗？'],
      ['k2', '还在吗？'],
    ])
  })

  it('keeps its key until it is sent, and says why it is not taken', () => {
    const one = message('k1', '2026-11-20T08:00:00Z')
    expect(afterFailure(one, new ApiError({ kind: 'offline', message: '' }))).toEqual(one)
    expect(afterFailure(one, new ApiError({ kind: 'http', status: 401, message: '' }))).toEqual(one)
    const refused = afterFailure(
      one,
      new ApiError({ kind: 'http', status: 403, message: '已拉黑' }),
    )
    expect(refused).toEqual({ ...one, refused: '已拉黑' })
    expect(toSend([refused], 'wang')).toEqual([])
  })
})

it('asks less and less often while nothing comes', () => {
  let wait = FIRST_PAUSE
  for (let n = 0; n < 20; n += 1) wait = pause(wait, false)
  expect(wait).toBe(120_000)
  expect(pause(wait, true)).toBe(15_000)
})
