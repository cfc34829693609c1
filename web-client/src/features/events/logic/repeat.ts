// A recurrence as an organiser thinks of it, and as the server keeps it (RFC 5545).
import type { Recurrence } from '../types'
import { addDays, asUtc, dateOf, DAY_MS, fromUtc, timeOf } from './local'

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type RepeatKind =
  'once' | 'daily' | 'weekly' | 'monthly_week' | 'monthly_day' | 'yearly' | 'other'

export interface Repeat {
  kind: RepeatKind
  every: number
  /** Days of the week, Monday is 0; of `weekly`. */
  days: number[]
  /** 1 to 4, or -1 for the last; with `day`, of `monthly_week`. */
  nth: number
  day: number
  until: string
  except: string[]
  extra: string[]
  skip_holidays: boolean
  /** What this editor cannot say in words is kept as it is. */
  rule: string
}

export const weekdayOf = (day: string): number => (asUtc(dateOf(day)).getUTCDay() + 6) % 7
export const nthOf = (day: string): number => Math.ceil(Number(day.slice(8, 10)) / 7)

/** What is most likely meant by an event that begins on this day. */
export function repeatFor(day: string, kind: RepeatKind = 'once'): Repeat {
  const known = /^\d{4}-\d\d-\d\d/.test(day)
  const nth = known ? nthOf(day) : 1
  return {
    kind,
    every: 1,
    days: known ? [weekdayOf(day)] : [],
    nth: nth > 4 ? -1 : nth,
    day: known ? weekdayOf(day) : 5,
    until: '',
    except: [],
    extra: [],
    skip_holidays: false,
    rule: '',
  }
}

function parts(rule: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const part of rule.replace(/^RRULE:/i, '').split(';')) {
    const [name, value] = part.split('=')
    if (name && value) found[name.toUpperCase()] = value.toUpperCase()
  }
  return found
}

/** Reads a rule back; one that says more than the editor can is `other`. */
export function repeatOf(recurrence: Recurrence | null | undefined, starts: string): Repeat {
  const base = repeatFor(starts)
  if (!recurrence) return base
  const repeat: Repeat = {
    ...base,
    until: recurrence.until ?? '',
    except: recurrence.except ?? [],
    extra: recurrence.extra ?? [],
    skip_holidays: recurrence.skip_holidays ?? false,
    rule: recurrence.rule ?? '',
  }
  if (!repeat.rule) return repeat
  const { FREQ, INTERVAL = '1', BYDAY, BYSETPOS, BYMONTHDAY, ...rest } = parts(repeat.rule)
  const other: Repeat = { ...repeat, kind: 'other' }
  if (Object.keys(rest).some((name) => name !== 'WKST')) return other
  repeat.every = Number(INTERVAL)
  if (FREQ === 'DAILY' && !BYDAY && !BYSETPOS && !BYMONTHDAY) return { ...repeat, kind: 'daily' }
  if (FREQ === 'YEARLY' && !BYDAY && !BYSETPOS && !BYMONTHDAY) return { ...repeat, kind: 'yearly' }
  if (FREQ === 'WEEKLY' && !BYSETPOS && !BYMONTHDAY) {
    const days = BYDAY ? BYDAY.split(',').map((day) => WEEKDAYS.indexOf(day as 'MO')) : base.days
    return days.includes(-1) ? other : { ...repeat, kind: 'weekly', days: days.sort() }
  }
  if (FREQ === 'MONTHLY' && BYDAY && !BYMONTHDAY) {
    const match = /^(-?\d)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(BYDAY)
    const nth = Number(match?.[1] ?? BYSETPOS ?? 0)
    if (!match || (match[1] && BYSETPOS) || ![1, 2, 3, 4, -1].includes(nth)) return other
    return { ...repeat, kind: 'monthly_week', nth, day: WEEKDAYS.indexOf(match[2] as 'MO') }
  }
  if (FREQ === 'MONTHLY' && !BYDAY && !BYSETPOS) {
    if (BYMONTHDAY && Number(BYMONTHDAY) !== Number(starts.slice(8, 10))) return other
    return { ...repeat, kind: 'monthly_day' }
  }
  return other
}

