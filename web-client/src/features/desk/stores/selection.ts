import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import * as rows from '../logic/selection'
import { useInbox } from './inbox'

/** The ticked rows of the list, kept while a case is looked at and the list comes back. */
export const useSelection = defineStore('desk-selection', () => {
  const inbox = useInbox()
  const selection = shallowRef(rows.nothing())
  /** On a phone a tap ticks instead of opening. */
  const picking = ref(false)

  const order = computed(() => inbox.items.map((item) => item.code))
  const codes = computed(() => rows.kept(selection.value, order.value).codes)
  const chosen = computed(() => new Set(codes.value))
  const cases = computed(() => inbox.items.filter((item) => chosen.value.has(item.code)))
  const extent = computed(() => rows.extent({ codes: codes.value, anchor: '' }, order.value))

  function toggle(code: string, range = false) {
    const now = rows.kept(selection.value, order.value)
    selection.value = range ? rows.ranged(now, code, order.value) : rows.toggled(now, code)
  }
  function toggleAll() {
    selection.value = extent.value === 'all' ? rows.nothing() : rows.all(order.value)
  }
  function keep(some: string[]) {
    selection.value = { codes: some, anchor: some[0] ?? '' }
  }
  function clear() {
    selection.value = rows.nothing()
    picking.value = false
  }
  return { picking, codes, chosen, cases, extent, toggle, toggleAll, keep, clear }
})
