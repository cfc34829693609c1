// The map beside the list, or in front of it on a phone, and pointing at a place on it.
import { computed, ref, shallowRef, type ComputedRef } from 'vue'
import type { LngLat } from '@/shared/api/types'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { toWholeParams, type Filters } from '../logic/filters'
import { useInbox } from '../stores/inbox'
import { useCaseMap } from '../util/use-case-map'
import { useRoomy } from '../util/use-wide'

const KEY = 'wufei.desk.map'
/** About a cell of the grid that stands for too many cases. */
const CELL_M = 1000

export function useInboxMap(
  filters: ComputedRef<Filters>,
  change: (part: Partial<Filters>) => unknown,
) {
  const inbox = useInbox()
  const roomy = useRoomy()
  const wish = ref(readLocal(KEY))
  /** What the drawer held when the person went to point at a place. */
  const pointing = shallowRef<Partial<Filters> | null>(null)

  const on = computed(() => (roomy.value ? wish.value !== 'off' : wish.value === 'on'))
  const beside = computed(() => on.value && roomy.value)
  const params = computed(() => toWholeParams(filters.value))
  const frame = computed(() => JSON.stringify(params.value))
  const turn = computed(() => `${inbox.loadedAt} ${inbox.arrived.length}`)
  const data = useCaseMap(params, on, turn)

  function toggle() {
    wish.value = on.value ? 'off' : 'on'
    writeLocal(KEY, wish.value)
  }
  function point(part: Partial<Filters>) {
    pointing.value = part
    if (!on.value) toggle()
  }
  function pointed(near: LngLat) {
    const part = pointing.value
    pointing.value = null
    void change(part ? { ...part, near } : { near, within_m: CELL_M })
  }
  function stop() {
    pointing.value = null
  }
  return { on, beside, frame, data, pointing, toggle, point, pointed, stop }
}