export function ruleOf(repeat: Repeat): string | null {
  const every = repeat.every > 1 ? `;INTERVAL=${repeat.every}` : ''
  switch (repeat.kind) {
    case 'once':
      return null
    case 'daily':
      return `FREQ=DAILY${every}`
    case 'weekly':
      return `FREQ=WEEKLY${every};BYDAY=${[...repeat.days]
        .sort()
        .map((day) => WEEKDAYS[day])
        .join(',')}`
    case 'monthly_week':
      return `FREQ=MONTHLY${every};BYDAY=${repeat.nth}${WEEKDAYS[repeat.day]}`
    case 'monthly_day':
      return `FREQ=MONTHLY${every}`
    case 'yearly':
      return `FREQ=YEARLY${every}`
    case 'other':
      return repeat.rule
  }
}

/** `{}` makes an event one-off again. */
export function recurrenceOf(repeat: Repeat): Recurrence {
  const rule = ruleOf(repeat)
  const extra = [...repeat.extra].sort()
  if (!rule) return extra.length > 0 ? { extra } : {}
  return {
    rule,
    ...(repeat.until ? { until: repeat.until } : {}),
    ...(repeat.except.length > 0 ? { except: [...repeat.except].sort() } : {}),
    ...(extra.length > 0 ? { extra } : {}),
    ...(repeat.skip_holidays ? { skip_holidays: true } : {}),
  }
}

const monthIndex = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1

function fits(repeat: Repeat, day: string, first: string): boolean {
  const every = Math.max(1, repeat.every)
  const apart = Math.round((asUtc(day).getTime() - asUtc(first).getTime()) / DAY_MS)
  const months = monthIndex(day) - monthIndex(first)
  switch (repeat.kind) {
    case 'once':
    case 'other':
      return apart === 0
    case 'daily':
      return apart % every === 0
    case 'weekly':
      return (
        repeat.days.includes(weekdayOf(day)) &&
        Math.floor((apart + weekdayOf(first)) / 7) % every === 0
      )
    case 'monthly_week':
      if (weekdayOf(day) !== repeat.day || months % every !== 0) return false
      return repeat.nth === -1
        ? addDays(day, 7).slice(5, 7) !== day.slice(5, 7)
        : nthOf(day) === repeat.nth
    case 'monthly_day':
      return day.slice(8) === first.slice(8) && months % every === 0
    case 'yearly':
      return day.slice(5) === first.slice(5) && (months / 12) % every === 0
  }
}

/** Three years: a leap day's yearly event is still found. */
const SEARCHED_DAYS = 1_500

/**
 * The first dates, as local starts. What was taken out stays in the list, so that it can be put
 * back; holidays are the server's to know.
 */
export function preview(repeat: Repeat, starts: string, most = 8): string[] {
  const begin = firstOf(repeat, starts)
  if (!begin) return []
  const found: string[] = []
  for (let n = 0, day = dateOf(begin); n < SEARCHED_DAYS && found.length < most; n += 1) {
    if (repeat.until && day > repeat.until) break
    if (fits(repeat, day, dateOf(begin))) found.push(`${day}T${timeOf(begin)}`)
    day = addDays(day, 1)
  }
  return [...found, ...repeat.extra].sort().slice(0, Math.max(most, repeat.extra.length))
}

/** The rule's first date from this day on: the server wants the start to be one of the rule. */
export function firstOf(repeat: Repeat, starts: string): string | null {
  if (Number.isNaN(asUtc(starts).getTime())) return null
  if (repeat.kind === 'weekly' && repeat.days.length === 0) return null
  if (repeat.kind !== 'weekly' && repeat.kind !== 'monthly_week') return fromUtc(asUtc(starts))
  // From its first month or week on every date counts, however many are left out later.
  const often = { ...repeat, every: 1 }
  for (let n = 0, day = dateOf(starts); n < 62; n += 1) {
    if (fits(often, day, dateOf(starts))) return `${day}T${timeOf(starts)}`
    day = addDays(day, 1)
  }
  return null
}
