import type { ActionBody, ActionName, CaseAction, CaseView } from '../types'

export type FieldName =
  | 'passed'
  | 'office'
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
const ORDER: ActionName[] = [
  'accept',
  'handle',
  'verify',
  'close',
  'dispatch',
  'resume',
  'reopen',
  'hand-over',
  'note',
  'extend',
  'suspend',
  'merge',
  'return',
  'reject',
]
const LEADING: ActionName[] = ['accept', 'handle', 'verify', 'close', 'dispatch', 'resume']
const GRAVE: ActionName[] = ['return', 'reject']
const PHOTO_ACTIONS: ActionName[] = ['hide-photo', 'show-photo']

const rank = (action: ActionName) => {
  const at = ORDER.indexOf(action)
  return at < 0 ? ORDER.length : at
}

/** Actions on the case itself; those on one photo stand at the photo. */
export function caseActions(actions: CaseAction[]): CaseAction[] {
  return actions
    .filter(({ action }) => PHOTO_ACTIONS.indexOf(action) < 0)
    .slice()
    .sort((a, b) => rank(a.action) - rank(b.action))
}

export const allows = (actions: CaseAction[], name: ActionName): boolean =>
  actions.some(({ action }) => action === name)

export type Weight = 'primary' | 'danger' | 'plain'

/** One button stands out: the first that moves the case on. */
export function weight(action: ActionName, ordered: CaseAction[]): Weight {
  if (ordered[0]?.action === action && LEADING.indexOf(action) >= 0) return 'primary'
  return GRAVE.indexOf(action) >= 0 ? 'danger' : 'plain'
}

/** Nothing to ask: the button does it at once. */
export const isImmediate = (action: CaseAction): boolean => fieldsOf(action).length === 0

export function fieldsOf(action: CaseAction): Field[] {
  const fields: Field[] = []
  const add = (name: FieldName, required: boolean) => {
    if (!fields.some((field) => field.name === name)) fields.push({ name, required })
  }
  const name = action.action
  if (name === 'verify') add('passed', true)
  if (action.needs_office) add('office', !action.needs_staff)
  if (action.needs_staff) add('staff_id', !action.needs_office)
  if (action.needs_case || name === 'merge') add('into', true)
  if (name === 'extend') add('hours', true)
  if (action.needs_until) add('until', true)
  if (action.needs_photo) add('photo_ids', true)
  if (name === 'note' || name === 'handle' || name === 'verify') add('note', true)
  if (name === 'close') add('note', false)
  if (action.needs_reason) add('reason', true)
  else if (name === 'hand-over') add('reason', false)
  if (name === 'note' || name === 'verify') add('photo_ids', false)
  if (name === 'dispatch') add('final', false)
  if (name === 'note') add('public', false)
  return fields
}

export interface Values {
  passed: boolean | null
  office: string
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

export const MAX_HOURS = 240

export function validate(fields: Field[], values: Values, today: string): Faults {
  const faults: Faults = {}
  for (const { name, required } of fields) {
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
  const either = (name: FieldName) => fields.some((field) => field.name === name)
  if (either('office') && either('staff_id') && !values.office && !values.staff_id) {
    faults.staff_id = 'staff_id'
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
    .map((event) => ({ who: event.actor?.name ?? event.office?.name ?? null, text: event.text }))
    .reverse()
}
