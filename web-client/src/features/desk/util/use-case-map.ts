import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { mapInbox } from '../inbox/api'
import type { CaseFeatures } from '../inbox/types'

/** What the map shows, asked for only while it is on the screen. */
export function useCaseMap(
  params: Ref<Record<string, string>>,
  shown: Ref<boolean>,
  /** Changes whenever the list was read anew. */
  turn: Ref<unknown>,
): ShallowRef<CaseFeatures | null> {
  const data = shallowRef<CaseFeatures | null>(null)
  let run = 0

  async function load() {
    if (!shown.value) return
    const mine = (run += 1)
    try {
      const found = await mapInbox(params.value)
      if (mine === run) data.value = found
    } catch {
      // The list says what went wrong; the map keeps what it last knew.
    }
  }
  watch([shown, turn], load, { immediate: true })
  return data
}
