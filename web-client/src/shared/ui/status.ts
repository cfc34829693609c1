import type { Status } from '@/shared/api/types'

/** The eleven states in the six groups a resident tells apart by colour. */
export type Tone = 'new' | 'work' | 'check' | 'done' | 'stop' | 'again'

const TONES: Record<Status, Tone> = {
  received: 'new',
  dispatched: 'new',
  accepted: 'work',
  extended: 'work',
  returned: 'work',
  handled: 'check',
  closed: 'done',
  suspended: 'stop',
  rejected: 'stop',
  merged: 'stop',
  reopened: 'again',
}

// A server that is newer than a cached client may know a state that this client does not.
export const statusTone = (status: Status): Tone => TONES[status] ?? 'stop'

export const TONE_COLOURS: Record<Tone, string> = {
  new: '#1f5f8b',
  work: '#c07a00',
  check: '#5b3f9b',
  done: '#26765c',
  stop: '#6b7670',
  again: '#b3401a',
}

export const STATUS_GROUPS: { tone: Tone; statuses: Status[] }[] = (
  ['new', 'work', 'check', 'done', 'again', 'stop'] as Tone[]
).map((tone) => ({
  tone,
  statuses: (Object.keys(TONES) as Status[]).filter((status) => TONES[status] === tone),
}))
