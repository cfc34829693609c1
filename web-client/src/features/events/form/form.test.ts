import { describe, expect, it } from 'vitest'
import type { EventView } from '../types'
import { blank, bodyOf, faultsOf, formOf, minutesOf } from './form'

const event = {
  kind: { id: 'flea-market' },
  title: '周末集市',
  text: '',
  place: {
    township: { id: 't1', name: '' },
    community: null,
    address: '文化广场',
    lng: 126.5,
    lat: 42.05,
  },
  starts: '2026-12-05T20:00',
  minutes: 360,
  recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA', until: '2027-01-30' },
  leftover_place: null,
} as unknown as EventView

describe('the form of an event', () => {
  it('says what is missing', () => {
    expect(faultsOf(blank())).toEqual(['kind', 'title', 'starts', 'township', 'address', 'lng'])
  })

  it('gives back the event it was made of', () => {
    const form = formOf(event)
    expect([form.from, form.to, form.more_days]).toEqual(['20:00', '02:00', 1])
    expect(bodyOf(form, undefined)).toMatchObject({
      starts: event.starts,
      minutes: 360,
      recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA', until: '2027-01-30' },
    })
    expect(faultsOf(form)).toEqual([])
  })

  it('moves the start to the rule’s first date', () => {
    const form = formOf(event)
    form.repeat = { ...form.repeat, days: [6] }
    expect(bodyOf(form, undefined).starts).toBe('2026-12-06T20:00')
  })

  it('does not end before it begins', () => {
    const form = { ...formOf(event), more_days: 0 }
    expect(minutesOf(form)).toBeLessThan(0)
    expect(faultsOf(form)).toEqual(['minutes'])
  })
})
