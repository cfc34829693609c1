import { ref, type Ref } from 'vue'
import type { Hotspot } from '../types'

/** The cells listed beside the map, `step` more at a time, and the one that is chosen. */
export function useCellList(cells: Readonly<Ref<readonly Hotspot[]>>, step: number) {
  const chosen = ref('')
  const listed = ref(step)

  /** A cell chosen on the map is in the list, however far down. */
  function choose(cell: string) {
    chosen.value = cell
    const at = cells.value.findIndex((each) => each.cell === cell)
    listed.value = Math.max(listed.value, at + 1)
  }
  function more() {
    listed.value += step
  }
  function reset() {
    chosen.value = ''
    listed.value = step
  }
  return { chosen, listed, choose, more, reset }
}
