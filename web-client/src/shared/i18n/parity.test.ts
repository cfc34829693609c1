import { describe, expect, it } from 'vitest'
import accountEn from '@/features/account/locales/en'
import accountKo from '@/features/account/locales/ko'
import accountZh from '@/features/account/locales/zh'
import crewEn from '@/features/crew/locales/en'
import crewKo from '@/features/crew/locales/ko'
import crewZh from '@/features/crew/locales/zh'
import reviewEn from '@/features/desk/moderation/locales/en'
import reviewKo from '@/features/desk/moderation/locales/ko'
import reviewZh from '@/features/desk/moderation/locales/zh'
import figDeskEn from '@/features/desk/figures/locales/en'
import figDeskKo from '@/features/desk/figures/locales/ko'
import figDeskZh from '@/features/desk/figures/locales/zh'
import officeEn from '@/features/desk/office/locales/en'
import officeKo from '@/features/desk/office/locales/ko'
import officeZh from '@/features/desk/office/locales/zh'
import deskEn from '@/features/desk/locales/en'
import deskKo from '@/features/desk/locales/ko'
import deskZh from '@/features/desk/locales/zh'
import eventsEn from '@/features/events/locales/en'
import eventsKo from '@/features/events/locales/ko'
import eventsZh from '@/features/events/locales/zh'
import dayEn from '@/features/events/day/locales/en'
import dayKo from '@/features/events/day/locales/ko'
import dayZh from '@/features/events/day/locales/zh'
import figuresEn from '@/features/figures/locales/en'
import figuresKo from '@/features/figures/locales/ko'
import figuresZh from '@/features/figures/locales/zh'
import moderationEn from '@/features/moderation/locales/en'
import moderationKo from '@/features/moderation/locales/ko'
import moderationZh from '@/features/moderation/locales/zh'
import marketEn from '@/features/market/locales/en'
import marketKo from '@/features/market/locales/ko'
import marketZh from '@/features/market/locales/zh'
import asksEn from '@/features/market/asks-locales/en'
import asksKo from '@/features/market/asks-locales/ko'
import asksZh from '@/features/market/asks-locales/zh'
import taskEn from '@/features/task/locales/en'
import taskKo from '@/features/task/locales/ko'
import taskZh from '@/features/task/locales/zh'
import pickupsEn from '@/features/pickups/locales/en'
import pickupsKo from '@/features/pickups/locales/ko'
import pickupsZh from '@/features/pickups/locales/zh'
import subscribeEn from '@/features/subscribe/locales/en'
import subscribeKo from '@/features/subscribe/locales/ko'
import subscribeZh from '@/features/subscribe/locales/zh'
import webhooksEn from '@/features/desk/webhooks/locales/en'
import webhooksKo from '@/features/desk/webhooks/locales/ko'
import webhooksZh from '@/features/desk/webhooks/locales/zh'
import en from './locales/en'
import sortingEn from './locales/en/sorting'
import ko from './locales/ko'
import sortingKo from './locales/ko/sorting'
import zh from './locales/zh'
import sortingZh from './locales/zh/sorting'

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      flatten(inner, path === '' ? key : `${path}.${key}`),
    )
  }
  return [[path, String(value)]]
}

const placeholders = (text: string) =>
  Array.from(new Set(Array.from(text.matchAll(/\{(\w+)\}/g), (match) => match[1]))).sort()

describe.each([
  ['the resident pages', { zh, en, ko }],
  ['the sorting pages', { zh: sortingZh, en: sortingEn, ko: sortingKo }],
  ['accounts', { zh: accountZh, en: accountEn, ko: accountKo }],
  ['the desk', { zh: deskZh, en: deskEn, ko: deskKo }],
  ['the moderators', { zh: reviewZh, en: reviewEn, ko: reviewKo }],
  ['the pages about moderation', { zh: moderationZh, en: moderationEn, ko: moderationKo }],
  ['public figures', { zh: figuresZh, en: figuresEn, ko: figuresKo }],
  ['the desk’s figures', { zh: figDeskZh, en: figDeskEn, ko: figDeskKo }],
  ['the office of pickups', { zh: officeZh, en: officeEn, ko: officeKo }],
  ['a crew’s pages', { zh: crewZh, en: crewEn, ko: crewKo }],
  ['the desk of an event’s day', { zh: dayZh, en: dayEn, ko: dayKo }],
  ['second-hand', { zh: marketZh, en: marketEn, ko: marketKo }],
  ['asking and agreeing', { zh: asksZh, en: asksEn, ko: asksKo }],
  ['subscribing', { zh: subscribeZh, en: subscribeEn, ko: subscribeKo }],
  ['webhooks', { zh: webhooksZh, en: webhooksEn, ko: webhooksKo }],
  ['a task by a link', { zh: taskZh, en: taskEn, ko: taskKo }],
  ['events', { zh: eventsZh, en: eventsEn, ko: eventsKo }],
  ['the pickups', { zh: pickupsZh, en: pickupsEn, ko: pickupsKo }],
])('messages of %s', (_name, sets) => {
  const chinese = flatten(sets.zh)

  it.each(['en', 'ko'] as const)('have the same keys in %s as in Chinese', (locale) => {
    const keys = flatten(sets[locale]).map(([key]) => key)
    expect(keys.sort()).toEqual(chinese.map(([key]) => key).sort())
  })

  it.each(['en', 'ko'] as const)('use the same placeholders in %s', (locale) => {
    const other = new Map(flatten(sets[locale]))
    for (const [key, text] of chinese)
      expect([key, placeholders(other.get(key) ?? '')]).toEqual([key, placeholders(text)])
  })

  it.each(['zh', 'en', 'ko'] as const)('are never empty in %s', (locale) => {
    // The joiner between spoken digits is empty on purpose where words are written together.
    const empty = flatten(sets[locale]).filter(
      ([key, text]) => text.trim() === '' && key !== 'done.digit_joiner',
    )
    expect(empty).toEqual([])
  })

  it.each(['en', 'ko'] as const)('contain no Chinese in %s', (locale) => {
    const chineseText = flatten(sets[locale]).filter(([, text]) => /[\u4e00-\u9fff]/.test(text))
    expect(chineseText).toEqual([])
  })

  it.each(['zh', 'en', 'ko'] as const)(
    'use no character that the message syntax reserves in %s',
    (locale) => {
      const odd = flatten(sets[locale]).filter(([, text]) => /[@]/.test(text))
      expect(odd).toEqual([])
    },
  )
})
