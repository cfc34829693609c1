const FIRST_DELAY_MS = 5_000
const LONGEST_DELAY_MS = 2 * 60_000

/** When to send again what got no answer: later each time, never before the server asked for. */
export function nextTry(attempts: number, now: number, retryAfterSeconds: number | null): number {
  const wait = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(10, attempts - 1))
  return now + Math.max(wait, (retryAfterSeconds ?? 0) * 1000)
}
