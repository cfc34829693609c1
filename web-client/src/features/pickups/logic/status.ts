import type { Tone } from '@/shared/ui/status'
import type { PickupStatus } from '../types'

const TONES: Record<PickupStatus, Tone> = {
  waiting: 'check',
  offered: 'work',
  held: 'work',
  booked: 'new',
  collected: 'done',
  partly: 'done',
  refused: 'again',
  missed: 'again',
  cancelled: 'stop',
  expired: 'stop',
}

// A server that is newer than a cached client may know a state that this client does not.
export const toneOfStatus = (status: PickupStatus): Tone => TONES[status] ?? 'stop'

export const isOver = (status: PickupStatus): boolean =>
  ['collected', 'partly', 'refused', 'missed', 'cancelled', 'expired'].includes(status)
