// WGS-84 ↔ GCJ-02 (the offset that maps in China must show) ↔ BD-09. Positions are kept in WGS-84;
// these conversions serve map tiles in another datum and phones that answer in GCJ-02.
import type { Datum, LngLat } from '@/shared/api/types'

const AXIS = 6378245
const ECCENTRICITY = 0.006693421622965943
const BD_TURN = (Math.PI * 3000) / 180

function waves(value: number, first: number, second: number): number {
  const { PI, sin } = Math
  return (
    ((20 * sin(value * PI) + 40 * sin((value / 3) * PI)) * 2) / 3 +
    ((first * sin((value / 12) * PI) + second * sin((value * PI) / 30)) * 2) / 3
  )
}

function offset(lng: number, lat: number): { lng: number; lat: number } {
  const x = lng - 105
  const y = lat - 35
  const shared = ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    shared +
    waves(y, 160, 320)
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    shared +
    waves(x, 150, 300)
  const radians = (lat / 180) * Math.PI
  const curve = 1 - ECCENTRICITY * Math.sin(radians) ** 2
  const root = Math.sqrt(curve)
  return {
    lat: (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / (curve * root)) * Math.PI),
    lng: (east * 180) / ((AXIS / root) * Math.cos(radians) * Math.PI),
  }
}

export function wgsToGcj({ lng, lat }: LngLat): LngLat {
  const by = offset(lng, lat)
  return { lng: lng + by.lng, lat: lat + by.lat }
}

export function gcjToWgs(point: LngLat): LngLat {
  // The offset changes slowly, so walking back by the remaining error settles in a few rounds.
  let guess = point
  for (let round = 0; round < 6; round += 1) {
    const there = wgsToGcj(guess)
    guess = { lng: guess.lng + point.lng - there.lng, lat: guess.lat + point.lat - there.lat }
  }
  return guess
}

export function gcjToBd({ lng, lat }: LngLat): LngLat {
  const radius = Math.hypot(lng, lat) + 0.00002 * Math.sin(lat * BD_TURN)
  const angle = Math.atan2(lat, lng) + 0.000003 * Math.cos(lng * BD_TURN)
  return { lng: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 }
}

export function bdToGcj(point: LngLat): LngLat {
  const x = point.lng - 0.0065
  const y = point.lat - 0.006
  const radius = Math.hypot(x, y) - 0.00002 * Math.sin(y * BD_TURN)
  const angle = Math.atan2(y, x) - 0.000003 * Math.cos(x * BD_TURN)
  return { lng: radius * Math.cos(angle), lat: radius * Math.sin(angle) }
}

export function toWgs(point: LngLat, datum: Datum): LngLat {
  if (datum === 'wgs84') return point
  return gcjToWgs(datum === 'bd09' ? bdToGcj(point) : point)
}

export function fromWgs(point: LngLat, datum: Datum): LngLat {
  if (datum === 'wgs84') return point
  const gcj = wgsToGcj(point)
  return datum === 'bd09' ? gcjToBd(gcj) : gcj
}

/** Metres between two points; exact enough within a district. */
export function metres(a: LngLat, b: LngLat): number {
  const north = (a.lat - b.lat) * 111_195
  const east = (a.lng - b.lng) * 111_195 * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180)
  return Math.hypot(north, east)
}
