import type { CaseItem } from '../types'

/** Township, community and address as one line, without a part that repeats the one before it. */
export function placeLine(item: Pick<CaseItem, 'township' | 'community' | 'address'>): string {
  const parts = [item.township?.name, item.community?.name, item.address]
  return parts.filter((part, at): part is string => !!part && part !== parts[at - 1]).join(' · ')
}

/** 482719 → 482-719, as it is typed; other text stays as it is. */
export function groupTyped(value: string): string {
  const digits = value.replace(/\D/g, '').slice(0, 9)
  return digits.replace(/(\d{3})(?=\d)/g, '$1-')
}
