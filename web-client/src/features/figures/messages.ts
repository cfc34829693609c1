import { addMessages } from '@/shared/i18n'

/** The messages of the public pages, which the desk's pages of figures use as well. */
export async function loadFigureMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./locales/zh'),
    en: () => import('./locales/en'),
    ko: () => import('./locales/ko'),
  }
  await addMessages('figures', async (locale) => (await loaders[locale]()).default)
}
