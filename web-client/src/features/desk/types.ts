import type { Accuracy, LngLat, Named, Role, SimilarReport, Status } from '@/shared/api/types'

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
  township: Place | null
  community: Place | null
  address: string | null
  lead: Named
  assignee: Named | null
  created_at: string
  due_at: string | null
  overdue: boolean
  minutes_left: number | null
  reporters: number
  thumbnail_url: string | null
  returns: number
}

export interface CaseList {
  items: CaseItem[]
  next_cursor: string | null
  total: number
}

export interface Counts {
  open: number
  new: number
  overdue: number
  urgent: number
  to_verify: number
  returned: number
  closed_30d: number
  by_status: Partial<Record<Status, number>>
}

export type ActionName =
  | 'accept'
  | 'return'
  | 'hand-over'
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
  | 'hide-photo'
  | 'show-photo'

export interface CaseAction {
  action: ActionName
  needs_reason: boolean
  needs_photo: boolean
  needs_office: boolean
  needs_staff: boolean
  needs_until: boolean
  needs_case: boolean
}

export interface CasePhoto {
  id: string
  url: string
  thumbnail_url: string
  purpose: 'report' | 'after'
  width: number
  height: number
  taken_at: string | null
  original_url: string | null
  gps_distance_m: number | null
  hidden: boolean
}

export interface CaseEvent {
  at: string
  kind: string
  status: Status | null
  status_text: string
  text: string
  note: string | null
  office: Named | null
  photo_ids: string[]
  actor: { name: string; office: string | null } | null
  public: boolean
}

export interface CaseRouting {
  rule: string
  clause: string
  reasons: string[]
  border: 'inside' | 'near' | 'outside'
  ground: 'urban' | 'village'
  township: (Place & { accuracy: Accuracy; confirmed: boolean }) | null
  alerted: Named[]
}

export interface CaseView {
  code: string
  version: number
  category: CategoryTag
  status: Status
  status_text: string
  urgent: boolean
  private: boolean
  description: string
  location: LngLat
  accuracy_m: number | null
  township: Place | null
  community: Place | null
  address: string | null
  photos: CasePhoto[]
  lead: Named
  assisting: Named[]
  clause: string
  created_at: string
  due_at: string | null
  overdue: boolean
  minutes_left?: number | null
  closed_at: string | null
  reporters: number
  followers: number
  merged_into: string | null
  contact: { name: string | null; phone: string | null; email: string | null } | null
  anonymous: boolean
  answers: { question: string; answer: string }[]
  routing: CaseRouting
  assignee: Named | null
  returns: number
  final_dispatch: boolean
  paused: boolean
  history: CaseEvent[]
  similar: SimilarReport[]
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
  username: string
  name: string
  role: StaffRole
  office: Named | null
  email: string | null
  disabled: boolean
  created_at: string
}

export interface StaffInput {
  username?: string
  name?: string
  role?: StaffRole
  office?: string | null
  email?: string | null
  disabled?: boolean
  password?: string
}
