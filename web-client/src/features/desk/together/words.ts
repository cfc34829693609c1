import { MAX_HOURS } from '../logic/actions'

/** Undefined for "unless said", null for what is no number of hours. */
export function hoursOf(text: string): number | undefined | null {
  if (text.trim() === '') return undefined
  const hours = Number(text)
  return Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS ? hours : null
}
