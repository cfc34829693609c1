// Events by their dates: one that repeats stands under each of them.
import type { EventDate, EventView } from '../types'
import { addDays, dateOf } from './local'

export interface Held {
  event: EventView
  date: EventDate
}
export interface Day {
  day: string
  held: Held[]
}
export interface Wish {
  township: string
  kind: string
}

export function byDay(events: readonly EventView[], wish: Wish, most = Infinity): Day[] {
  const days = new Map<string, Held[]>()
  for (const event of events) {
    if (wish.township && event.place.township.id !== wish.township) continue
    if (wish.kind && event.kind.id !== wish.kind) continue
    // A corner that opens every day would push all else from sight.
    for (const date of event.dates.slice(0, most)) {
      const day = dateOf(date.starts)
      days.set(day, [...(days.get(day) ?? []), { event, date }])
    }
  }
  return Array.from(days, ([day, held]) => ({
    day,
    held: held.sort((a, b) => a.date.starts.localeCompare(b.date.starts)),
  })).sort((a, b) => a.day.localeCompare(b.day))
}

export const monthSpan = (month: string): { from: string; to: string } => ({
  from: `${month}-01`,
  to: addDays(`${nextMonths(month, 2)[1]}-01`, -1),
})

/** `2026-12`, `2027-01`, … */
export function nextMonths(from: string, count: number): string[] {
  const first = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1
  return Array.from({ length: count }, (_, n) => {
    const month = first + n
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}
