// Time left by the server's clock: a phone's own may be minutes off, and a place is lost in ten.
export const WARN_MS = 2 * 60_000

/** How far the server's clock is ahead of this phone's, in ms. */
export const clockOffset = (serverNow: string, phoneNow: number): number =>
  Date.parse(serverNow) - phoneNow

export type Urgency = 'calm' | 'soon' | 'over'

export interface Left {
  ms: number
  urgency: Urgency
  hours: number
  minutes: number
  seconds: number
}

export function timeLeft(until: string, offsetMs: number, phoneNow: number): Left {
  const ms = Math.max(0, Date.parse(until) - (phoneNow + offsetMs))
  // Rounded up, so that 0:00 is shown only when it is over.
  const seconds = Math.ceil(ms / 1000)
  return {
    ms,
    urgency: ms === 0 ? 'over' : ms <= WARN_MS ? 'soon' : 'calm',
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor((seconds % 3600) / 60),
    seconds: seconds % 60,
  }
}

/** `9:05`, `1:59:05` */
export function clockText({ hours, minutes, seconds }: Left): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}
