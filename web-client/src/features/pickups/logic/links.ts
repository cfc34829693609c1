// The address of a booking: whoever has the secret behind `#` may change it.
import { normaliseCode } from '@/shared/util/code'

export const pickupLink = (code: string, secret: string): string =>
  `${location.origin}/pickups/${code}#s=${encodeURIComponent(secret)}`

export interface PickupLink {
  code: string
  secret: string | null
}

/** Reads a pasted address such as https://…/pickups/482719356#s=SECRET, or a bare reference. */
export function parsePickupLink(text: string): PickupLink | null {
  const match = /\/pickups\/(\d{9})(?:[^#\s]*#s=([A-Za-z0-9_\-.~%]+))?/.exec(text)
  if (match) return { code: match[1], secret: match[2] ? decodeURIComponent(match[2]) : null }
  const code = normaliseCode(text)
  return code ? { code, secret: null } : null
}
