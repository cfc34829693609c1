// The way there, in the apps that people here have. Each counts in its own datum; a link in the
// wrong one ends some 500 m off. Nothing is asked of these hosts before the link is tapped.
import { gcjToBd } from '@/shared/map/datum'
import type { LngLat } from '@/shared/api/types'

export type NavigationApp = 'phone' | 'amap' | 'baidu' | 'tencent'

export interface NavigationLink {
  app: NavigationApp
  href: string
}

const six = (value: number) => value.toFixed(6)

export function navigationLinks(
  wgs: LngLat,
  [gcjLng, gcjLat]: readonly [number, number] | readonly number[],
  label: string,
): NavigationLink[] {
  const name = encodeURIComponent(label)
  const bd = gcjToBd({ lng: gcjLng, lat: gcjLat })
  return [
    {
      app: 'amap',
      href: `https://uri.amap.com/navigation?to=${six(gcjLng)},${six(gcjLat)},${name}&mode=car&coordinate=gaode&callnative=1&src=wufei`,
    },
    {
      app: 'baidu',
      href: `https://api.map.baidu.com/marker?location=${six(bd.lat)},${six(bd.lng)}&title=${name}&content=${name}&coord_type=bd09ll&output=html&src=webapp.wufei`,
    },
    {
      app: 'tencent',
      href: `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${name}&tocoord=${six(gcjLat)},${six(gcjLng)}&referer=wufei`,
    },
    {
      app: 'phone',
      href: `geo:${six(wgs.lat)},${six(wgs.lng)}?q=${six(wgs.lat)},${six(wgs.lng)}(${name})`,
    },
  ]
}
