// From the button above the ticked rows to what came of it.
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { newIntent } from '@/shared/api/client'
import { toApiError } from '@/shared/api/errors'
import { bulkActions, bulkBody, noBulkValues } from '../logic/bulk'
import { useBulk } from '../stores/bulk'
import { useInbox } from '../stores/inbox'
import { useNotices } from '../stores/notices'
import { useSelection } from '../stores/selection'
import type { StaffRole } from '../types'
import type { BulkActionName, BulkAnswer, InboxItem } from './types'

export function useBulkSteps(
  role: ComputedRef<StaffRole>,
  active: Ref<string>,
  refresh: () => Promise<unknown>,
) {
  const { t } = useI18n()
  const bulk = useBulk()
  const inbox = useInbox()
  const notices = useNotices()
  const selection = useSelection()

  const actions = computed(() => bulkActions(role.value))
  const asking = shallowRef<{ action: BulkActionName; cases: InboxItem[] } | null>(null)
  const refused = shallowRef<{ answer: BulkAnswer; undone: boolean } | null>(null)
  const undoing = ref(false)

  /** What a key acts on: the ticked rows, else the row one is at. */
  function targets(): InboxItem[] {
    if (selection.cases.length > 0) return selection.cases
    return inbox.items.filter((item) => item.code === active.value)
  }
  async function start(action: BulkActionName) {
    const cases = targets()
    if (cases.length === 0 || bulk.busy || actions.value.indexOf(action) < 0) return
    // Nothing to ask and ten minutes to take it back: done at once.
    if (action !== 'accept') {
      asking.value = { action, cases }
      return
    }
    try {
      finished(action, await bulk.send(bulkBody(action, cases, noBulkValues()), newIntent()))
    } catch (failure) {
      const problem = toApiError(failure)
      notices.say(problem.fields[0]?.message ?? problem.message)
    }
  }
  function finished(action: BulkActionName, answer: BulkAnswer) {
    asking.value = null
    const left = answer.results.filter((one) => one.outcome === 'refused').map((one) => one.code)
    selection.keep(left)
    if (left.length === 0) selection.clear()
    if (answer.refused > 0) refused.value = { answer, undone: false }
    else notices.say(t(`desk.list.did.${action}`, { n: answer.done }))
    void refresh()
  }
  async function undo() {
    if (undoing.value) return
    undoing.value = true
    try {
      const answer = await bulk.undo()
      if (!answer) return
      if (answer.refused > 0) refused.value = { answer, undone: true }
      else notices.say(t('desk.list.undone', { n: answer.done }))
      await refresh()
    } catch (failure) {
      notices.say(toApiError(failure).message)
    } finally {
      undoing.value = false
    }
  }
  function dismiss() {
    asking.value = null
    refused.value = null
  }
  return { actions, asking, refused, start, finished, dismiss, undo }
}
