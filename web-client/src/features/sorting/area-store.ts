import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { District, LngLat } from '@/shared/api/types'
import { readLocal, writeLocal } from '@/shared/util/storage'
import type { Area } from './engine/types.ts'

const KEY = 'wufei.area'

export const isArea = (value: unknown): value is Area => value === 'urban' || value === 'village'

/** Town or village: some waste is treated differently. Kept on the phone. */
export const useArea = defineStore('sorting-area', () => {
  const stored = readLocal(KEY)
  const area = ref<Area>(isArea(stored) ? stored : 'urban')
  /** Chosen by the resident, or told by the poster they came from; else a guess. */
  const chosen = ref(isArea(stored))

  function choose(value: Area) {
    area.value = value
    chosen.value = true
    writeLocal(KEY, value)
  }
  /** From where the phone is, unless the resident has said. */
  function guess(value: Area) {
    if (!chosen.value) area.value = value
  }
  return { area, chosen, choose, guess }
})

function within(ring: GeoJSON.Position[], { lng, lat }: LngLat): boolean {
  let inside = false
  for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
    const [x, y] = ring[at]
    const [toX, toY] = ring[last]
    if (y > lat !== toY > lat && lng < ((toX - x) * (lat - y)) / (toY - y) + x) inside = !inside
  }
  return inside
}

/**
 * What a place is likely to be: a subdistrict (街道) is town, a township (乡) village. A town (镇)
 * has both, so nothing is guessed there.
 */
export function likelyArea(district: District, place: LngLat): Area | null {
  const here = district.townships.find(({ area }) => {
    if (area?.type === 'Polygon') return within(area.coordinates[0], place)
    return area?.type === 'MultiPolygon' && area.coordinates.some((part) => within(part[0], place))
  })
  if (!here) return null
  if (/街道/.test(here.name)) return 'urban'
  return /乡/.test(here.name) ? 'village' : null
}
