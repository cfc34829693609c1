import { describe, expect, it } from 'vitest'
import type { EventView } from '../types'
import { byDay, monthSpan, nextMonths } from './days'

const event = (id: string, starts: string[], township = 't1', kind = 'repair') =>
  ({
    id,
    place: { township: { id: township, name: '' } },
    kind: { id: kind },
    dates: starts.map((start) => ({ occurrence: start, starts: start, ends: start })),
  }) as unknown as EventView

describe('events by day', () => {
  const all = [
    event('late', ['2026-12-05T14:00', '2026-12-12T14:00', '2026-12-19T14:00']),
    event('early', ['2026-12-05T09:00'], 't2', 'flea-market'),
  ]
  it('stand under each of their dates, the earliest first', () => {
    const days = byDay(all, { township: '', kind: '' }, 2)
    expect(days.map(({ day }) => day)).toEqual(['2026-12-05', '2026-12-12'])
    expect(days[0].held.map((held) => held.event.id)).toEqual(['early', 'late'])
  })
  it('can be narrowed', () => {
    expect(byDay(all, { township: 't2', kind: '' })).toHaveLength(1)
    expect(byDay(all, { township: 't2', kind: 'repair' })).toEqual([])
  })
  it('are asked for by whole months', () => {
    expect(monthSpan('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' })
    expect(monthSpan('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(nextMonths('2026-11', 3)).toEqual(['2026-11', '2026-12', '2027-01'])
  })
})
