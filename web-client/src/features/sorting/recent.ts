// The last look-ups, on this phone only.
import { readLocal, writeLocal } from '@/shared/util/storage'

const KEY = 'wufei.sorting.recent'
const MOST = 8

export function readRecent(): string[] {
  try {
    const kept: unknown = JSON.parse(readLocal(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

export function addRecent(query: string): void {
  const rest = readRecent().filter((each) => each !== query)
  writeLocal(KEY, JSON.stringify([query, ...rest].slice(0, MOST)))
}

export function clearRecent(): void {
  writeLocal(KEY, null)
}
