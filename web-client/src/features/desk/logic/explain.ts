import type { Me } from '@/shared/api/types'
import type { CaseView } from '../types'
import { allows } from './actions'

/** A message key under `desk.explain`, saying in one line why the next step isn't this person's. */
export interface Explanation {
  key: string
  values: Record<string, string>
}

export function explain(view: CaseView, me: Me): Explanation[] {
  const lead = view.lead.name
  const office = me.office?.id
  const own = office === view.lead.id
  const handledIt = office !== undefined && office === view.handled_office?.id
  const say = (key: string, values: Record<string, string> = {}): Explanation => ({ key, values })
  const out: Explanation[] = []
  const can = (name: Parameters<typeof allows>[1]) => allows(view.actions, name)

  switch (view.status) {
    case 'closed':
      return [say('closed')]
    case 'rejected':
      return [say('rejected')]
    case 'merged':
      return [say('merged')]
    case 'handled':
      if (can('verify') || can('close')) break
      if (view.verified_at) out.push(say(handledIt ? 'verified_own' : 'verified_other'))
      else if (handledIt) out.push(say('handled_own'))
      else out.push(say('handled_other'))
      break
    case 'returned':
      if (!can('dispatch')) out.push(say('returned'))
      break
    case 'suspended':
      if (!can('resume')) out.push(say('suspended'))
      break
    case 'dispatched':
    case 'reopened':
    case 'received':
      if (me.role === 'verifier') out.push(say('verify_later', { lead }))
      else if (!can('accept') && me.role !== 'handler') out.push(say('not_accepted', { lead }))
      break
    case 'accepted':
    case 'extended':
      if (can('handle')) out.push(say('handle_then_check'))
      else if (me.role === 'verifier') out.push(say('verify_later', { lead }))
      else if (me.role !== 'handler') out.push(say('in_progress', { lead }))
      break
  }
  if (me.role === 'handler' && !own && !handledIt) {
    const assists = view.assisting.some((one) => one.id === office)
    out.push(say(assists ? 'assisting' : 'elsewhere', { lead }))
  }
  if (own && view.final_dispatch && view.status !== 'handled') {
    out.push(say('final'))
  }
  return out
}
