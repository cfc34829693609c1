// An event as its form holds it, and what the server is told of it.
import type { EventView, NewEvent } from '../types'
import { addDays, addMinutes, asUtc, dateOf, timeOf } from '../logic/local'
import { firstOf, recurrenceOf, repeatFor, repeatOf, type Repeat } from '../logic/repeat'

export interface Form {
  kind: string
  title: string
  text: string
  township: string
  community: string
  address: string
  place: { lng: number; lat: number } | null
  day: string
  from: string
  to: string
  /** Days after the first on which it ends. */
  more_days: number
  repeat: Repeat
  leftover_place: string
}

export const blank = (): Form => ({
  kind: '',
  title: '',
  text: '',
  township: '',
  community: '',
  address: '',
  place: null,
  day: '',
  from: '09:00',
  to: '11:00',
  more_days: 0,
  repeat: repeatFor(''),
  leftover_place: '',
})

export function formOf(event: EventView): Form {
  const ends = addMinutes(event.starts, event.minutes)
  const days = Math.round(
    (asUtc(dateOf(ends)).getTime() - asUtc(dateOf(event.starts)).getTime()) / 86_400_000,
  )
  return {
    kind: event.kind.id,
    title: event.title,
    text: event.text,
    township: event.place.township.id,
    community: event.place.community?.id ?? '',
    address: event.place.address,
    place: { lng: event.place.lng, lat: event.place.lat },
    day: dateOf(event.starts),
    from: timeOf(event.starts),
    to: timeOf(ends),
    more_days: days,
    repeat: repeatOf(event.recurrence, event.starts),
    leftover_place: event.leftover_place ?? '',
  }
}

export const startOf = (form: Form): string => `${form.day}T${form.from}`
export function minutesOf(form: Form): number {
  if (!form.day || !form.from || !form.to) return NaN
  const ends = `${addDays(form.day, form.more_days)}T${form.to}`
  return Math.round((asUtc(ends).getTime() - asUtc(startOf(form)).getTime()) / 60_000)
}

export type Fault =
  'kind' | 'title' | 'starts' | 'minutes' | 'recurrence' | 'address' | 'lng' | 'township'

export function faultsOf(form: Form): Fault[] {
  const found: Fault[] = []
  if (form.kind === '') found.push('kind')
  if (Array.from(form.title.trim()).length < 2) found.push('title')
  if (!form.day || !form.from) found.push('starts')
  const minutes = minutesOf(form)
  if (form.day && !(minutes >= 15 && minutes <= 4320)) found.push('minutes')
  if (form.day && form.from && firstOf(form.repeat, startOf(form)) === null)
    found.push('recurrence')
  if (form.township === '') found.push('township')
  if (Array.from(form.address.trim()).length < 2) found.push('address')
  if (!form.place) found.push('lng')
  return found
}

export function bodyOf(form: Form, photo: string | undefined): NewEvent {
  return {
    kind: form.kind,
    title: form.title.trim(),
    text: form.text.trim(),
    ...(photo ? { photo_id: photo } : {}),
    township: form.township,
    ...(form.community ? { community: form.community } : {}),
    address: form.address.trim(),
    lng: form.place?.lng ?? 0,
    lat: form.place?.lat ?? 0,
    datum: 'wgs84',
    starts: firstOf(form.repeat, startOf(form)) ?? startOf(form),
    minutes: minutesOf(form),
    recurrence: recurrenceOf(form.repeat),
    ...(form.leftover_place.trim() ? { leftover_place: form.leftover_place.trim() } : {}),
  }
}
