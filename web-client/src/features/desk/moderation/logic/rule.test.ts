import { expect, test } from 'vitest'
import { emptyRule, faultsOf, fingerprint, fromForm, toForm, wordChanges, type Rule } from './rule'

const rule: Rule = {
  ...emptyRule(),
  id: 'insult',
  applies: { report: 'unless-complaint', listing: 'always' },
  source: '《民法典》第一千零二十四条',
  message: { zh: '请不骂人', en: '', ko: '' },
  strong: ['脑残', '人渣'],
  finds: null,
  reach: 12,
}

test('a rule goes through the form unchanged', () => {
  expect(fromForm(toForm(rule))).toEqual(rule)
  const bare = { ...rule, reach: undefined, finds: undefined }
  expect(fromForm(toForm(bare))).toEqual({ ...rule, reach: null, finds: null })
})

test('what the form does not show is kept', () => {
  const whole: Rule = {
    ...rule,
    things: ['摩托'],
    before: ['炖过'],
    after: ['走丢'],
    yields: true,
    examples: ['forbidden-food'],
  }
  expect(fromForm(toForm(whole))).toEqual(whole)
})

test('a trial counts for what is the same in substance only', () => {
  const form = toForm(rule)
  expect(fingerprint(fromForm({ ...form, strong: '脑残 \n\n人渣\n脑残' }))).toBe(fingerprint(rule))
  const other = { ...rule, applies: { listing: 'always', report: 'unless-complaint' } as const }
  expect(fingerprint(other)).toBe(fingerprint(rule))
  for (const change of [{ strong: '脑残' }, { decision: 'refuse' as const }, { reach: '' }])
    expect(fingerprint(fromForm({ ...form, ...change }))).not.toBe(fingerprint(rule))
})

test('what a rule lacks is named before the server is asked', () => {
  expect(faultsOf(rule)).toEqual([])
  expect(faultsOf({ ...emptyRule(), applies: {} })).toEqual([
    'id',
    'applies',
    'zh',
    'source',
    'words',
  ])
  expect(faultsOf({ ...rule, strong: [], finds: 'mobile' })).toEqual([])
  expect(faultsOf({ ...rule, id: '大写 A' })).toEqual(['id'])
})

test('changed words are told by list', () => {
  expect(wordChanges(rule, { ...rule, strong: ['脑残', '蠢货'], except: ['不是人渣'] })).toEqual([
    { list: 'strong', added: ['蠢货'], removed: ['人渣'] },
    { list: 'except', added: ['不是人渣'], removed: [] },
  ])
})
