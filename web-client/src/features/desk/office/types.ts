import type { components } from '@/shared/api/schema'
import type { Page } from '@/shared/api/types'
import type { PickupStatus, PickupView } from '@/features/pickups/types'

type Schemas = components['schemas']

export type Load = Schemas['SlotLoadView']
export type Template = Schemas['TemplateView']
export type TemplateBody = Schemas['SetTemplateBody']
export type RoundDay = Schemas['RoundDay']
export type Blackout = Schemas['BlackoutView']
export type NewBlackout = Schemas['NewBlackout']
export type Price = Schemas['PriceEntry']
export type NewPrice = Schemas['NewPrice']
export type CodeToCall = Schemas['CodeToCall']
export type Figures = Schemas['PickupFigures']
export type Summary = Omit<Schemas['PickupSummary'], 'status'> & { status: PickupStatus }
export type SummaryPage = Page<Summary>
export type { PickupStatus, PickupView }

export const ROUND_DAYS: RoundDay[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'make-up']
export const STATUSES: PickupStatus[] = [
  'waiting',
  'offered',
  'held',
  'booked',
  'collected',
  'partly',
  'refused',
  'missed',
  'cancelled',
  'expired',
]
