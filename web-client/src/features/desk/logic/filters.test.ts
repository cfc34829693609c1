import { describe, expect, it } from 'vitest'
import type { StaffRole } from '../types'
import {
  activeCount,
  codeFrom,
  defaultTab,
  fromQuery,
  tabCount,
  tabsFor,
  toParams,
  toQuery,
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
      category: 'hazardous',
      township: '220605001',
      office: 'ecology',
      urgent: '1',
      mine: '1',
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
    expect(ask({ tab: 'mine' })).toEqual({ mine: 'true', open: 'true', sort: 'due' })
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
  it('are not counted among the filters', () => {
    expect(activeCount(fromQuery({ tab: 'overdue', q: '泔水' }, role))).toBe(0)
    expect(activeCount(fromQuery({ status: 'accepted', office: 'housing', mine: '1' }, role))).toBe(
      3,
    )
  })
})
