// What changed elsewhere, put into the list without moving a row from under somebody's finger.
import type { InboxItem, LiveCase } from '../inbox/types'

/** Rows in place: those read again are new, those that no longer fit say so and stay. */
export function merged(
  shown: InboxItem[],
  fresh: InboxItem[],
  changed: Map<string, LiveCase>,
  statusText: (status: LiveCase['status']) => string,
): InboxItem[] {
  const found = new Map(fresh.map((item) => [item.code, item]))
  return shown.map((item) => {
    const again = found.get(item.code)
    if (again) return again
    const change = changed.get(item.code)
    if (!change || change.version <= item.version) return item
    return {
      ...item,
      version: change.version,
      status: change.status,
      status_text: statusText(change.status),
      gone: true,
    }
  })
}

/** Of rows that are not shown yet, those that came; others only moved up as rows above them left. */
export const arrivals = (unseen: InboxItem[], changed: Map<string, LiveCase>): string[] =>
  unseen.filter((item) => changed.has(item.code)).map((item) => item.code)

/** Whether the news says anything that the list does not show yet; one's own steps come back too. */
export function isNews(shown: InboxItem[], cases: LiveCase[]): boolean {
  const versions = new Map(shown.map((item) => [item.code, item.version]))
  return cases.some(({ code, version }) => {
    const known = versions.get(code)
    return known === undefined || known < version
  })
}

export function readCases(data: string): LiveCase[] {
  try {
    const { cases } = JSON.parse(data) as { cases?: unknown }
    if (!Array.isArray(cases)) return []
    return cases.filter(
      (one): one is LiveCase =>
        typeof one === 'object' &&
        one !== null &&
        typeof (one as LiveCase).code === 'string' &&
        typeof (one as LiveCase).version === 'number',
    )
  } catch {
    return []
  }
}

const FIRST_MS = 2_000
const LONGEST_MS = 60_000

/** When to open a stream again that broke: later each time. */
export const retryIn = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(10, Math.max(0, failures - 1)))
