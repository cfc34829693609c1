// Half-days as a calendar, by the district's clock.
import { currentLocale, LANG_TAGS } from '@/shared/i18n'
import type { Half, SlotOffer } from '../types'

export interface OfferDay {
  day: string
  offers: SlotOffer[]
}

export function byDay(offers: SlotOffer[]): OfferDay[] {
  const days: OfferDay[] = []
  for (const offer of offers) {
    const last = days[days.length - 1]
    if (last && last.day === offer.day) last.offers.push(offer)
    else days.push({ day: offer.day, offers: [offer] })
  }
  return days
}

// Noon in UTC is the same date everywhere a day is shown.
const at = (day: string) => new Date(`${day}T12:00:00Z`)

function dayText(day: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LANG_TAGS[currentLocale()], {
    timeZone: 'UTC',
    ...options,
  }).format(at(day))
}

export const formatDay = (day: string): string =>
  dayText(day, { month: 'short', day: 'numeric', weekday: 'short' })

export const formatLongDay = (day: string): string =>
  dayText(day, { month: 'long', day: 'numeric', weekday: 'long' })

const clock = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Shanghai',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(iso))

/** `08:30–12:00` */
export const formatHours = (slot: { starts_at: string; ends_at: string }): string =>
  `${clock(slot.starts_at)}–${clock(slot.ends_at)}`

export const addDays = (day: string, count: number): string =>
  new Date(at(day).getTime() + count * 86_400_000).toISOString().slice(0, 10)

export const halfKey = (half: Half): string => `pickups.half.${half}`
