// What this phone's person follows: the server answers only by the calendar and by letters.
import { readLocal, writeLocal } from '@/shared/util/storage'

const keyOf = (account: string) => `wufei.followed.${account}`

export function followed(account: string): string[] {
  try {
    const kept: unknown = JSON.parse(readLocal(keyOf(account)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}
export function remember(account: string, id: string, on: boolean): void {
  const others = followed(account).filter((each) => each !== id)
  writeLocal(keyOf(account), JSON.stringify(on ? [...others, id] : others))
}
