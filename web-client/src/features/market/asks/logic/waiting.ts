// Messages that were written and are not with the server yet.
import type { ApiError } from '@/shared/api/errors'
import { randomId } from '@/shared/util/random'

export interface WaitingMessage {
  /** Its Idempotency-Key: sent twice, it arrives once. */
  key: string
  ask: string
  /** Who wrote it: a phone is lent, and another's words are not sent in one's name. */
  by: string
  text: string
  at: string
  /** Why the server will not take it as it is; empty while it only waits. */
  refused: string
}

export const waitingMessage = (
  ask: string,
  by: string,
  text: string,
  now: Date,
  newKey = randomId,
): WaitingMessage => ({
  key: newKey(),
  ask,
  by,
  text: text.trim(),
  at: now.toISOString(),
  refused: '',
})

/** What may be sent now, oldest first: nothing passes one that waits before it. */
export const toSend = (all: WaitingMessage[], by: string): WaitingMessage[] =>
  all
    .filter((message) => message.by === by && message.refused === '')
    .sort((a, b) => (a.at < b.at ? -1 : 1))

/** After a failed try: kept as it is where another try may do, else with the reason. */
export const afterFailure = (message: WaitingMessage, error: ApiError): WaitingMessage =>
  error.retryable || error.status === 401
    ? message
    : { ...message, refused: error.field('text') ?? error.message }

const FIRST_MS = 15_000
const LAST_MS = 120_000

/** When to ask for news again: soon after news, ever later while nothing comes. */
export const pause = (before: number, news: boolean): number =>
  news ? FIRST_MS : Math.min(Math.round(before * 1.3), LAST_MS)
export const FIRST_PAUSE = FIRST_MS
