import type { LngLat, Named, Role, Status } from '@/shared/api/types'

export type StaffRole = Exclude<Role, 'resident'>
export interface Place {
  code: string
  name: string
}
export type CategoryTag = Named & { icon: string }

export interface CaseItem {
  code: string
  category: CategoryTag
  status: Status
  status_text: string
  urgent: boolean
  description: string
  township?: Place | null
  community?: Place | null
  address: string
  lead: Named
  assignee?: Named | null
  created_at: string
  due_at?: string | null
  overdue: boolean
  /** Of working time, or of any time for an urgent case; null while the clock stands. */
  minutes_left?: number | null
  deadline_minutes: number
  reporters: number
  thumbnail_url?: string | null
  returns: number
  verified: boolean
}

export interface CaseList {
  items: CaseItem[]
  next_cursor?: string | null
  total: number
}

export interface Counts {
  open: number
  new: number
  overdue: number
  urgent: number
  to_verify: number
  returned: number
  mine: number
  neighbour: number
  closed_30d: number
}

/** What the server lists for a case. */
export type CaseActionName =
  | 'accept'
  | 'return'
  | 'hand_over'
  | 'note'
  | 'handle'
  | 'verify'
  | 'close'
  | 'dispatch'
  | 'reject'
  | 'extend'
  | 'suspend'
  | 'resume'
  | 'merge'
  | 'reopen'

/** Steps on one photo are allowed by role alone. */
export type PhotoActionName = 'hide_photo' | 'show_photo'
export type ActionName = CaseActionName | PhotoActionName

export interface CaseAction {
  action: CaseActionName
  needs_reason: boolean
  needs_photo: boolean
  needs_office: boolean
  needs_staff: boolean
  needs_until: boolean
  needs_hours: boolean
  needs_case: boolean
}

export interface CasePhoto {
  id: string
  url: string
  thumbnail_url: string
  original_url: string
  /** Evidence came with a note or a check. */
  purpose: 'report' | 'after' | 'evidence'
  width: number
  height: number
  taken_at?: string | null
  uploaded_at: string
  gps_distance_m?: number | null
  hidden: boolean
}

export interface CaseEvent {
  at: string
  kind: string
  status: Status
  status_text: string
  text: string
  note?: string | null
  office?: Named | null
  actor?: string | null
  public: boolean
  photo_ids: string[]
}

export interface CaseRouting {
  rule: string
  clause: string
  reasons: string[]
  border: 'inside' | 'near' | 'outside'
  ground: 'urban' | 'village'
  township?: (Place & { accuracy: string; confirmed: boolean }) | null
  alerted: Named[]
  neighbour?: string | null
}

export interface SimilarCase {
  code: string
  category: Named
  status: Status
  status_text: string
  distance_m?: number | null
  same_picture: boolean
  created_at: string
  thumbnail_url?: string | null
  reporters: number
  description: string
}

export interface CaseView {
  code: string
  version: number
  category: CategoryTag
  status: Status
  status_text: string
  urgent: boolean
  private: boolean
  anonymous: boolean
  description: string
  location: LngLat
  accuracy_m?: number | null
  township?: Place | null
  community?: Place | null
  address: string
  answers: { question: string; answer: string }[]
  contact?: { name?: string | null; phone?: string | null; email?: string | null } | null
  reporters: number
  photos: CasePhoto[]
  lead: Named
  assisting: Named[]
  routing: CaseRouting
  assignee?: Named | null
  returns: number
  final_dispatch: boolean
  created_at: string
  due_at?: string | null
  overdue: boolean
  minutes_left?: number | null
  paused: boolean
  suspended_until?: string | null
  handled_office?: Named | null
  verified_at?: string | null
  closed_at?: string | null
  merged_into?: string | null
  history: CaseEvent[]
  similar: SimilarCase[]
  actions: CaseAction[]
}

export interface ActionBody {
  version: number
  reason?: string
  note?: string
  office?: string
  staff_id?: string
  photo_ids?: string[]
  passed?: boolean
  public?: boolean
  final?: boolean
  until?: string
  hours?: number
  into?: string
  photo_id?: string
}

export interface StaffMember {
  id: string
  name: string
  role: Role
  role_name: string
  office?: Named | null
  /** Only administrators are told the rest. */
  username?: string | null
  email?: string | null
  disabled: boolean
  created_at?: string | null
}

export interface StaffInput {
  username?: string
  name?: string
  role?: StaffRole
  /** Empty: none. */
  office?: string
  email?: string
  disabled?: boolean
  password?: string
}
