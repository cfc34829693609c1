import { describe, expect, it } from 'vitest'
import type { Status } from '@/shared/api/types'
import type { CaseActionName, CaseAction, CaseView } from '../types'
import {
  changesSince,
  choices,
  emptyValues,
  fieldsOf,
  isImmediate,
  mayHidePhotos,
  toBody,
  validate,
} from './actions'

function action(name: CaseActionName, needs: Partial<Omit<CaseAction, 'action'>> = {}): CaseAction {
  return {
    action: name,
    needs_reason: false,
    needs_photo: false,
    needs_office: false,
    needs_staff: false,
    needs_until: false,
    needs_hours: false,
    needs_case: false,
    needs_category: false,
    ...needs,
  }
}

describe('the order of the actions', () => {
  const offered = (given: CaseActionName[], status: Status) =>
    choices(
      given.map((name) => action(name)),
      status,
    ).map((choice) => `${choice.action.action} ${choice.weight}`)

  it('puts the step forward first and what sends the case away last', () => {
    expect(offered(['return', 'note', 'hand_over', 'handle', 'extend'], 'accepted')).toEqual([
      'handle primary',
      'hand_over plain',
      'note plain',
      'extend plain',
      'return danger',
    ])
  })
  it('makes a coordinator’s decision the step forward only where a case waits for it', () => {
    expect(offered(['reject', 'note', 'dispatch'], 'returned')).toEqual([
      'dispatch primary',
      'note plain',
      'reject danger',
    ])
    expect(offered(['dispatch', 'note', 'suspend'], 'accepted')).toEqual([
      'note plain',
      'suspend plain',
      'dispatch plain',
    ])
    expect(offered(['dispatch', 'resume'], 'suspended')[0]).toBe('resume primary')
  })
  it('makes no button stand out where nothing moves the case on', () => {
    expect(offered(['merge', 'note'], 'dispatched')).toEqual(['note plain', 'merge plain'])
  })
  it('keeps an action that a newer server invents', () => {
    expect(offered(['summon' as CaseActionName, 'note'], 'accepted')).toEqual([
      'note plain',
      'summon plain',
    ])
  })
  it('lets those curate photos whom the server lets', () => {
    expect(mayHidePhotos('moderator')).toBe(true)
    expect(mayHidePhotos('handler')).toBe(false)
    expect(mayHidePhotos('editor')).toBe(false)
  })
})

describe('what an action asks', () => {
  const asked = (one: CaseAction) =>
    fieldsOf(one).map((field) => field.name + (field.required ? '!' : ''))

  it('is nothing for accepting', () => {
    expect(isImmediate(action('accept'))).toBe(true)
    expect(isImmediate(action('return', { needs_reason: true, needs_office: true }))).toBe(false)
  })
  it('is what the server needs and what the step is about', () => {
    expect(asked(action('return', { needs_reason: true, needs_office: true }))).toEqual([
      'office!',
      'reason!',
    ])
    expect(asked(action('handle', { needs_photo: true, needs_reason: true }))).toEqual([
      'photo_ids!',
      'note!',
    ])
    // A contractor or another office has handed photos in: more are welcome.
    expect(asked(action('handle', { needs_reason: true }))).toEqual(['photo_ids', 'note!'])
    expect(asked(action('verify'))).toEqual(['passed!', 'note', 'photo_ids'])
    expect(asked(action('close'))).toEqual(['note'])
    expect(asked(action('extend', { needs_reason: true, needs_hours: true }))).toEqual([
      'hours!',
      'reason!',
    ])
    expect(asked(action('suspend', { needs_reason: true, needs_until: true }))).toEqual([
      'until!',
      'reason!',
    ])
    expect(asked(action('merge', { needs_reason: true, needs_case: true }))).toEqual([
      'into!',
      'reason!',
    ])
    expect(asked(action('hand_over', { needs_staff: true }))).toEqual(['staff_id!', 'reason'])
    expect(asked(action('dispatch', { needs_office: true, needs_reason: true }))).toEqual([
      'office!',
      'reason!',
      'final',
    ])
    expect(asked(action('note', { needs_reason: true }))).toEqual(['note!', 'photo_ids', 'public'])
  })
})

describe('what was filled in', () => {
  const TODAY = '2026-11-24'

  it('is checked field by field', () => {
    const handle = fieldsOf(action('handle', { needs_photo: true, needs_reason: true }))
    expect(validate(handle, emptyValues(), TODAY)).toEqual({ photo_ids: 'photo_ids', note: 'note' })
    expect(validate(handle, { ...emptyValues(), note: '已清理', photo_ids: ['a'] }, TODAY)).toEqual(
      {},
    )
  })
  it('takes a day after today and whole hours within bounds', () => {
    const suspend = fieldsOf(action('suspend', { needs_until: true }))
    for (const until of ['', TODAY, '2026-11-23', 'tomorrow']) {
      expect(validate(suspend, { ...emptyValues(), until }, TODAY)).toEqual({ until: 'until' })
    }
    expect(validate(suspend, { ...emptyValues(), until: '2026-11-25' }, TODAY)).toEqual({})
    const extend = fieldsOf(action('extend', { needs_hours: true }))
    for (const hours of ['', '0', '2.5', '401', 'two']) {
      expect(validate(extend, { ...emptyValues(), hours }, TODAY)).toEqual({ hours: 'hours' })
    }
    expect(validate(extend, { ...emptyValues(), hours: '24' }, TODAY)).toEqual({})
  })
  it('explains a check that failed, while one that passed may speak for itself', () => {
    const verify = fieldsOf(action('verify'))
    expect(validate(verify, emptyValues(), TODAY)).toEqual({ passed: 'passed' })
    expect(validate(verify, { ...emptyValues(), passed: true }, TODAY)).toEqual({})
    expect(validate(verify, { ...emptyValues(), passed: false }, TODAY)).toEqual({ note: 'note' })
  })
  it('is sent with the version and without what was not asked or not given', () => {
    const merge = fieldsOf(action('merge', { needs_reason: true, needs_case: true }))
    const values = { ...emptyValues(), into: '482-719-356', reason: ' 同一地点 ', note: '别的' }
    expect(toBody(merge, values, 7)).toEqual({ version: 7, into: '482719356', reason: '同一地点' })
    expect(toBody(fieldsOf(action('close')), emptyValues(), 3)).toEqual({ version: 3 })
  })
  it('ends a hold with the day by the district’s clock', () => {
    const suspend = fieldsOf(action('suspend', { needs_until: true }))
    const body = toBody(suspend, { ...emptyValues(), until: '2027-04-15' }, 1)
    expect(body.until).toBe('2027-04-15T23:59:59+08:00')
  })
})

describe('what others did meanwhile', () => {
  it('is told latest first with who it was', () => {
    const event = (minute: number, kind: string, who: string | null) => ({
      at: `2026-11-24T04:0${minute}:00Z`,
      kind,
      text: kind,
      actor: who,
      office: { id: 'housing', name: '区住建局' },
    })
    const before = { history: [event(1, 'accepted', '林晓东')] } as CaseView
    const after = {
      history: [
        event(1, 'accepted', '林晓东'),
        event(2, 'note', '王建国'),
        event(3, 'extended', null),
      ],
    } as CaseView
    expect(changesSince(before, after)).toEqual([
      { who: '区住建局', text: 'extended' },
      { who: '王建国', text: 'note' },
    ])
    expect(changesSince(after, after)).toEqual([])
  })
})
