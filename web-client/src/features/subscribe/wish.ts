import { API_BASE } from '@/shared/api/client'
import type { LngLat } from '@/shared/api/types'

/** What somebody wants to hear of. */
export interface Wish {
  /** A circle, a township, or the whole district. */
  where: 'circle' | 'township' | 'all'
  place: LngLat | null
  radius_m: number
  township: string
  category: string
}

export const RADII = [500, 1000, 2000, 5000, 10_000] as const

/** Whether what was chosen is enough to ask for. */
export function isComplete(wish: Wish): boolean {
  if (wish.where === 'circle') return wish.place !== null
  return wish.where === 'all' || wish.township !== ''
}

/** The fields that the server narrows a feed or an alert by. */
export function narrowed(wish: Wish) {
  const at = wish.where === 'circle' ? wish.place : null
  return {
    lng: at?.lng,
    lat: at?.lat,
    radius_m: at ? wish.radius_m : undefined,
    township: wish.where === 'township' && wish.township !== '' ? wish.township : undefined,
    category: wish.category === '' ? undefined : wish.category,
  }
}

/** The address a feed reader takes; `lang` since readers send no language. */
export function feedUrl(origin: string, wish: Wish, lang: string): string {
  const pairs = Object.entries({ ...narrowed(wish), lang })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
  return `${origin}${API_BASE}/feeds/reports.rss?${pairs.join('&')}`
}
