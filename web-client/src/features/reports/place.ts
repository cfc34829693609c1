import type { District, LngLat } from '@/shared/api/types'

/** A point that stands for a township where the resident gave no exact place. */
export function seatOf(district: District, townshipCode: string): LngLat {
  const township = district.townships.find((each) => each.code === townshipCode)
  if (township?.seat) return township.seat
  const ring = firstRing(township?.area ?? null)
  if (ring && ring.length > 0) {
    const sum = ring.reduce((all, [lng, lat]) => [all[0] + lng, all[1] + lat], [0, 0])
    return { lng: sum[0] / ring.length, lat: sum[1] / ring.length }
  }
  const [west, south, east, north] = district.bbox
  return { lng: (west + east) / 2, lat: (south + north) / 2 }
}

function firstRing(geometry: GeoJSON.Geometry | null): GeoJSON.Position[] | null {
  if (geometry?.type === 'Polygon') return geometry.coordinates[0]
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates[0][0]
  return null
}
