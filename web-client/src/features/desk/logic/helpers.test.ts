import { describe, expect, it } from 'vitest'
import type { StaffMember } from '../types'
import { todayInDistrict } from '@/shared/util/today'
import { firstPassword, MIN_PASSWORD } from './password'
import { matchStaff } from './staff'
import { groupTyped, placeLine } from './words'

describe('small helpers', () => {
  it('know the district’s day, not the one of the PC', () => {
    expect(todayInDistrict(Date.parse('2026-11-24T15:59:00Z'))).toBe('2026-11-24')
    expect(todayInDistrict(Date.parse('2026-11-24T16:00:00Z'))).toBe('2026-11-25')
  })
  it('group a code while it is typed', () => {
    expect(groupTyped('4827')).toBe('482-7')
    expect(groupTyped('482-719-3567')).toBe('482-719-356')
  })
  it('write a place once', () => {
    const place = { code: '1', name: '江源街道' }
    expect(placeLine({ township: place, community: place, address: '河堤' })).toBe(
      '江源街道 · 河堤',
    )
    expect(placeLine({ township: null, community: null, address: '' })).toBe('')
  })
  it('make a first password that is long enough and read out easily', () => {
    let next = 0
    const password = firstPassword((bytes) => bytes.map(() => (next += 37) & 0xff))
    expect(password).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/)
    expect(password).not.toMatch(/[il01o]/)
    expect(password.length).toBeGreaterThanOrEqual(MIN_PASSWORD)
  })
  it('find staff by name or user name, those at work first', () => {
    const one = (username: string, disabled: boolean) =>
      ({
        username,
        name: username,
        email: null,
        role: 'handler',
        office: null,
        disabled,
      }) as StaffMember
    const people = [one('zhao', true), one('zhang', false), one('li', false)]
    const none = { text: '', office: '', role: '' } as const
    expect(matchStaff(people, { ...none, text: 'ZH' }).map((p) => p.username)).toEqual([
      'zhang',
      'zhao',
    ])
    expect(matchStaff(people, { ...none, office: 'housing' })).toEqual([])
  })
})
