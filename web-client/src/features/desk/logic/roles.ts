import type { Role } from '@/shared/api/types'
import type { StaffRole } from '../types'

export const STAFF_ROLES: StaffRole[] = [
  'handler',
  'coordinator',
  'verifier',
  'moderator',
  'editor',
  'administrator',
]

export function isStaff(role: Role): role is StaffRole {
  return role !== 'resident'
}

/** A handler sees the cases of one office, so an account without an office would see nothing. */
export const needsOffice = (role: StaffRole): boolean => role === 'handler'

/** Pickups, figures, targets and hotspots are for those who plan, and those who look on. */
export const isPlanner = (role: Role | undefined): boolean =>
  role === 'handler' || role === 'coordinator' || role === 'administrator'
