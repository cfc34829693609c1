// The neighbouring districts that a letter may go to.
import type { District } from '@/shared/api/types'

interface Neighbour {
  code: string
  name: string
}

/** Empty where the server does not list them: then their official codes are typed. */
export const neighboursOf = (district: District | null): Neighbour[] =>
  (district as { neighbours?: Neighbour[] } | null)?.neighbours ?? []

export const codesIn = (text: string): string[] => Array.from(new Set(text.match(/\d{6}/g) ?? []))
