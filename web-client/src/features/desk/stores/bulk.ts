import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { useSession } from '@/shared/store/session'
import { sendBulk, undoBulk } from '../inbox/api'
import type { BulkAnswer, BulkBody } from '../inbox/types'
import { latest, undoableOf, type Undoable } from '../logic/bulk'

const KEY = 'wufei.desk.undo'

/** Of a window, not of a person: another account at the same PC finds nothing. */
function read(owner: string): Undoable[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as {
      owner: string
      steps: Undoable[]
    } | null
    return kept?.owner === owner ? kept.steps : []
  } catch {
    return []
  }
}
function write(owner: string, steps: Undoable[]) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ owner, steps }))
  } catch {
    // Without it a reload forgets the way back; the history of each case still shows the step.
  }
}

/** What was done to many cases, what was refused, and what can still be taken back. */
export const useBulk = defineStore('desk-bulk', () => {
  const session = useSession()
  let owner = ''
  const steps = shallowRef<Undoable[]>([])
  const answer = shallowRef<{ body: BulkBody['action'] | 'undo'; result: BulkAnswer } | null>(null)
  const busy = ref(false)

  function own() {
    const id = session.me?.id ?? ''
    if (id === owner) return
    owner = id
    steps.value = read(id)
    answer.value = null
  }
  function keep(next: Undoable[]) {
    const now = Date.now()
    steps.value = next.filter((step) => step.until > now)
    write(owner, steps.value)
  }

  async function send(body: BulkBody, intent: string): Promise<BulkAnswer> {
    own()
    busy.value = true
    try {
      const result = await sendBulk(body, intent)
      answer.value = { body: body.action, result }
      const step = undoableOf(body.action, result, Date.now())
      if (step) keep([...steps.value, step])
      return result
    } finally {
      busy.value = false
    }
  }

  /** Takes the latest step back; null where there is none. */
  async function undo(): Promise<BulkAnswer | null> {
    own()
    const step = latest(steps.value, Date.now())
    if (!step || busy.value) return null
    busy.value = true
    try {
      const result = await undoBulk(step.id)
      keep(steps.value.filter((one) => one.id !== step.id))
      answer.value = { body: 'undo', result }
      return result
    } finally {
      busy.value = false
    }
  }
  function drop(id: string) {
    keep(steps.value.filter((one) => one.id !== id))
  }
  function current(now: number): Undoable | null {
    own()
    return latest(steps.value, now)
  }
  return { steps, answer, busy, send, undo, drop, current }
})
