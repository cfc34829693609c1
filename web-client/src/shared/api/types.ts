// The one place that names the server's types for the rest of the client.
export interface Named {
  id: string
  name: string
}

export interface LngLat {
  lng: number
  lat: number
}

export type Datum = 'wgs84' | 'gcj02' | 'bd09'
export type Accuracy = 'approximate' | 'surveyed'

export interface Community {
  code: string
  name: string
  kind: 'community' | 'village'
}

export interface Township {
  code: string
  name: string
  kind: 'subdistrict' | 'town'
  accuracy: Accuracy
  seat: LngLat | null
  area: GeoJSON.Geometry | null
  communities: Community[]
}

export interface Question {
  id: string
  text: string
  options: { id: string; text: string }[]
}

export interface Category {
  id: string
  name: string
  words: string
  icon: string
  urgent: boolean
  clause: string
  deadline_hours: number
  around_the_clock: boolean
  questions: Question[]
}

export interface District {
  id: string
  name: string
  bbox: [number, number, number, number]
  outline: GeoJSON.Geometry
  approval_number: string | null
  border_margin_m: number
  tiles: { url: string; attribution: string; datum: Datum } | null
  townships: Township[]
  offices: Named[]
  categories: Category[]
}

export interface Routing {
  lead: Named
  assisting: Named[]
  alerted: Named[]
  township: { code: string; name: string; accuracy: Accuracy; confirmed: boolean } | null
  ground: 'urban' | 'village'
  border: 'inside' | 'near' | 'outside'
  neighbour: { name: string } | null
  clause: string
  reasons: string[]
  urgent: boolean
  rule: string
  due_at: string
}

export interface UploadedPhoto {
  id: string
  width: number
  height: number
  thumbnail_url: string
  url: string
  taken_at: string | null
  gps_hint: LngLat | null
}

export type Status =
  | 'received'
  | 'dispatched'
  | 'accepted'
  | 'handled'
  | 'closed'
  | 'returned'
  | 'extended'
  | 'suspended'
  | 'rejected'
  | 'merged'
  | 'reopened'

export interface SimilarReport {
  code: string
  category: Named
  status: Status
  status_text: string
  distance_m: number | null
  same_picture: boolean
  created_at: string
  thumbnail_url: string | null
  reporters: number
  description: string
}

export interface Contact {
  name?: string | null
  phone?: string | null
  email?: string | null
}

export interface NewReport extends LngLat {
  category: string
  description: string
  accuracy_m?: number
  datum?: Datum
  township?: string
  community?: string
  address?: string
  photo_ids: string[]
  answers?: Record<string, string>
  contact?: Contact
  anonymous: boolean
  private?: boolean
}

export interface ReportReceipt {
  code: string
  secret: string
  status: Status
  status_text: string
  routing: Routing
  url: string
}

export interface ReportPhoto {
  id: string
  url: string
  thumbnail_url: string
  purpose: 'report' | 'after'
  width: number
  height: number
  taken_at: string | null
}

export interface HistoryStep {
  at: string
  kind: string
  status: Status
  status_text: string
  text: string
  note: string | null
  office: Named | null
  photo_ids: string[]
}

export interface Feedback {
  resolved: boolean | null
  score: number
  comment: string | null
}

export interface OwnView {
  role: 'reporter' | 'follower'
  contact: Contact | null
  can_add_photos: boolean
  can_withdraw: boolean
  can_dispute: boolean
  can_feedback: boolean
  feedback: Feedback | null
}

export interface ReportView {
  code: string
  category: Named & { icon: string }
  status: Status
  status_text: string
  urgent: boolean
  private: boolean
  description: string
  location: LngLat
  location_approximate: boolean
  township: { code: string; name: string } | null
  community: { code: string; name: string } | null
  address: string | null
  photos: ReportPhoto[]
  lead: Named
  assisting: Named[]
  reasons: string[]
  clause: string
  created_at: string
  due_at: string | null
  overdue: boolean
  closed_at: string | null
  reporters: number
  merged_into: string | null
  history: HistoryStep[]
  own: OwnView | null
}

export interface ReportListItem {
  code: string
  category: Named & { icon: string }
  status: Status
  status_text: string
  urgent: boolean
  location: LngLat
  location_approximate: boolean
  township: { code: string; name: string } | null
  lead: Named
  created_at: string
  closed_at: string | null
  thumbnail_url: string | null
  description: string
  reporters: number
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export type Role =
  'resident' | 'handler' | 'coordinator' | 'verifier' | 'moderator' | 'editor' | 'administrator'

export interface Me {
  id: string
  username: string
  name: string
  role: Role
  office: Named | null
  roles_text: string
}
