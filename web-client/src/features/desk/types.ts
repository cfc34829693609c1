// The desk's names for the types of the server's document.
import type { Role } from '@/shared/api/types'
import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type StaffRole = Exclude<Role, 'resident'>
export type CaseItem = Schemas['CaseSummary']
export type CaseList = Schemas['CasePage']
export type Counts = Schemas['Counts']
export type CasePhoto = Schemas['CasePhoto']
export type ShieldRegion = Schemas['ShieldRegion']
export type CaseEvent = Schemas['CaseEvent']
export type CaseView = Schemas['CaseView']
export type SimilarCase = Schemas['Similar']
export type CaseAction = Schemas['ActionView']
export type StaffMember = Schemas['StaffView']

export type CaseActionName = CaseAction['action']
/** Steps on one photo are allowed by role alone. */
export type PhotoActionName = 'hide_photo' | 'show_photo' | 'shield_photo'
export type ActionName = CaseActionName | PhotoActionName

/** One body for all steps: each takes the version and a choice of the rest. */
export type ActionBody = Schemas['Accept'] &
  Partial<
    Schemas['Return'] &
      Schemas['HandOver'] &
      Schemas['Reclassify'] &
      Schemas['Handle'] &
      Schemas['Verify'] &
      Schemas['Dispatch'] &
      Schemas['Extend'] &
      Schemas['Suspend'] &
      Schemas['Merge'] &
      Schemas['PhotoVisibility'] &
      Pick<Schemas['PhotoShield'], 'regions'> &
      Pick<Schemas['Note'], 'public'>
  >

export type StaffInput = Schemas['ChangeStaff'] & Partial<Pick<Schemas['NewStaff'], 'username'>>
