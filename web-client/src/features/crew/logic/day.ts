// The day as the phone keeps it, brought forward by what the server answers.
import type { CrewDay, OperationAnswer, Stop } from '../types'

export interface KeptDay {
  account: string
  name: string
  day: CrewDay
  /** By this phone's clock. */
  read_at: number
}

export function findStop(day: CrewDay | null, code: string): Stop | null {
  for (const round of day?.rounds ?? [])
    for (const stop of round.stops) if (stop.pickup.ref === code) return stop
  return null
}

export const allStops = (day: CrewDay): Stop[] => day.rounds.flatMap((round) => round.stops)

/** The states that the answers tell of, without asking for the whole day again. */
export function withAnswers(day: CrewDay, answers: OperationAnswer[]): CrewDay {
  const applied = answers.filter((answer) => answer.result === 'applied' || answer.status)
  if (applied.length === 0) return day
  const change = (stop: Stop): Stop => {
    const answer = applied.find(({ ref }) => ref === stop.pickup.ref)
    if (!answer?.status) return stop
    return { ...stop, pickup: { ...stop.pickup, status: answer.status, status_text: '' } }
  }
  return {
    ...day,
    rounds: day.rounds.map((round) => ({ ...round, stops: round.stops.map(change) })),
  }
}

/** Of a booking that is moved on after nobody was home, this day only has a trace. */
export const isOpen = (stop: Stop): boolean => stop.pickup.status === 'booked'

/** Reads a scanned or typed text: our label's address, or a reference. */
export function readLabel(text: string): { token: string } | { code: string } | null {
  const token = /\/desk\/pickups\/scan\/([A-Za-z0-9_-]{8,100})/.exec(text)
  if (token) return { token: token[1] }
  const digits = text.replace(/[\s\-‐-―－_.]/g, '')
  return /^\d{9}$/.test(digits) ? { code: digits } : null
}
