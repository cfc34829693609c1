/** WGS-84. */
export interface Place {
  lng: number
  lat: number
}

/** In the district's town, where the browser says it is. */
export const IN_TOWN: Place = { lng: 126.58564, lat: 42.05636 }
