import type { Status } from '@/shared/api/types'
import type { Counts, StaffRole } from '../types'

export const TABS = [
  'open',
  'new',
  'mine',
  'overdue',
  'urgent',
  'verify',
  'returned',
  'neighbour',
  'closed',
  'all',
] as const
export type Tab = (typeof TABS)[number]
export const SORTS = ['due', 'newest', 'oldest', 'urgent'] as const
export type Sort = (typeof SORTS)[number]
export const STATUSES: Status[] = [
  'received',
  'dispatched',
  'accepted',
  'handled',
  'closed',
  'returned',
  'extended',
  'suspended',
  'rejected',
  'merged',
  'reopened',
]

export interface Filters {
  tab: Tab
  status: Status[]
  category: string
  township: string
  office: string
  overdue: boolean
  urgent: boolean
  mine: boolean
  q: string
  sort: Sort
}

type QueryValue = string | null | undefined | (string | null)[]
type Query = Record<string, QueryValue>

const TAB_ORDER: Record<StaffRole, Tab[]> = {
  handler: ['new', 'mine', 'open', 'overdue', 'urgent', 'verify', 'closed', 'all'],
  coordinator: [
    'returned',
    'overdue',
    'urgent',
    'new',
    'verify',
    'open',
    'neighbour',
    'closed',
    'all',
  ],
  verifier: ['verify', 'overdue', 'open', 'urgent', 'closed', 'all'],
  moderator: ['open', 'new', 'urgent', 'overdue', 'closed', 'all'],
  editor: ['open', 'closed', 'all'],
  administrator: [
    'open',
    'overdue',
    'returned',
    'urgent',
    'new',
    'verify',
    'neighbour',
    'closed',
    'all',
  ],
}

export const tabsFor = (role: StaffRole): Tab[] => TAB_ORDER[role]

/** Where an empty address leads: what the person is here to do. */
export function defaultTab(role: StaffRole): Tab {
  return role === 'verifier' ? 'verify' : 'open'
}

export function tabCount(tab: Tab, counts: Counts): number | null {
  switch (tab) {
    case 'verify':
      return counts.to_verify
    case 'closed':
      return counts.closed_30d
    case 'all':
      return null
    default:
      return counts[tab]
  }
}

const text = (value: QueryValue): string => {
  const one = Array.isArray(value) ? value[0] : value
  return typeof one === 'string' ? one.trim() : ''
}
const flag = (value: QueryValue) => text(value) === '1' || text(value) === 'true'
const oneOf = <T extends string>(value: string, choices: readonly T[], fallback: T): T =>
  choices.find((choice) => choice === value) ?? fallback

export function fromQuery(query: Query, role: StaffRole): Filters {
  return {
    tab: oneOf(text(query.tab), TABS, defaultTab(role)),
    status: text(query.status)
      .split(',')
      .filter((part): part is Status => STATUSES.indexOf(part as Status) >= 0),
    category: text(query.category),
    township: text(query.township),
    office: role === 'handler' ? '' : text(query.office),
    overdue: flag(query.overdue),
    urgent: flag(query.urgent),
    mine: flag(query.mine),
    q: text(query.q),
    sort: oneOf(text(query.sort), SORTS, 'due'),
  }
}

/** Only what differs from the default, so that a bookmark reads like what it shows. */
export function toQuery(filters: Filters, role: StaffRole): Record<string, string> {
  const query: Record<string, string> = {}
  if (filters.tab !== defaultTab(role)) query.tab = filters.tab
  if (filters.status.length > 0) query.status = filters.status.join(',')
  for (const key of ['category', 'township', 'office', 'q'] as const) {
    if (filters[key] !== '') query[key] = filters[key]
  }
  for (const key of ['overdue', 'urgent', 'mine'] as const) {
    if (filters[key]) query[key] = '1'
  }
  if (filters.sort !== 'due') query.sort = filters.sort
  return query
}

/** The server's name for whoever answers beyond the border. */
const NEIGHBOUR = 'neighbour'

const TAB_PARAMS: Record<Tab, Record<string, string>> = {
  open: { open: 'true' },
  new: { status: 'dispatched,reopened' },
  mine: { mine: 'true', open: 'true' },
  overdue: { overdue: 'true' },
  urgent: { urgent: 'true', open: 'true' },
  verify: { status: 'handled' },
  returned: { status: 'returned' },
  neighbour: { office: NEIGHBOUR, open: 'true' },
  closed: { status: 'closed' },
  all: {},
}

/** What is asked of the server. A status picked by hand wins over the one a tab implies. */
export function toParams(filters: Filters): Record<string, string> {
  const params: Record<string, string> = { ...TAB_PARAMS[filters.tab] }
  if (filters.status.length > 0) {
    params.status = filters.status.join(',')
    delete params.open
  }
  for (const key of ['category', 'township', 'office'] as const) {
    if (filters[key] !== '') params[key] = filters[key]
  }
  for (const key of ['overdue', 'urgent', 'mine'] as const) {
    if (filters[key]) params[key] = 'true'
  }
  if (filters.q !== '') params.q = codeFrom(filters.q) ?? filters.q
  params.sort =
    filters.sort === 'due' && ENDED_TABS.indexOf(filters.tab) >= 0 ? 'newest' : filters.sort
  return params
}

// A deadline means nothing once a case has ended: the latest come first there.
const ENDED_TABS: Tab[] = ['closed']

/** Filters beside the tab, for the badge on the filter button. */
export function activeCount(filters: Filters): number {
  return (
    [filters.category, filters.township, filters.office].filter((value) => value !== '').length +
    [filters.overdue, filters.urgent, filters.mine].filter(Boolean).length +
    (filters.status.length > 0 ? 1 : 0)
  )
}

/** 482-719-356, 482 719 356 or full-width digits pasted from a letter → 482719356. */
export function codeFrom(value: string): string | null {
  const digits = value
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s\-‐-―－]/g, '')
  return /^\d{9}$/.test(digits) ? digits : null
}
