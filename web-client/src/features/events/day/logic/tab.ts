import { randomId } from '@/shared/util/random'

const KEY = 'wufei.tab'

/**
 * The same after a reload: a page that was left while it was sending must not keep its successor
 * waiting. A duplicated tab shares it, which costs a repeated request and nothing else.
 */
export function tabId(): string {
  const fresh = randomId()
  try {
    const known = sessionStorage.getItem(KEY)
    if (known) return known
    sessionStorage.setItem(KEY, fresh)
  } catch {
    // Kept for this page view only.
  }
  return fresh
}
