// One thing done to many cases: who may do what, what it asks for, and how long it can be undone.
import type { BulkActionName, BulkAnswer, BulkBody, BulkCase, BulkParams } from '../inbox/types'
import type { StaffRole } from '../types'

/** By role; whether a case is in the state for it, the server says case by case. */
const MAY: Partial<Record<StaffRole, BulkActionName[]>> = {
  handler: ['accept', 'hand_over', 'note'],
  coordinator: ['dispatch', 'urge', 'extend', 'verify', 'close', 'note'],
  verifier: ['verify', 'close', 'note'],
}

export const bulkActions = (role: StaffRole): BulkActionName[] => MAY[role] ?? []

/** Told to residents or other offices at once, so asked for once more before it is sent. */
const FOR_GOOD: BulkActionName[] = ['note', 'urge', 'verify', 'close', 'dispatch', 'extend']
export const cannotBeUndone = (action: BulkActionName): boolean => FOR_GOOD.indexOf(action) >= 0

export type BulkField = 'staff_id' | 'office' | 'hours' | 'reason' | 'note' | 'public'

const FIELDS: Record<BulkActionName, { name: BulkField; required: boolean }[]> = {
  accept: [],
  hand_over: [
    { name: 'staff_id', required: true },
    { name: 'reason', required: false },
  ],
  note: [
    { name: 'note', required: true },
    { name: 'public', required: false },
  ],
  urge: [{ name: 'reason', required: true }],
  verify: [{ name: 'note', required: false }],
  close: [{ name: 'note', required: false }],
  dispatch: [
    { name: 'office', required: true },
    { name: 'reason', required: true },
  ],
  extend: [
    { name: 'hours', required: true },
    { name: 'reason', required: true },
  ],
}
export const bulkFields = (action: BulkActionName) => FIELDS[action]

export interface BulkValues {
  staff_id: string
  office: string
  hours: string
  reason: string
  note: string
  public: boolean
}
export const noBulkValues = (): BulkValues => ({
  staff_id: '',
  office: '',
  hours: '',
  reason: '',
  note: '',
  public: false,
})

const MOST_HOURS = 400

/** Message keys under `desk.action.error`, by field. */
export function bulkFaults(
  action: BulkActionName,
  values: BulkValues,
): Partial<Record<BulkField, string>> {
  const faults: Partial<Record<BulkField, string>> = {}
  for (const { name, required } of bulkFields(action)) {
    if (name === 'public') continue
    if (name === 'hours') {
      const hours = Number(values.hours)
      if (!(Number.isInteger(hours) && hours >= 1 && hours <= MOST_HOURS)) faults.hours = 'hours'
    } else if (required && values[name].trim() === '') faults[name] = name
  }
  return faults
}

export function bulkBody(action: BulkActionName, cases: BulkCase[], values: BulkValues): BulkBody {
  const params: BulkParams = {}
  for (const { name } of bulkFields(action)) {
    if (name === 'public') params.public = values.public
    else if (name === 'hours') params.hours = Number(values.hours)
    else if (values[name].trim() !== '') params[name] = values[name].trim()
  }
  return { action, cases: cases.map(({ code, version }) => ({ code, version })), params }
}

/** Asks for words, so a standard reply may stand there. */
export const textField = (action: BulkActionName): 'note' | 'reason' | null => {
  const found = bulkFields(action).find(({ name }) => name === 'note' || name === 'reason')
  return found ? (found.name as 'note' | 'reason') : null
}

export interface Undoable {
  id: string
  action: BulkActionName
  done: number
  /** By this device's clock. */
  until: number
}

/** How long the server keeps a bulk step open. */
export const UNDO_MS = 10 * 60_000
/** The request to undo must arrive in time as well. */
const MARGIN_MS = 3_000

/** An office PC's clock may be wrong by hours: only the time since the answer is trusted. */
export function undoableOf(
  action: BulkActionName,
  answer: BulkAnswer,
  now: number,
): Undoable | null {
  if (!answer.undo_until || answer.done === 0) return null
  return { id: answer.id, action, done: answer.done, until: now + UNDO_MS - MARGIN_MS }
}

/** The latest that is still in time. */
export const latest = (steps: Undoable[], now: number): Undoable | null =>
  steps.filter((step) => step.until > now).slice(-1)[0] ?? null

/** 9:07 */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const rest = seconds % 60
  return `${Math.floor(seconds / 60)}:${rest < 10 ? '0' : ''}${rest}`
}
