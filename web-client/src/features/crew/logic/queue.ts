// What a crew has done and the server does not know yet, as pure steps: queue in, queue out.
// Each operation has an id made on this phone: sent twice, it is carried out once.
import type { UploadedPhoto } from '@/shared/api/types'
import { nextTry } from '@/shared/util/backoff'
import type { Operation, OperationAnswer } from '../types'

export type OpState = 'waiting' | 'conflict' | 'refused'

export interface QueuedPhoto {
  key: string
  intent: string
  uploaded: UploadedPhoto | null
  /** The server does not take this picture: the others go without it. */
  refused: boolean
}

export interface QueuedOp {
  /** Without its photo ids: those are known once the photos are up. */
  op: Operation
  photos: QueuedPhoto[]
  /** Whose work it is: another account on this phone must not send it. */
  account: string
  state: OpState
  /** The server's words about a conflict or a refusal. */
  detail: string
  attempts: number
  next_try_at: number
  /** Once it was on its way, its content must stay as it is. */
  sent: boolean
}

export const MAX_BATCH = 100

export function queued(op: Operation, account: string, photos: QueuedPhoto[] = []): QueuedOp {
  return {
    op,
    photos,
    account,
    state: 'waiting',
    detail: '',
    attempts: 0,
    next_try_at: 0,
    sent: false,
  }
}

/** In the order in which they happened, those whose photos are all up. */
export function ready(queue: QueuedOp[], account: string, now: number): QueuedOp[] {
  return queue
    .filter(
      (each) =>
        each.state === 'waiting' &&
        each.account === account &&
        each.next_try_at <= now &&
        each.photos.every((photo) => photo.uploaded !== null || photo.refused),
    )
    .sort((a, b) => a.op.at.localeCompare(b.op.at))
    .slice(0, MAX_BATCH)
}

export function bodyOf({ op, photos }: QueuedOp): Operation {
  const ids = photos.flatMap((photo) => (photo.uploaded ? [photo.uploaded.id] : []))
  return ids.length > 0 ? { ...op, photo_ids: ids } : op
}

export function asSent(queue: QueuedOp[], ids: string[]): QueuedOp[] {
  return queue.map((each) => (ids.includes(each.op.id) ? { ...each, sent: true } : each))
}

/** What was carried out leaves the queue; what was not stays, with the reason, until it is seen. */
export function afterAnswers(queue: QueuedOp[], answers: OperationAnswer[]): QueuedOp[] {
  return queue.flatMap((each) => {
    const answer = answers.find(({ id }) => id === each.op.id)
    if (!answer) return [each]
    if (answer.result === 'applied') return []
    const words = [answer.detail ?? '', ...(answer.errors ?? []).map(({ message }) => message)]
    return [{ ...each, state: answer.result, detail: words.filter(Boolean).join(' ') }]
  })
}

/** No answer arrived: the same ids go again, after a while. */
export function afterFailure(
  queue: QueuedOp[],
  ids: string[],
  now: number,
  retryAfterSeconds: number | null,
): QueuedOp[] {
  return queue.map((each) => {
    if (!ids.includes(each.op.id)) return each
    const attempts = each.attempts + 1
    return { ...each, attempts, next_try_at: nextTry(attempts, now, retryAfterSeconds) }
  })
}

/** The request as a whole was refused: only the person can mend it. */
export function asRefused(queue: QueuedOp[], id: string, detail: string): QueuedOp[] {
  return queue.map((each) => (each.op.id === id ? { ...each, state: 'refused', detail } : each))
}

export const wakeUp = (queue: QueuedOp[]): QueuedOp[] =>
  queue.map((each) => ({ ...each, next_try_at: 0 }))

export const without = (queue: QueuedOp[], id: string): QueuedOp[] =>
  queue.filter((each) => each.op.id !== id)

/** The last that was done at a stop and is not known to the server: it is what the crew sees. */
export function pendingOf(queue: QueuedOp[], code: string): QueuedOp | null {
  const own = queue.filter(({ op }) => op.ref === code && op.kind !== 'photos')
  return own.length > 0 ? own[own.length - 1] : null
}

/** An outcome that was not sent yet may still be taken back. */
export const canTakeBack = (each: QueuedOp): boolean => each.state === 'waiting' && !each.sent
