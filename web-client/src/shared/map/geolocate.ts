// The phone's own position. By the standard it is WGS-84. WeChat on Android answers from Tencent's
// locator, which is GCJ-02 on many phones (some 500 m off in the district), on iOS it is WGS-84.
// So Android WeChat is taken as GCJ-02 by default, the resident can switch the correction in the
// place section, and dragging the pin always wins.
import type { LngLat } from '@/shared/api/types'
import { readLocal, writeLocal } from '@/shared/util/storage'
import { gcjToWgs } from './datum'

export type GeoFailure = 'unsupported' | 'insecure' | 'denied' | 'unavailable'

export class GeoError extends Error {
  constructor(readonly reason: GeoFailure) {
    super(reason)
  }
}

const KEY = 'wufei.position-is-gcj02'

export function defaultIsGcj(userAgent: string): boolean {
  return /MicroMessenger/i.test(userAgent) && /Android/i.test(userAgent)
}

export function positionIsGcj(): boolean {
  const stored = readLocal(KEY)
  return stored === null ? defaultIsGcj(navigator.userAgent) : stored === '1'
}

export function setPositionIsGcj(on: boolean): void {
  writeLocal(KEY, on ? '1' : '0')
}

export interface PhonePosition extends LngLat {
  accuracy_m: number
}

function ask(options: PositionOptions): Promise<GeolocationPosition> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(resolve, reject, options)
  })
}

export async function locate(): Promise<PhonePosition> {
  if (!('geolocation' in navigator)) throw new GeoError('unsupported')
  if (window.isSecureContext === false) throw new GeoError('insecure')
  let found: GeolocationPosition
  try {
    found = await ask({ enableHighAccuracy: true, timeout: 10_000, maximumAge: 0 })
  } catch (error) {
    if ((error as GeolocationPositionError).code === 1) throw new GeoError('denied')
    try {
      // Indoors the satellites may be out of reach while the network still knows the block.
      found = await ask({ enableHighAccuracy: false, timeout: 8_000, maximumAge: 60_000 })
    } catch (second) {
      const denied = (second as GeolocationPositionError).code === 1
      throw new GeoError(denied ? 'denied' : 'unavailable')
    }
  }
  const { longitude, latitude, accuracy } = found.coords
  const raw = { lng: longitude, lat: latitude }
  return { ...(positionIsGcj() ? gcjToWgs(raw) : raw), accuracy_m: Math.round(accuracy) }
}

/** True where asking would not open a question, so that it may be asked unprompted. */
export async function mayLocateSilently(): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name: 'geolocation' })
    return status.state === 'granted'
  } catch {
    return false
  }
}
