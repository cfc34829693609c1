// By what a webhook chooses, and what there is to choose.
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useDistrict } from '@/shared/store/district'
import { EVENTS, type Webhook } from './api'

export const CHOSEN_BY = ['events', 'categories', 'townships', 'offices'] as const
export type ChosenBy = (typeof CHOSEN_BY)[number]
export interface Option {
  id: string
  name: string
}

/** What was chosen, in words; what the district no longer knows is called by its id. */
export const namesOf = (ids: readonly string[], options: readonly Option[]): string[] =>
  ids.map((id) => options.find((option) => option.id === id)?.name ?? id)

export function useOptions(): ComputedRef<Record<ChosenBy, Option[]>> {
  const { t } = useI18n()
  const district = useDistrict()
  return computed(() => ({
    events: EVENTS.map((id) => ({ id, name: t(`webhooks.event.${id.replace('report.', '')}`) })),
    categories: district.categories,
    townships: (district.district?.townships ?? []).map(({ code, name }) => ({ id: code, name })),
    offices: district.district?.offices ?? [],
  }))
}

/** The four choices of a webhook; nothing chosen means all. */
export const choicesOf = (hook: Pick<Webhook, ChosenBy>, options: Record<ChosenBy, Option[]>) =>
  CHOSEN_BY.map((by) => ({ by, names: namesOf(hook[by], options[by]) }))
