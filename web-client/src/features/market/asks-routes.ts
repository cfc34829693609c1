import type { RouteRecordRaw } from 'vue-router'
import { addMessages } from '@/shared/i18n'

/** The messages of all of these pages arrive with the first of them. */
export async function loadAskMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./asks-locales/zh'),
    en: () => import('./asks-locales/en'),
    ko: () => import('./asks-locales/ko'),
  }
  await addMessages('asks', async (locale) => (await loaders[locale]()).default)
}

const pages: RouteRecordRaw[] = [
  {
    path: '/market/asks',
    name: 'my-asks',
    component: () => import('./asks/MyAsksPage.vue'),
    meta: { title: 'asks.mine.title', account: true },
  },
  {
    path: '/market/asks/:id([0-9a-f-]{36})',
    name: 'ask',
    props: true,
    component: () => import('./asks/AskPage.vue'),
    meta: { title: 'asks.thread.title', account: true },
  },
  {
    path: '/market/:id([0-9a-f-]{36})/ask',
    name: 'ask-new',
    props: true,
    component: () => import('./asks/AskNewPage.vue'),
    meta: { title: 'asks.new.title', account: true },
  },
  {
    path: '/market/:id([0-9a-f-]{36})/asks',
    name: 'listing-asks',
    props: true,
    component: () => import('./asks/ListingAsksPage.vue'),
    meta: { title: 'asks.listing.title', account: true },
  },
  {
    path: '/me/blocks',
    name: 'my-blocks',
    component: () => import('./asks/BlocksPage.vue'),
    meta: { title: 'asks.blocks.title', account: true },
  },
  {
    path: '/me/reputation',
    name: 'reputation',
    component: () => import('./asks/ReputationPage.vue'),
    meta: { title: 'asks.reputation.title', account: true },
  },
  {
    path: '/market/seller',
    name: 'seller-apply',
    component: () => import('./sellers/SellerApplyPage.vue'),
    meta: { title: 'asks.seller.title', account: true },
  },
  {
    path: '/market/sellers/:id([0-9a-f-]{36})',
    name: 'seller',
    props: true,
    component: () => import('./sellers/SellerPage.vue'),
    meta: { title: 'asks.shop.title' },
  },
  {
    path: '/market/figures',
    name: 'market-figures',
    component: () => import('./figures/FiguresPage.vue'),
    meta: { title: 'asks.figures.title' },
  },
]

export const askRoutes: RouteRecordRaw[] = pages.map(
  (page) => ({ ...page, beforeEnter: () => loadAskMessages() }) as RouteRecordRaw,
)
