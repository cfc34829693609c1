import type { components } from '@/shared/api/schema'
import type { PickupStatus, PickupView } from '@/features/pickups/types'

type Schemas = components['schemas']

export type Round = Omit<Schemas['Round'], 'stops'> & { stops: Stop[] }
export type Stop = Omit<Schemas['StopView'], 'pickup'> & { pickup: PickupView }
export type CrewDay = Omit<Schemas['CrewDay'], 'rounds'> & { rounds: Round[] }
export type Operation = Schemas['Operation']
export type OperationKind = Schemas['OperationKind']
export type OperationAnswer = Omit<Schemas['OperationAnswer'], 'status'> & {
  status?: PickupStatus | null
}
export type Stage = Schemas['Stage']
export type Handover = Schemas['HandoverView']
export type NewHandover = Schemas['NewHandover']
export type Scanned = Omit<Schemas['Scanned'], 'pickup'> & { pickup: PickupView }
export type CustodyRecord = Schemas['CustodyRecord']
