import { describe, expect, it } from 'vitest'
import type { CaseView } from '../types'
import * as rights from './rights'
import type { ConsultationView, LinkView, PartView } from './types'

const office = (id: string) => ({ id, name: id })
const handler = (id: string) => ({ role: 'handler' as const, office: office(id) })
const coordinator = { role: 'coordinator' as const, office: null }
const verifier = { role: 'verifier' as const, office: office('housing') }
const view = (part: Partial<CaseView> = {}) =>
  ({
    lead: office('housing'),
    status: 'accepted',
    parts: [],
    consultations: [],
    links: [],
    ...part,
  }) as unknown as CaseView
const part = (state: string) => ({ state, office: office('ecology') }) as unknown as PartView
const consultation = (stances: (string | null)[], decided: string | null = null) =>
  ({
    decided_at: decided,
    opinions_by: '2026-11-26T01:00:00Z',
    opinions: stances.map((stance, n) => ({ party: office(`o${n}`), stance })),
  }) as unknown as ConsultationView

describe('who may do what', () => {
  it('lets the coordinator split a case that is being dealt with', () => {
    expect(rights.maySplit(view(), coordinator)).toBe(true)
    expect(rights.maySplit(view(), handler('housing'))).toBe(false)
    expect(rights.maySplit(view({ status: 'handled' }), coordinator)).toBe(false)
    expect(rights.maySplit(view({ parts: Array(8).fill(part('open')) }), coordinator)).toBe(false)
  })

  it('lets the office of a part say that it is done, and the coordinator join it', () => {
    expect(rights.mayEndPart(part('open'), handler('ecology'))).toBe(true)
    expect(rights.mayEndPart(part('open'), handler('housing'))).toBe(false)
    expect(rights.mayEndPart(part('done'), handler('ecology'))).toBe(false)
    expect(rights.mayJoin(part('open'), coordinator)).toBe(true)
    expect(rights.mayJoin(part('joined'), coordinator)).toBe(false)
  })

  it('leaves consultations and links to the office that leads, or a coordinator', () => {
    for (const me of [handler('housing'), coordinator]) {
      expect(rights.mayConsult(view(), me)).toBe(true)
      expect(rights.mayMakeLink(view(), me)).toBe(true)
    }
    for (const me of [handler('ecology'), verifier]) {
      expect(rights.mayConsult(view(), me)).toBe(false)
      expect(rights.mayMakeLink(view(), me)).toBe(false)
    }
    expect(rights.mayConsult(view({ status: 'closed' }), coordinator)).toBe(false)
    expect(rights.mayConsult(view({ consultations: [consultation([null])] }), coordinator)).toBe(
      false,
    )
  })

  it('asks for an opinion only those who were asked, until there is a decision', () => {
    expect(rights.mayGiveOpinion(consultation([null]), handler('o0'))).toBe(true)
    expect(rights.mayGiveOpinion(consultation(['agree']), handler('o0'))).toBe(true)
    expect(rights.mayGiveOpinion(consultation([null]), handler('housing'))).toBe(false)
    expect(rights.mayGiveOpinion(consultation([null], '2026-11-25'), handler('o0'))).toBe(false)
  })

  it('is ripe when everybody has spoken or had their time', () => {
    const before = Date.parse('2026-11-25T01:00:00Z')
    expect(rights.isRipe(consultation(['agree', null]), before)).toBe(false)
    expect(rights.isRipe(consultation(['agree', 'differ']), before)).toBe(true)
    expect(rights.isRipe(consultation([null]), before + 2 * 86_400_000)).toBe(true)
  })

  it('tells where a link stands', () => {
    const link = (fields: Partial<LinkView>) => ({ open: true, ...fields }) as LinkView
    expect(rights.linkState(link({}))).toBe('waiting')
    expect(rights.linkState(link({ opened_at: 'x' }))).toBe('opened')
    expect(rights.linkState(link({ opened_at: 'x', done_at: 'y' }))).toBe('done')
    expect(rights.linkState(link({ open: false }))).toBe('expired')
    expect(rights.linkState(link({ open: false, revoked_at: 'z', done_at: 'y' }))).toBe('revoked')
  })
})
