// What every map of the district shows without any outside server: the outline, the townships'
// areas and the places, drawn from the district pack.
import L from 'leaflet'
import 'leaflet/dist/leaflet.css'
import './map.css'
import type { District, LngLat } from '@/shared/api/types'
import { fromWgs, toWgs } from './datum'

/** Converts between stored WGS-84 and what the tiles of this district are drawn in. */
export interface Projector {
  show(point: LngLat): L.LatLng
  read(at: L.LatLng): LngLat
}

export function projector(district: District): Projector {
  const datum = district.tiles?.datum ?? 'wgs84'
  return {
    show(point) {
      const shown = fromWgs(point, datum)
      return L.latLng(shown.lat, shown.lng)
    },
    read: (at) => toWgs({ lng: at.lng, lat: at.lat }, datum),
  }
}

type Ring = LngLat[]

export function rings(geometry: GeoJSON.Geometry): Ring[] {
  const toRing = (ring: GeoJSON.Position[]) => ring.map(([lng, lat]) => ({ lng, lat }))
  if (geometry.type === 'Polygon') return geometry.coordinates.map(toRing)
  if (geometry.type === 'MultiPolygon')
    return geometry.coordinates.flatMap((polygon) => polygon.map(toRing))
  return []
}

export interface DistrictLayers {
  map: L.Map
  projector: Projector
  bounds: L.LatLngBounds
}

export interface MapLabels {
  zoomIn: string
  zoomOut: string
}

export function makeMap(
  element: HTMLElement,
  district: District,
  labels: MapLabels,
  options: { wheel?: boolean } = {},
): DistrictLayers {
  const calm =
    typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = L.map(element, {
    zoomControl: false,
    // The wheel scrolls the page over a small map, and zooms only where the map is the page.
    scrollWheelZoom: options.wheel ?? false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    maxZoom: 18,
    minZoom: 8,
    zoomSnap: 0.25,
    zoomDelta: 1,
    preferCanvas: false,
  })
  map.attributionControl.setPrefix(false)
  L.control
    .zoom({ position: 'topright', zoomInTitle: labels.zoomIn, zoomOutTitle: labels.zoomOut })
    .addTo(map)
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  const project = projector(district)
  const [west, south, east, north] = district.bbox
  const bounds = L.latLngBounds(
    project.show({ lng: west, lat: south }),
    project.show({ lng: east, lat: north }),
  )
  map.setMaxBounds(bounds.pad(0.6))
  map.fitBounds(bounds, { padding: [8, 8] })

  if (district.tiles) {
    L.tileLayer(district.tiles.url, { attribution: district.tiles.attribution, maxZoom: 18 }).addTo(
      map,
    )
  }
  drawDistrict(map, district, project, bounds)
  if (district.approval_number) map.attributionControl.addAttribution(district.approval_number)
  return { map, projector: project, bounds }
}

function drawDistrict(
  map: L.Map,
  district: District,
  project: Projector,
  bounds: L.LatLngBounds,
): void {
  const outline = rings(district.outline).map((ring) => ring.map(project.show))
  const tiled = Boolean(district.tiles)
  district.townships.forEach((township, index) => {
    if (township.area) {
      L.polygon(
        rings(township.area).map((ring) => ring.map(project.show)),
        {
          color: '#8aa898',
          weight: 1,
          // Dashed while the area is only approximate.
          dashArray: township.accuracy === 'approximate' ? '4 5' : undefined,
          fillColor: index % 2 === 0 ? '#e9f2e6' : '#f3f6e6',
          fillOpacity: tiled ? 0.08 : 1,
          interactive: false,
          className: 'wf-area',
        },
      ).addTo(map)
    }
  })
  const frame = bounds.pad(4)
  // A veil with a hole: outside the district is another authority's ground.
  L.polygon(
    [
      [frame.getNorthWest(), frame.getNorthEast(), frame.getSouthEast(), frame.getSouthWest()],
      ...outline,
    ],
    { stroke: false, fillColor: '#cfd3c6', fillOpacity: tiled ? 0.45 : 1, interactive: false },
  ).addTo(map)
  L.polygon(outline, {
    color: '#1d5f4a',
    weight: 2.5,
    fill: false,
    interactive: false,
  }).addTo(map)
  // Between the ground and what stands on it.
  const names = map.createPane('names')
  names.style.zIndex = '450'
  names.style.pointerEvents = 'none'
  const labels: HTMLElement[] = []
  for (const township of district.townships) {
    const at = township.seat ?? (township.area ? middle(rings(township.area)[0]) : null)
    if (!at) continue
    const icon = L.divIcon({
      className: township.seat ? 'wf-place' : 'wf-place wf-place--area',
      html: '',
      iconSize: [0, 0],
    })
    const where = project.show(at)
    const marker = L.marker(where, { icon, pane: 'names', interactive: false, keyboard: false })
    marker.addTo(map)
    const element = marker.getElement()
    if (element) {
      // Text is set as text: a name from the pack can never be markup.
      const label = document.createElement('span')
      label.textContent = township.name
      element.append(label)
      labels.push(label)
    }
  }
  keepApart(map, labels)
}

/** At a far view names would lie on each other: the later one waits for a closer view. */
function keepApart(map: L.Map, labels: HTMLElement[]): void {
  const sort = () => {
    const kept: DOMRect[] = []
    for (const label of labels) {
      const box = label.getBoundingClientRect()
      const hit = kept.some(
        (other) =>
          box.left < other.right &&
          box.right > other.left &&
          box.top < other.bottom &&
          box.bottom > other.top,
      )
      label.style.visibility = hit ? 'hidden' : ''
      if (!hit && box.width > 0) kept.push(box)
    }
  }
  map.on('zoomend resize', sort)
  map.whenReady(() => setTimeout(sort, 0))
}

function middle(ring: Ring | undefined): LngLat | null {
  if (!ring || ring.length === 0) return null
  const sum = ring.reduce((all, p) => ({ lng: all.lng + p.lng, lat: all.lat + p.lat }), {
    lng: 0,
    lat: 0,
  })
  return { lng: sum.lng / ring.length, lat: sum.lat / ring.length }
}

export function pinIcon(colour = '#b3401a'): L.DivIcon {
  const svg =
    `<svg viewBox="0 0 36 46" width="36" height="46" aria-hidden="true">` +
    `<path d="M18 45C8 31 3 25 3 17a15 15 0 0 1 30 0c0 8-5 14-15 28z" fill="${colour}" stroke="#fff" stroke-width="2.5"/>` +
    `<circle cx="18" cy="17" r="6" fill="#fff"/></svg>`
  return L.divIcon({ className: 'wf-pin', html: svg, iconSize: [36, 46], iconAnchor: [18, 45] })
}

/** Leaflet's zoom timer outlives `remove()` and then trips over the missing panes. */
export function destroyMap(map: L.Map): void {
  map.stop()
  ;(map as L.Map & { _animatingZoom?: boolean })._animatingZoom = false
  map.off()
  map.remove()
}
