import { describe, expect, it } from 'vitest'
import type { InboxItem, LiveCase } from '../inbox/types'
import { arrivals, isNews, merged, readCases, retryIn } from './live'

const item = (code: string, version = 1) =>
  ({ code, version, status: 'dispatched', status_text: '已派遣' }) as InboxItem
const told = (...cases: LiveCase[]) => new Map(cases.map((one) => [one.code, one]))
const live = (code: string, version: number): LiveCase => ({ code, version, status: 'accepted' })
const word = (status: string) => `<${status}>`

describe('news of cases', () => {
  it('refreshes rows where they stand', () => {
    const shown = [item('a'), item('b'), item('c')]
    const fresh = [item('c', 2), item('a')]
    const rows = merged(shown, fresh, told(live('c', 2)), word)
    expect(rows.map(({ code, version }) => `${code}${version}`)).toEqual(['a1', 'b1', 'c2'])
  })
  it('leaves a row that no longer fits, and says so', () => {
    const rows = merged([item('a')], [], told(live('a', 2)), word)
    expect(rows[0]).toMatchObject({ gone: true, version: 2, status_text: '<accepted>' })
  })
  it('does not call a row gone that is only further down', () => {
    expect(merged([item('a')], [], told(), word)[0].gone).toBeUndefined()
    expect(merged([item('a', 2)], [], told(live('a', 2)), word)[0].gone).toBeUndefined()
  })
  it('counts only cases that came, not rows that moved up into the page', () => {
    expect(arrivals([item('new'), item('below')], told(live('new', 1)))).toEqual(['new'])
  })
  it('is none where the list shows it already, as after one’s own step', () => {
    expect(isNews([item('a', 2)], [live('a', 2)])).toBe(false)
    expect(isNews([item('a', 1)], [live('a', 2)])).toBe(true)
    expect(isNews([], [live('x', 1)])).toBe(true)
  })
  it('is read with care', () => {
    expect(
      readCases('{"cases":[{"code":"a","version":1,"status":"closed"},{"x":1},null]}'),
    ).toEqual([{ code: 'a', version: 1, status: 'closed' }])
    for (const odd of ['', 'nonsense', '{}', '{"cases":1}', 'null'])
      expect(readCases(odd)).toEqual([])
  })
})

describe('a stream that breaks', () => {
  it('is opened again later each time, within a minute', () => {
    expect([1, 2, 3, 9].map(retryIn)).toEqual([2_000, 4_000, 8_000, 60_000])
  })
})
