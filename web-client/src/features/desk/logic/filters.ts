import type { LngLat, Status } from '@/shared/api/types'
import type { Light } from '../inbox/types'
import type { Counts, StaffRole } from '../types'
import { dayOf, dayStart, isDay, nextDay } from '@/shared/util/today'

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
export const SORTS = ['due', 'risk', 'urgent', 'newest', 'oldest'] as const
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

export const STEPS = ['decide', 'accept', 'handle', 'verify'] as const
export type Step = (typeof STEPS)[number]
export const LIGHTS: Light[] = ['red', 'amber', 'green', 'stopped']
/** How far up a late case was taken, lowest first. */
export const RUNGS = ['urged', 'supervised', 'head', 'lead'] as const
export type Rung = (typeof RUNGS)[number]
export const FLAGS = ['urgent', 'overdue', 'waits', 'extension', 'recurs'] as const
export type Flag = (typeof FLAGS)[number]
export const DATES = ['created_from', 'created_to', 'due_from', 'due_to'] as const
export type DateField = (typeof DATES)[number]
export const DISTANCES = [200, 500, 1000, 3000, 10_000]
export const USUAL_DISTANCE = 500

export interface Filters extends Record<Flag, boolean>, Record<DateField, string> {
  tab: Tab
  status: Status[]
  category: string[]
  township: string[]
  office: string
  /** `me`, `nobody` or a colleague's id. */
  assignee: string
  step: Step[]
  light: Light[]
  /** At least so far up. */
  escalation: Rung | ''
  near: LngLat | null
  within_m: number
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
const list = (value: QueryValue): string[] =>
  text(value)
    .split(',')
    .map((part) => part.trim())
    .filter((part, at, all) => part !== '' && all.indexOf(part) === at)
const some = <T extends string>(value: QueryValue, choices: readonly T[]): T[] =>
  list(value).filter((part): part is T => choices.indexOf(part as T) >= 0)
const day = (value: QueryValue): string => (isDay(text(value)) ? text(value) : '')

function point(value: QueryValue): LngLat | null {
  const [lng, lat, more] = text(value).split(',').map(Number)
  const real = lng >= -180 && lng <= 180 && lat >= -90 && lat <= 90 && more === undefined
  return real ? { lng, lat } : null
}
function distance(value: QueryValue): number {
  const metres = Number(text(value))
  return Number.isInteger(metres) && metres >= 1 && metres <= 50_000 ? metres : USUAL_DISTANCE
}
/** About a metre: an address of a list need not be longer. */
const pointText = ({ lng, lat }: LngLat) => `${lng.toFixed(5)},${lat.toFixed(5)}`

export const noFilters = (tab: Tab): Filters => ({
  tab,
  status: [],
  category: [],
  township: [],
  office: '',
  assignee: '',
  step: [],
  light: [],
  escalation: '',
  urgent: false,
  overdue: false,
  waits: false,
  extension: false,
  recurs: false,
  created_from: '',
  created_to: '',
  due_from: '',
  due_to: '',
  near: null,
  within_m: USUAL_DISTANCE,
  q: '',
  sort: 'due',
})

export function fromQuery(query: Query, role: StaffRole): Filters {
  const rung = text(query.escalation)
  return {
    tab: oneOf(text(query.tab), TABS, defaultTab(role)),
    status: some(query.status, STATUSES),
    category: list(query.category),
    township: list(query.township),
    office: role === 'handler' ? '' : text(query.office),
    // Bookmarks from before colleagues could be named say `mine`.
    assignee: text(query.assignee) || (flag(query.mine) ? 'me' : ''),
    step: some(query.step, STEPS),
    light: some(query.light, LIGHTS),
    escalation: RUNGS.find((one) => one === rung) ?? '',
    urgent: flag(query.urgent),
    overdue: flag(query.overdue),
    waits: flag(query.waits),
    extension: flag(query.extension),
    recurs: flag(query.recurs),
    created_from: day(query.created_from),
    created_to: day(query.created_to),
    due_from: day(query.due_from),
    due_to: day(query.due_to),
    near: point(query.near),
    within_m: distance(query.within_m),
    q: text(query.q),
    sort: oneOf(text(query.sort), SORTS, 'due'),
  }
}

const LISTS = ['status', 'category', 'township', 'step', 'light'] as const
const WORDS = ['office', 'assignee', 'escalation', 'q'] as const

/** Only what differs from the default, so that a bookmark reads like what it shows. */
export function toQuery(filters: Filters, role: StaffRole): Record<string, string> {
  const query: Record<string, string> = {}
  if (filters.tab !== defaultTab(role)) query.tab = filters.tab
  for (const key of LISTS) if (filters[key].length > 0) query[key] = filters[key].join(',')
  for (const key of WORDS) if (filters[key] !== '') query[key] = filters[key]
  for (const key of FLAGS) if (filters[key]) query[key] = '1'
  for (const key of DATES) if (filters[key] !== '') query[key] = filters[key]
  if (filters.near) {
    query.near = pointText(filters.near)
    query.within_m = String(filters.within_m)
  }
  if (filters.sort !== 'due') query.sort = filters.sort
  return query
}

/** The server's name for whoever answers beyond the border. */
const NEIGHBOUR = 'neighbour'

const TAB_PARAMS: Record<Tab, Record<string, string>> = {
  open: { open: 'true' },
  new: { status: 'dispatched,reopened' },
  mine: { assignee: 'me', open: 'true' },
  overdue: { overdue: 'true' },
  urgent: { urgent: 'true', open: 'true' },
  verify: { status: 'handled' },
  returned: { status: 'returned' },
  neighbour: { office: NEIGHBOUR, open: 'true' },
  closed: { status: 'closed' },
  all: {},
}

/** The interface's longer names. */
const FLAG_PARAMS: Record<Flag, string> = {
  urgent: 'urgent',
  overdue: 'overdue',
  waits: 'waits_for_answer',
  extension: 'extension_asked',
  recurs: 'recurs',
}

/** What is asked of the server. A status picked by hand wins over the one a tab implies. */
export function toParams(filters: Filters): Record<string, string> {
  const params: Record<string, string> = { ...TAB_PARAMS[filters.tab] }
  if (filters.status.length > 0) delete params.open
  for (const key of LISTS) if (filters[key].length > 0) params[key] = filters[key].join(',')
  for (const key of ['office', 'assignee', 'escalation'] as const) {
    if (filters[key] !== '') params[key] = filters[key]
  }
  for (const key of FLAGS) if (filters[key]) params[FLAG_PARAMS[key]] = 'true'
  for (const key of ['created_from', 'due_from'] as const) {
    if (filters[key] !== '') params[key] = dayStart(filters[key])
  }
  // The last day counts whole: the server's end is the first moment that does not.
  for (const key of ['created_to', 'due_to'] as const) {
    if (filters[key] !== '') params[key] = dayStart(nextDay(filters[key]))
  }
  if (filters.near) {
    params.near = pointText(filters.near)
    params.within_m = String(filters.within_m)
  }
  if (filters.q !== '') params.q = codeFrom(filters.q) ?? filters.q
  params.sort =
    filters.sort === 'due' && ENDED_TABS.indexOf(filters.tab) >= 0 ? 'newest' : filters.sort
  return params
}

/** For what takes all that the filters leave, in no order: the map and a file. */
export function toWholeParams(filters: Filters): Record<string, string> {
  const params = toParams(filters)
  delete params.sort
  return params
}

const pairs = (params: Record<string, string>) =>
  Object.keys(params)
    .sort()
    .map((key) => `${key}=${encodeURIComponent(params[key])}`)
    .join('&')

/** As a kept filter is stored: what the server is asked. */
export const toStored = (filters: Filters): string => pairs(toParams(filters))

/** A kept filter, read back; what this version does not know is left out. */
export function fromStored(stored: string, role: StaffRole): Filters {
  const given = new URLSearchParams(stored)
  const query: Record<string, string> = {}
  given.forEach((value, key) => (query[key] = value))
  query.tab = given.get('open') === 'true' ? 'open' : 'all'
  for (const key of FLAGS) query[key] = given.get(FLAG_PARAMS[key]) ?? ''
  for (const key of ['created_from', 'due_from'] as const) {
    query[key] = dayOf(given.get(key) ?? '', 0)
  }
  for (const key of ['created_to', 'due_to'] as const) {
    query[key] = dayOf(given.get(key) ?? '', -1)
  }
  return fromQuery(query, role)
}

/** Whether the list on the screen is this kept filter's. */
export const isStored = (filters: Filters, stored: string, role: StaffRole): boolean =>
  toStored(filters) === toStored(fromStored(stored, role))

// A deadline means nothing once a case has ended: the latest come first there.
const ENDED_TABS: Tab[] = ['closed']

/** 482-719-356, 482 719 356 or full-width digits pasted from a letter → 482719356. */
export function codeFrom(value: string): string | null {
  const digits = value
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s\-‐-―－]/g, '')
  return /^\d{9}$/.test(digits) ? digits : null
}
