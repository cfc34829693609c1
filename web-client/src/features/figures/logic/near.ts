import type { District, LngLat } from '@/shared/api/types'

/** The township whose seat is nearest: a cell has no name of its own. */
export function nearestTownship(district: District | null, at: LngLat): string {
  let best = ''
  let least = Infinity
  // A degree of longitude is shorter here; for comparing that is all the earth there is.
  const flat = Math.cos((at.lat * Math.PI) / 180)
  for (const { name, seat } of district?.townships ?? []) {
    if (!seat) continue
    const far = Math.hypot((seat.lng - at.lng) * flat, seat.lat - at.lat)
    if (far < least) {
      least = far
      best = name
    }
  }
  return best
}
