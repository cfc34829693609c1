import { addDays } from '@/features/pickups/logic/days'
import { todayInDistrict } from '@/shared/util/today'

export const today = (): string => todayInDistrict(Date.now())

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 6) % 7))
}

export const weekOf = (monday: string): string[] =>
  [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(monday, n))

export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`
