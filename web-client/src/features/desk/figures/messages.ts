import { loadFigureMessages } from '@/features/figures/messages'
import { addMessages } from '@/shared/i18n'

export async function loadDeskFigureMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./locales/zh'),
    en: () => import('./locales/en'),
    ko: () => import('./locales/ko'),
  }
  await Promise.all([
    loadFigureMessages(),
    addMessages('figdesk', async (locale) => (await loaders[locale]()).default),
  ])
}
