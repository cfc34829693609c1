import type { Role, Status } from '@/shared/api/types'
import type { ActionBody, CaseAction, CaseActionName, CaseView } from '../types'

export type FieldName =
  | 'passed'
  | 'office'
  | 'category'
  | 'staff_id'
  | 'into'
  | 'hours'
  | 'until'
  | 'photo_ids'
  | 'note'
  | 'reason'
  | 'final'
  | 'public'

export interface Field {
  name: FieldName
  required: boolean
}

/** What moves the case on comes first, what ends or sends it away last. */
const ORDER: CaseActionName[] = [
  'accept',
  'handle',
  'verify',
  'close',
  'resume',
  'reopen',
  'hand_over',
  'note',
  'ask_resident',
  'ask_extension',
  'extend',
  'refuse_extension',
  'urge',
  'suspend',
  'dispatch',
  'reclassify',
  'merge',
  'return',
  'reject',
]
const LEADING: CaseActionName[] = ['accept', 'handle', 'verify', 'close', 'resume']
const GRAVE: CaseActionName[] = ['return', 'reject']

function rank(action: CaseActionName, status: Status): number {
  // A returned case waits for nothing but this; elsewhere it takes a case from those who work on it.
  if (action === 'dispatch' && status === 'returned') return -1
  const at = ORDER.indexOf(action)
  return at < 0 ? ORDER.length : at
}

export interface Choice {
  action: CaseAction
  weight: 'primary' | 'danger' | 'plain'
}

/** The actions in the order they are offered; at most one stands out: the step forward. */
export function choices(actions: CaseAction[], status: Status): Choice[] {
  return actions
    .slice()
    .sort((a, b) => rank(a.action, status) - rank(b.action, status))
    .map((action, at) => {
      const name = action.action
      const leads = LEADING.indexOf(name) >= 0 || (name === 'dispatch' && status === 'returned')
      if (at === 0 && leads) return { action, weight: 'primary' }
      return { action, weight: GRAVE.indexOf(name) >= 0 ? 'danger' : 'plain' }
    })
}

/** Who may hide a photo from the public, and show it again. */
export function mayHidePhotos(role: Role): boolean {
  return role === 'coordinator' || role === 'moderator' || role === 'administrator'
}

export const allows = (actions: CaseAction[], name: CaseActionName): boolean =>
  actions.some(({ action }) => action === name)

/** Nothing to ask: the button does it at once. */
export const isImmediate = (action: CaseAction): boolean => fieldsOf(action).length === 0

/** Their reason is the note itself. */
const TOLD_IN_NOTE: CaseActionName[] = ['note', 'handle', 'verify', 'close']

export function fieldsOf(action: CaseAction): Field[] {
  const fields: Field[] = []
  const add = (name: FieldName, required: boolean) => fields.push({ name, required })
  const name = action.action
  if (name === 'verify') add('passed', true)
  if (action.needs_office) add('office', true)
  if (action.needs_category) add('category', true)
  if (action.needs_staff) add('staff_id', true)
  if (action.needs_case) add('into', true)
  if (action.needs_hours) add('hours', true)
  if (action.needs_until) add('until', true)
  if (action.needs_photo || name === 'handle') add('photo_ids', action.needs_photo)
  if (TOLD_IN_NOTE.indexOf(name) >= 0) add('note', action.needs_reason)
  else if (action.needs_reason) add('reason', true)
  else if (name === 'hand_over') add('reason', false)
  if (name === 'note' || name === 'verify') add('photo_ids', false)
  if (name === 'dispatch') add('final', false)
  if (name === 'note') add('public', false)
  return fields
}

/** A check that failed is explained; one that passed may speak for itself. */
export function isRequired(field: Field, values: Pick<Values, 'passed'>): boolean {
  return field.required || (field.name === 'note' && values.passed === false)
}

export interface Values {
  passed: boolean | null
  office: string
  category: string
  staff_id: string
  into: string
  hours: string
  until: string
  note: string
  reason: string
  final: boolean
  public: boolean
  photo_ids: string[]
}

export const emptyValues = (): Values => ({
  passed: null,
  office: '',
  category: '',
  staff_id: '',
  into: '',
  hours: '',
  until: '',
  note: '',
  reason: '',
  final: false,
  public: false,
  photo_ids: [],
})

/** Message keys under `desk.action.error`, by field. */
export type Faults = Partial<Record<FieldName, string>>

export const MAX_HOURS = 400

export function validate(fields: Field[], values: Values, today: string): Faults {
  const faults: Faults = {}
  for (const field of fields) {
    const { name } = field
    const required = isRequired(field, values)
    if (name === 'passed') {
      if (values.passed === null) faults.passed = 'passed'
    } else if (name === 'photo_ids') {
      if (required && values.photo_ids.length === 0) faults.photo_ids = 'photo_ids'
    } else if (name === 'hours') {
      const hours = Number(values.hours)
      if (!(Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS)) faults.hours = 'hours'
    } else if (name === 'until') {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(values.until) || values.until <= today) faults.until = 'until'
    } else if (name === 'into') {
      if (!/^\d{9}$/.test(values.into.replace(/\D/g, ''))) faults.into = 'into'
    } else if (name !== 'final' && name !== 'public') {
      if (required && values[name].trim() === '') faults[name] = name
    }
  }
  return faults
}

/** The clock of the district ends the day; a date picker knows no time zone. */
const END_OF_DAY = 'T23:59:59+08:00'

export function toBody(fields: Field[], values: Values, version: number): ActionBody {
  const body: ActionBody = { version }
  for (const { name } of fields) {
    if (name === 'passed') body.passed = values.passed === true
    else if (name === 'final') body.final = values.final
    else if (name === 'public') body.public = values.public
    else if (name === 'photo_ids') body.photo_ids = values.photo_ids
    else if (name === 'hours') body.hours = Number(values.hours)
    else if (name === 'until') body.until = values.until + END_OF_DAY
    else if (name === 'into') body.into = values.into.replace(/\D/g, '')
    else if (values[name].trim() !== '') body[name] = values[name].trim()
  }
  return body
}

export interface Change {
  who: string | null
  text: string
}

/** What others did between the two readings, latest first. */
export function changesSince(before: CaseView, after: CaseView): Change[] {
  const known = new Set(before.history.map((event) => `${event.at} ${event.kind}`))
  return after.history
    .filter((event) => !known.has(`${event.at} ${event.kind}`))
    .map((event) => ({ who: event.actor ?? event.office?.name ?? null, text: event.text }))
    .reverse()
}
