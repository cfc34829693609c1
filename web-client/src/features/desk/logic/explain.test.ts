import { describe, expect, it } from 'vitest'
import type { Me, Role, Status } from '@/shared/api/types'
import zh from '../locales/zh'
import type { ActionName, CaseAction, CaseView } from '../types'
import { explain } from './explain'

const person = (role: Role, office: string | null): Me => ({
  id: 'u',
  username: 'u',
  name: '某人',
  role,
  office: office ? { id: office, name: office } : null,
  role_name: '',
})
function view(status: Status, actions: ActionName[] = [], over: Partial<CaseView> = {}): CaseView {
  return {
    status,
    lead: { id: 'housing', name: '区住建局' },
    actions: actions.map((action) => ({ action }) as CaseAction),
    assisting: [{ id: 'ecology', name: '生态环境分局' }],
    handled_office: status === 'handled' ? { id: 'housing', name: '区住建局' } : null,
    final_dispatch: false,
    ...over,
  } as CaseView
}
const keys = (one: CaseView, me: Me) => explain(one, me).map((line) => line.key)
const handler = person('handler', 'housing')

describe('the line that explains an absent action', () => {
  it('tells the handler why the case cannot be closed', () => {
    expect(keys(view('handled', ['note']), handler)).toEqual(['handled_own'])
    const checked = view('handled', ['note'], { verified_at: '2026-11-24T04:00:00Z' })
    expect(keys(checked, handler)).toEqual(['verified_own'])
    expect(keys(view('accepted', ['handle']), handler)).toEqual(['handle_then_check'])
  })
  it('says nothing where the next step is offered', () => {
    expect(keys(view('handled', ['verify']), person('verifier', 'data'))).toEqual([])
    expect(keys(view('returned', ['dispatch']), person('coordinator', null))).toEqual([])
    expect(keys(view('dispatched', ['accept', 'return']), handler)).toEqual([])
  })
  it('tells an assisting office who leads', () => {
    const lines = explain(view('accepted'), person('handler', 'ecology'))
    expect(lines).toEqual([{ key: 'assisting', values: { lead: '区住建局' } }])
  })
  it('tells an office that the case has gone elsewhere', () => {
    expect(keys(view('dispatched'), person('handler', 'commerce'))).toEqual(['elsewhere'])
  })
  it('tells a verifier to wait', () => {
    expect(keys(view('accepted'), person('verifier', 'data'))).toEqual(['verify_later'])
  })
  it('says that a final decision cannot be returned', () => {
    const final = view('dispatched', ['accept'], { final_dispatch: true })
    expect(keys(final, handler)).toEqual(['final'])
  })
  it('has words for every status and role', () => {
    const roles: Role[] = [
      'handler',
      'coordinator',
      'verifier',
      'moderator',
      'editor',
      'administrator',
    ]
    const statuses = Object.keys({
      received: 1,
      dispatched: 1,
      accepted: 1,
      handled: 1,
      closed: 1,
      returned: 1,
      extended: 1,
      suspended: 1,
      rejected: 1,
      merged: 1,
      reopened: 1,
    }) as Status[]
    for (const role of roles) {
      for (const status of statuses) {
        for (const key of keys(view(status), person(role, 'data'))) {
          expect(zh.explain).toHaveProperty(key)
        }
      }
    }
  })
})
