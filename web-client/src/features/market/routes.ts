import type { RouteRecordRaw } from 'vue-router'
import { addMessages } from '@/shared/i18n'
import { loadAskMessages } from './asks-routes'

/** The messages of all of these pages arrive with the first of them. */
export async function loadMarketMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./locales/zh'),
    en: () => import('./locales/en'),
    ko: () => import('./locales/ko'),
  }
  await addMessages('market', async (locale) => (await loaders[locale]()).default)
}

const ID = '[0-9a-f-]{36}'

const pages: RouteRecordRaw[] = [
  {
    path: '/market',
    name: 'listings',
    component: () => import('./listings/MarketPage.vue'),
    meta: { title: 'market.title' },
  },
  {
    // `?title=`, `?kind=` and `?category=` from a sorting answer, a pickup or a search.
    path: '/market/new',
    name: 'listing-new',
    component: () => import('./listings/ListingFormPage.vue'),
    meta: { title: 'market.form.new', account: true },
  },
  {
    path: '/market/mine',
    name: 'my-listings',
    component: () => import('./listings/MyListingsPage.vue'),
    meta: { title: 'market.mine.title', account: true },
  },
  {
    path: '/market/searches',
    name: 'saved-searches',
    component: () => import('./listings/SavedSearchesPage.vue'),
    meta: { title: 'market.searches.title', account: true },
  },
  {
    path: `/market/:id(${ID})`,
    name: 'listing',
    props: true,
    component: () => import('./listings/ListingPage.vue'),
    meta: { title: 'market.listing.title' },
    // Its owner is described as in the messages.
    beforeEnter: async () => {
      await Promise.all([loadMarketMessages(), loadAskMessages()])
    },
  },
  {
    path: `/market/:id(${ID})/edit`,
    name: 'listing-edit',
    props: true,
    component: () => import('./listings/ListingFormPage.vue'),
    meta: { title: 'market.form.edit', account: true },
  },
  {
    // `?token=` from the letter: no sign-in needed.
    path: `/market/:id(${ID})/renew`,
    name: 'listing-renew',
    props: true,
    component: () => import('./listings/RenewPage.vue'),
    meta: { title: 'market.renew.title' },
  },
]

export const marketRoutes = pages.map((page) => ({
  beforeEnter: () => loadMarketMessages(),
  ...page,
})) as RouteRecordRaw[]
