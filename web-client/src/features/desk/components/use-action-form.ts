// What is filled in for a step of a case: kept when the sheet is closed, checked, sent once, and with
// every word of a refusal at its field.
import { computed, nextTick, onBeforeUnmount, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intents } from '@/shared/api/intents'
import { toApiError, type ApiError } from '@/shared/api/errors'
import { forget, unfinished, uploadedIds, type PickedPhoto } from '@/shared/photos/uploads'
import { todayInDistrict } from '@/shared/util/today'
import { act } from '../api/desk'
import {
  emptyValues,
  fieldsOf,
  isRequired,
  toBody,
  validate,
  type FieldName,
  type Values,
} from '../logic/actions'
import { groupTyped } from '../logic/words'
import { useDrafts } from '../stores/drafts'
import { useEvidence } from '../together/use-evidence'
import type { ActionBody, CaseAction, CaseView } from '../types'

interface Told {
  done: (view: CaseView) => void
  conflict: (refusal: string) => void
}

export function useActionForm(
  props: { view: CaseView; action: CaseAction; into?: string },
  told: Told,
) {
  const { t } = useI18n()
  const drafts = useDrafts()
  const name = computed(() => props.action.action)
  const fields = computed(() => fieldsOf(props.action))
  const has = (field: FieldName) => fields.value.some((one) => one.name === field)
  const first = computed(() => fields.value[0]?.name)

  const values = reactive<Values>(drafts.take(props.view.code, name.value) ?? emptyValues())
  if (props.into) values.into = groupTyped(props.into)
  const required = (field: FieldName) =>
    fields.value.some((one) => one.name === field && isRequired(one, values))
  const photos = ref<PickedPhoto[]>([])
  const evidence = useEvidence()
  const faults = reactive<Partial<Record<FieldName, string>>>({})
  const failure = ref('')
  const busy = ref(false)
  const intentOf = intents()
  let finished = false

  // A complaint about an empty field ends when something is written there.
  watch([values, () => photos.value.length], () => {
    for (const field of Object.keys(faults) as FieldName[]) delete faults[field]
  })

  function show(errors: ApiError) {
    let placed = false
    for (const field of fields.value) {
      const message = errors.field(field.name)
      if (message) {
        faults[field.name] = message
        placed = true
      }
    }
    if (name.value === 'handle') placed = evidence.refused(errors) || placed
    if (!placed) failure.value = errors.message
    focusFault()
  }
  function focusFault() {
    void nextTick(() => {
      const wrong = document.querySelector<HTMLElement>(
        '.d-dialog [aria-invalid="true"], .d-dialog [role="alert"]',
      )
      wrong?.focus()
      wrong?.scrollIntoView({ block: 'nearest' })
    })
  }

  async function submit() {
    if (busy.value) return
    failure.value = ''
    values.photo_ids = uploadedIds(photos.value)
    const wrong = validate(fields.value, values, todayInDistrict(Date.now()))
    await nextTick()
    for (const [field, key] of Object.entries(wrong) as [FieldName, string][]) {
      faults[field] = t(`desk.action.error.${key}`)
    }
    if (has('photo_ids') && unfinished(photos.value).length > 0) {
      faults.photo_ids = t('desk.action.error.photos_unfinished')
    }
    if (name.value === 'handle' && evidence.isUnexplained()) return focusFault()
    if (Object.keys(faults).length > 0) return focusFault()

    const body: ActionBody = toBody(fields.value, values, props.view.version)
    if (name.value === 'handle') Object.assign(body, evidence.body(photos.value))
    // A retry of the same words is the same act; changed words are another.
    const text = JSON.stringify(body)
    busy.value = true
    try {
      const view = await act(props.view.code, name.value, body, { intent: intentOf(text) })
      finished = true
      drafts.drop(props.view.code, name.value)
      told.done(view)
    } catch (error) {
      const problem = toApiError(error)
      if (problem.status === 409) told.conflict(problem.message)
      else show(problem)
    } finally {
      busy.value = false
    }
  }

  onBeforeUnmount(() => {
    photos.value.forEach(forget)
    if (!finished) drafts.keep(props.view.code, name.value, values)
  })

  return { name, has, required, first, values, photos, evidence, faults, failure, busy, submit }
}
