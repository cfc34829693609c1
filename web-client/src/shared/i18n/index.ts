// Chinese is part of the first load; the other languages arrive when chosen.
import { createI18n } from 'vue-i18n'
import { readLocal, writeLocal } from '@/shared/util/storage'
import zh from './locales/zh'

export const LOCALES = ['zh', 'en', 'ko'] as const
export type Locale = (typeof LOCALES)[number]

export const LOCALE_NAMES: Record<Locale, string> = { zh: '中文', en: 'English', ko: '한국어' }
/** Values for the `lang` attribute and for Intl. */
export const LANG_TAGS: Record<Locale, string> = { zh: 'zh-CN', en: 'en', ko: 'ko' }

const STORAGE_KEY = 'wufei.locale'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh' as Locale,
  fallbackLocale: 'zh',
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
  messages: { zh } as Record<Locale, typeof zh>,
})

type Messages = Record<string, unknown>
const base: Record<Locale, () => Promise<Messages>> = {
  zh: async () => zh,
  en: async () => (await import('./locales/en')).default,
  ko: async () => (await import('./locales/ko')).default,
}
/** Messages of a feature that is loaded with its routes, as the desk's are. */
type Extra = { key: string; load: (locale: Locale) => Promise<Messages> }
const extras: Extra[] = []
const loaded = new Set<string>(['zh'])

async function load(locale: Locale): Promise<void> {
  if (!loaded.has(locale)) {
    i18n.global.setLocaleMessage(locale, (await base[locale]()) as typeof zh)
    loaded.add(locale)
  }
  for (const extra of extras) {
    const name = `${extra.key}:${locale}`
    if (loaded.has(name)) continue
    const messages = await extra.load(locale)
    i18n.global.mergeLocaleMessage(locale, { [extra.key]: messages })
    loaded.add(name)
  }
}

export async function addMessages(key: string, loader: Extra['load']): Promise<void> {
  if (!extras.some((extra) => extra.key === key)) extras.push({ key, load: loader })
  await load(currentLocale())
}

export function currentLocale(): Locale {
  return i18n.global.locale.value
}

export async function setLocale(locale: Locale): Promise<void> {
  await load(locale)
  i18n.global.locale.value = locale
  document.documentElement.lang = LANG_TAGS[locale]
  writeLocal(STORAGE_KEY, locale)
}

export function rememberedLocale(): Locale {
  const stored = readLocal(STORAGE_KEY)
  // Chinese first: a phone's system language is not taken as a wish, only an explicit choice is.
  return LOCALES.find((locale) => locale === stored) ?? 'zh'
}
