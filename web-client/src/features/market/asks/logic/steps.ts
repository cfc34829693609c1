// Where two people stand about a thing, and the one step that is next.
import type { AskView, MarketReason } from '../types'

export type Step =
  | 'promise'
  | 'release'
  | 'propose'
  | 'accept'
  | 'calendar'
  | 'done'
  | 'no_show'
  | 'returned'
  | 'rate'
  | 'reply'
  | 'withdraw'

export type Standing =
  | 'open_owner'
  | 'open_asker'
  | 'open_taken'
  | 'promised_owner'
  | 'promised_asker'
  | 'proposed_mine'
  | 'proposed_theirs'
  | 'agreed'
  | 'due'
  | 'done'
  | 'lent'
  | 'returned'
  | 'not_done'
  | 'withdrawn'
  | 'closed'

type Asked = Pick<AskView, 'side' | 'state' | 'can' | 'handover' | 'returned_at'> & {
  listing: Pick<AskView['listing'], 'kind' | 'state'>
}

export function standing(ask: Asked, now: number): Standing {
  switch (ask.state) {
    case 'open':
      if (ask.listing.state === 'reserved') return 'open_taken'
      return ask.side === 'owner' ? 'open_owner' : 'open_asker'
    case 'promised':
      if (!ask.handover) return ask.side === 'owner' ? 'promised_owner' : 'promised_asker'
      if (!ask.handover.accepted_at) return ask.handover.mine ? 'proposed_mine' : 'proposed_theirs'
      return now >= Date.parse(ask.handover.at) ? 'due' : 'agreed'
    case 'done':
      if (ask.listing.kind !== 'lend') return 'done'
      return ask.returned_at ? 'returned' : 'lent'
    default:
      return ask.state
  }
}

/** The big button for each standing, the first that the server allows. */
const FIRST: Record<Standing, Step[]> = {
  open_owner: ['promise'],
  open_asker: [],
  open_taken: [],
  promised_owner: ['propose'],
  promised_asker: ['propose'],
  proposed_mine: [],
  proposed_theirs: ['accept'],
  agreed: ['calendar'],
  due: ['done'],
  done: ['rate', 'reply'],
  lent: ['returned', 'rate', 'reply'],
  returned: ['rate', 'reply'],
  not_done: ['reply', 'no_show'],
  withdrawn: [],
  closed: [],
}
const ORDER: Step[] = [
  'accept',
  'propose',
  'calendar',
  'done',
  'returned',
  'rate',
  'reply',
  'no_show',
  'promise',
  'release',
  'withdraw',
]

export interface Steps {
  standing: Standing
  next: Step | null
  others: Step[]
}

export function stepsOf(ask: Asked, now: number): Steps {
  const where = standing(ask, now)
  const allowed = (step: Step) =>
    step === 'calendar' ? ask.state === 'promised' && ask.handover !== null : ask.can[step]
  const next = FIRST[where].find(allowed) ?? null
  return {
    standing: where,
    next,
    others: ORDER.filter((step) => step !== next && allowed(step)),
  }
}

/** Whoever gives says that the taker did not come, and the other way round. */
export function reasonsFor(
  ask: Pick<AskView, 'side'> & { listing: Pick<AskView['listing'], 'kind'> },
  reasons: MarketReason[],
): MarketReason[] {
  const gives = (ask.side === 'owner') !== (ask.listing.kind === 'wanted')
  const ofOneself = gives ? 'giver-no-show' : 'taker-no-show'
  return reasons.filter(({ kind, id }) => kind === 'not-done' && id !== ofOneself)
}
