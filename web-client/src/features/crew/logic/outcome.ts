// What a crew enters at a door, checked before it is queued: hours later nobody can be asked.
import type { CatalogueItem, PickupView, Wanted } from '@/features/pickups/types'
import type { Operation, OperationKind } from '../types'

export type Outcome = Exclude<OperationKind, 'photos'>
export const OUTCOMES: Outcome[] = ['collected', 'partly', 'refused', 'nobody_home']

export interface OutcomeForm {
  kind: Outcome | null
  reason: string
  taken: Record<string, number>
  extra: Record<string, number>
  consent: boolean
  weight: string
}

export function emptyOutcome(pickup: PickupView): OutcomeForm {
  return {
    kind: null,
    reason: '',
    taken: Object.fromEntries(pickup.items.map(({ item, count }) => [item, count])),
    extra: {},
    consent: false,
    weight: '',
  }
}

/** Back into the form, to be mended and sent under a new id. */
export function formFrom(op: Operation, pickup: PickupView): OutcomeForm {
  const counts = (list: Wanted[] | undefined) =>
    Object.fromEntries((list ?? []).map(({ item, count }) => [item, count]))
  return {
    ...emptyOutcome(pickup),
    kind: op.kind === 'photos' ? null : op.kind,
    reason: op.reason ?? '',
    ...(op.kind === 'partly' ? { taken: counts(op.taken) } : {}),
    extra: counts(op.extra),
    consent: op.extra_consent ?? false,
    weight: op.weight_kg == null ? '' : String(op.weight_kg),
  }
}

export type Fault = 'kind' | 'reason' | 'weight' | 'taken' | 'consent'

/** `12.5`, and `12,5` as some keypads write it. */
export function kilos(text: string): number | null {
  const value = Number(text.trim().replace(',', '.').replace('，', '.'))
  return text.trim() !== '' && Number.isFinite(value) && value > 0 && value <= 100_000
    ? value
    : null
}

const list = (counts: Record<string, number>): Wanted[] =>
  Object.keys(counts).map((item) => ({ item, count: counts[item] }))
const some = (counts: Record<string, number>) => list(counts).filter(({ count }) => count > 0)

/** Traced until treatment: it has to be weighed where it is taken. */
export function needsWeight(
  form: OutcomeForm,
  pickup: PickupView,
  items: CatalogueItem[],
): boolean {
  if (form.kind !== 'collected' && form.kind !== 'partly') return false
  const ids = some(form.extra).map(({ item }) => item)
  return pickup.custody || items.some((item) => item.custody && ids.includes(item.id))
}

export function faultsOf(form: OutcomeForm, pickup: PickupView, items: CatalogueItem[]): Fault[] {
  const faults: Fault[] = []
  if (form.kind === null) return ['kind']
  if (form.kind === 'refused' && form.reason.trim() === '') faults.push('reason')
  if (form.kind === 'partly') {
    const all = pickup.items.every(({ item, count }) => (form.taken[item] ?? 0) >= count)
    if (all || some(form.taken).length === 0) faults.push('taken')
  }
  if (form.weight.trim() === '' ? needsWeight(form, pickup, items) : kilos(form.weight) === null)
    faults.push('weight')
  if (takes(form) && some(form.extra).length > 0 && !form.consent) faults.push('consent')
  return faults
}

const takes = ({ kind }: OutcomeForm) => kind === 'collected' || kind === 'partly'

export function toOperation(form: OutcomeForm, code: string): Omit<Operation, 'id' | 'at'> {
  const extra = takes(form) ? some(form.extra) : []
  return {
    ref: code,
    kind: form.kind ?? 'collected',
    reason: form.reason.trim() || undefined,
    ...(form.kind === 'partly' ? { taken: list(form.taken) } : {}),
    ...(extra.length > 0 ? { extra, extra_consent: form.consent } : {}),
    ...(takes(form) && kilos(form.weight) !== null
      ? { weight_kg: kilos(form.weight) ?? undefined }
      : {}),
  }
}
