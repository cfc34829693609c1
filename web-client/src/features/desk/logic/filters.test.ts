import { describe, expect, it } from 'vitest'
import type { StaffRole } from '../types'
import {
  codeFrom,
  defaultTab,
  fromQuery,
  fromStored,
  isStored,
  tabCount,
  tabsFor,
  toParams,
  toQuery,
  toStored,
} from './filters'
import { STAFF_ROLES } from './roles'

const role: StaffRole = 'coordinator'

describe('the address of a list', () => {
  it('is empty for what the role sees first', () => {
    for (const one of STAFF_ROLES) expect(toQuery(fromQuery({}, one), one)).toEqual({})
    expect(fromQuery({}, 'verifier').tab).toBe('verify')
    expect(fromQuery({}, 'handler').tab).toBe('open')
  })
  it('comes back as it went', () => {
    const query = {
      tab: 'overdue',
      status: 'accepted,extended',
      category: 'hazardous,medical',
      township: '220605001',
      office: 'ecology',
      assignee: 'nobody',
      step: 'accept,handle',
      light: 'red',
      escalation: 'supervised',
      urgent: '1',
      waits: '1',
      recurs: '1',
      created_from: '2026-05-01',
      due_to: '2026-05-31',
      near: '126.58564,42.05636',
      within_m: '1000',
      q: '和平路 12 号',
      sort: 'newest',
    }
    expect(toQuery(fromQuery(query, role), role)).toEqual(query)
  })
  it('is read with care: unknown words fall back, lists and nulls do no harm', () => {
    const filters = fromQuery(
      { tab: 'nonsense', status: 'accepted,bogus', sort: ['worst'], q: null, urgent: 'maybe' },
      role,
    )
    expect(filters).toMatchObject({ tab: 'open', status: ['accepted'], sort: 'due', q: '' })
    expect(filters.urgent).toBe(false)
  })
  it('knows the word of older bookmarks for one’s own cases', () => {
    expect(fromQuery({ mine: '1' }, role).assignee).toBe('me')
  })
  it('takes no place and no day that is none', () => {
    const filters = fromQuery(
      { near: '999,42', within_m: '0', created_from: '2026-13-40', due_to: 'soon' },
      role,
    )
    expect(filters).toMatchObject({ near: null, within_m: 500, created_from: '', due_to: '' })
    expect(fromQuery({ near: '1,2,3' }, role).near).toBeNull()
  })
  it('gives a handler no office filter', () => {
    expect(fromQuery({ office: 'ecology' }, 'handler').office).toBe('')
  })
})

describe('what is asked of the server', () => {
  const ask = (query: Record<string, string>) => toParams(fromQuery(query, role))

  it('follows the tab', () => {
    expect(ask({})).toEqual({ open: 'true', sort: 'due' })
    expect(ask({ tab: 'new' })).toEqual({ status: 'dispatched,reopened', sort: 'due' })
    expect(ask({ tab: 'urgent' })).toEqual({ urgent: 'true', open: 'true', sort: 'due' })
    expect(ask({ tab: 'mine' })).toEqual({ assignee: 'me', open: 'true', sort: 'due' })
    expect(ask({ tab: 'all' })).toEqual({ sort: 'due' })
  })
  it('shows the latest first where no deadline runs any more', () => {
    expect(ask({ tab: 'closed' }).sort).toBe('newest')
    expect(ask({ tab: 'closed', sort: 'oldest' }).sort).toBe('oldest')
  })
  it('lets a chosen status win over the tab', () => {
    expect(ask({ tab: 'all', status: 'suspended' })).toEqual({ status: 'suspended', sort: 'due' })
    expect(ask({ status: 'closed' })).toEqual({ status: 'closed', sort: 'due' })
  })
  it('names the long words of the interface and whole days of the district', () => {
    expect(
      ask({
        tab: 'all',
        waits: '1',
        extension: '1',
        created_from: '2026-05-01',
        created_to: '2026-05-31',
        near: '126.58564,42.05636',
      }),
    ).toEqual({
      waits_for_answer: 'true',
      extension_asked: 'true',
      created_from: '2026-05-01T00:00:00+08:00',
      created_to: '2026-06-01T00:00:00+08:00',
      near: '126.58564,42.05636',
      within_m: '500',
      sort: 'due',
    })
  })
  it('sends a code without its dashes and words as they are', () => {
    expect(ask({ q: '482-719-356' }).q).toBe('482719356')
    expect(ask({ q: '和平路 12' }).q).toBe('和平路 12')
  })
})

describe('a code', () => {
  it('is recognised however it was written', () => {
    for (const text of ['482719356', '482-719-356', ' 482 719 356 ', '４８２７１９３５６']) {
      expect(codeFrom(text)).toBe('482719356')
    }
  })
  it('is not seen in other numbers', () => {
    for (const text of ['13863212436', '12 号楼', '48271935', '']) expect(codeFrom(text)).toBeNull()
  })
})

describe('the tabs', () => {
  it('begin with what the role is here for and always hold its default', () => {
    expect(tabsFor('coordinator')[0]).toBe('returned')
    expect(tabsFor('verifier')[0]).toBe('verify')
    expect(tabsFor('handler')[0]).toBe('new')
    for (const one of STAFF_ROLES) expect(tabsFor(one)).toContain(defaultTab(one))
  })
  it('show the counts of the server', () => {
    const counts = {
      open: 9,
      new: 1,
      overdue: 2,
      urgent: 3,
      to_verify: 4,
      returned: 5,
      mine: 7,
      neighbour: 8,
      closed_30d: 6,
    }
    expect(
      ['open', 'new', 'verify', 'closed', 'all'].map((tab) => tabCount(tab as 'open', counts)),
    ).toEqual([9, 1, 4, 6, null])
  })
})

describe('a kept filter', () => {
  const filters = (query: Record<string, string>) => fromQuery(query, role)

  it('asks the same when it is read back', () => {
    const queries: Record<string, string>[] = [
      {},
      { tab: 'closed' },
      { tab: 'mine', urgent: '1' },
      { tab: 'neighbour' },
      { status: 'accepted', category: 'a,b', created_to: '2026-05-31', q: '和平路 & 12' },
      { step: 'handle', light: 'red', due_from: '2026-05-01', near: '126.5,42', within_m: '200' },
    ]
    for (const query of queries) {
      const stored = toStored(filters(query))
      expect(toStored(fromStored(stored, role))).toBe(stored)
      expect(isStored(filters(query), stored, role)).toBe(true)
    }
  })
  it('is found again whatever the order of its words', () => {
    expect(isStored(filters({ urgent: '1' }), 'urgent=true&sort=due&open=true', role)).toBe(true)
    expect(isStored(filters({}), 'urgent=true&open=true', role)).toBe(false)
  })
  it('of a newer version loses only what is not known here', () => {
    expect(fromStored('light=red,purple&weather=rain', role)).toMatchObject({
      tab: 'all',
      light: ['red'],
    })
  })
})
