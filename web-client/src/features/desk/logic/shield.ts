import type { ShieldRegion } from '../types'

export interface Corner {
  x: number
  y: number
}

/** Too small to be meant, in pixels of the picture: a tap is no rectangle. */
const SMALLEST = 12

/** Two corners, as fractions of the picture, as a region of it; null for a slip of the finger. */
export function regionBetween(
  one: Corner,
  other: Corner,
  width: number,
  height: number,
): ShieldRegion | null {
  const clamp = (value: number) => Math.min(1, Math.max(0, value))
  const side = (a: number, b: number, length: number) => {
    const from = Math.round(Math.min(clamp(a), clamp(b)) * length)
    const to = Math.round(Math.max(clamp(a), clamp(b)) * length)
    return { from, length: to - from }
  }
  const across = side(one.x, other.x, width)
  const down = side(one.y, other.y, height)
  if (across.length < SMALLEST || down.length < SMALLEST) return null
  return {
    x: across.from,
    y: down.from,
    width: across.length,
    height: down.length,
    kind: 'manual',
  }
}

/** Where a region lies on the picture, in CSS. */
export function styleOf(region: ShieldRegion, width: number, height: number) {
  const share = (part: number, of: number) => `${(100 * part) / of}%`
  return {
    left: share(region.x, width),
    top: share(region.y, height),
    width: share(region.width, width),
    height: share(region.height, height),
  }
}

export const wantsALook = (regions: ShieldRegion[]): boolean =>
  regions.some((region) => region.kind === 'face_unsure')
