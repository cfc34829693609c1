// Addresses of calendar feeds as phones and computers want them.
export interface FeedOf {
  township?: string
  organisation?: string
  kind?: string
  event?: string
}

export function feedPath(of: FeedOf): string {
  const pairs = Object.entries(of).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const query = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')
  return `/api/v1/events.ics${query ? `?${query}` : ''}`
}

export const absolute = (path: string, origin = location.origin): string =>
  /^https?:/.test(path) ? path : `${origin}${path}`
/** Opens the calendar app, which then keeps itself up to date. */
export const webcal = (path: string, origin = location.origin): string =>
  absolute(path, origin).replace(/^https?:/, 'webcal:')
