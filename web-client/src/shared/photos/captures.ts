// Where the phone was when a photo was taken. Asked at the moment of the shot: what a file says of
// itself can be edited, and an old picture can be sent again.
import { reactive } from 'vue'
import type { Capture } from '@/shared/api/types'
import { GeoError, locate, type GeoFailure } from '@/shared/map/geolocate'

export type CaptureState = 'locating' | 'known' | 'vague' | GeoFailure

export interface Taken {
  state: CaptureState
  lng: number
  lat: number
  accuracy_m: number
  /** ISO time of the shot. */
  taken_at: string
}

/** The server keeps no position that is rougher. */
export const WORST_ACCURACY_M = 500
/** So long after the shot the phone may still be asked where it is. */
const STILL_THERE_MS = 5 * 60_000
/** A camera hands over a file made just now; a PC's file dialog stands in for it with old ones. */
const FRESH_MS = 2 * 60_000

export const isFresh = (file: Pick<File, 'lastModified'>, now: number): boolean =>
  Math.abs(now - file.lastModified) <= FRESH_MS

export const mayAskAgain = (taken: Taken, now: number): boolean =>
  taken.state !== 'locating' &&
  taken.state !== 'known' &&
  taken.state !== 'insecure' &&
  taken.state !== 'unsupported' &&
  now - Date.parse(taken.taken_at) <= STILL_THERE_MS

export const isKnown = (taken: Taken): boolean =>
  taken.state === 'known' && taken.accuracy_m <= WORST_ACCURACY_M

export function toCapture(photoId: string, taken: Taken): Capture {
  return {
    photo_id: photoId,
    lng: taken.lng,
    lat: taken.lat,
    datum: 'wgs84',
    accuracy_m: taken.accuracy_m,
    taken_at: taken.taken_at,
  }
}

export async function fix(taken: Taken): Promise<void> {
  taken.state = 'locating'
  try {
    const at = await locate()
    taken.lng = at.lng
    taken.lat = at.lat
    taken.accuracy_m = at.accuracy_m
    taken.state = at.accuracy_m <= WORST_ACCURACY_M ? 'known' : 'vague'
  } catch (error) {
    taken.state = error instanceof GeoError ? error.reason : 'unavailable'
  }
}

/** Notes the moment at once, the place when the phone answers. */
export function takeNow(now: number): Taken {
  return reactive({
    state: 'locating',
    lng: 0,
    lat: 0,
    accuracy_m: 0,
    taken_at: new Date(now).toISOString(),
  })
}
