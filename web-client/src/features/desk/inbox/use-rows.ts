// Going through the rows by keys: where one is, what a key does there.
import { computed, nextTick, ref, type Ref } from 'vue'
import { useInbox } from '../stores/inbox'
import { useSelection } from '../stores/selection'
import { stepped } from '../logic/rows'

/** So many rows before the end the next page is asked for. */
const AHEAD = 3

export function useRows(): {
  active: Ref<string>
  move: (step: 1 | -1, ticking?: boolean) => void
  tick: () => void
  place: Ref<{ lng: number; lat: number } | null>
} {
  const inbox = useInbox()
  const selection = useSelection()
  const active = ref('')
  const codes = computed(() => inbox.items.map((item) => item.code))

  function show(code: string) {
    active.value = code
    void nextTick(() => {
      const row = document.querySelector<HTMLElement>(`[data-code-link="${code}"]`)
      row?.focus({ preventScroll: true })
      row?.closest('tr, li')?.scrollIntoView({ block: 'nearest' })
    })
  }
  function move(step: 1 | -1, ticking = false) {
    const to = stepped(codes.value, active.value, step)
    if (to === null) return
    // Shift drags the ticks along, as it drags a range in a list of files.
    if (ticking) {
      if (active.value && !selection.chosen.has(active.value)) selection.toggle(active.value)
      if (!selection.chosen.has(to)) selection.toggle(to)
    }
    show(to)
    if (codes.value.indexOf(to) >= codes.value.length - AHEAD) void inbox.loadMore()
  }
  function tick() {
    if (codes.value.indexOf(active.value) >= 0) selection.toggle(active.value)
  }
  const place = computed(
    () => inbox.items.find((item) => item.code === active.value)?.location ?? null,
  )
  return { active, move, tick, place }
}
