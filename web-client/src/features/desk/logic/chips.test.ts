import { describe, expect, it } from 'vitest'
import { chips, cleared, filtersOn } from './chips'
import { fromQuery, toQuery } from './filters'

const filters = fromQuery(
  {
    tab: 'overdue',
    category: 'hazardous,medical',
    assignee: 'me',
    urgent: '1',
    near: '126.5,42',
    within_m: '200',
    due_to: '2026-05-31',
    q: '泔水',
    sort: 'risk',
  },
  'coordinator',
)

describe('the chips', () => {
  it('show each thing that is on', () => {
    expect(chips(filters).map(({ kind, value }) => `${kind} ${value}`.trim())).toEqual([
      'q 泔水',
      'category hazardous',
      'category medical',
      'assignee me',
      'urgent',
      'due_to 2026-05-31',
      'near 200',
    ])
  })
  it('take off themselves and nothing else', () => {
    for (const chip of chips(filters)) {
      const rest = chips({ ...filters, ...chip.off })
      expect(rest).toHaveLength(chips(filters).length - 1)
      expect(rest.map(({ kind, value }) => kind + value)).not.toContain(chip.kind + chip.value)
    }
  })
  it('do not count the search, which has a field of its own', () => {
    expect(filtersOn(filters)).toBe(6)
  })
  it('are all gone after clearing; the tab and the order stay', () => {
    const plain = { ...filters, ...cleared(filters) }
    expect(chips(plain)).toEqual([])
    expect(toQuery(plain, 'coordinator')).toEqual({ tab: 'overdue', sort: 'risk' })
  })
})
