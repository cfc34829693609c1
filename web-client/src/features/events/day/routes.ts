// The desk of an event's day. These pages open without a signal and, by a device's token, without an
// account: they ask nobody who is signed in before they are shown, and nothing here may import
// `features/desk/`, which the service worker does not keep.
import type { RouteRecordRaw } from 'vue-router'
import { addMessages } from '@/shared/i18n'

async function loadDayMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./locales/zh'),
    en: () => import('./locales/en'),
    ko: () => import('./locales/ko'),
  }
  await addMessages('day', async (locale) => (await loaders[locale]()).default)
}

const ID = '[0-9a-f-]{36}'

const pages: RouteRecordRaw[] = [
  {
    // `?mode=` what is being done; `?book=` a label that was scanned. A device's token arrives in
    // the fragment and is taken out of the address at once.
    path: `/events/:id(${ID})/day`,
    name: 'event-day',
    props: true,
    component: () => import('./pages/DayPage.vue'),
    meta: { title: 'day.title' },
  },
  {
    // `?occurrence=` which date of a recurring event; the next one without.
    path: `/events/:id(${ID})/devices`,
    name: 'event-devices',
    props: true,
    component: () => import('./pages/DevicesPage.vue'),
    meta: { title: 'day.devices.title', account: true },
  },
  {
    // `?occurrence=` which date of a recurring event.
    path: `/events/:id(${ID})/summary`,
    name: 'event-summary',
    props: true,
    component: () => import('./pages/SummaryPage.vue'),
    meta: { title: 'day.summary.title', account: true },
  },
  {
    // The address in a book's label.
    path: `/b/:book(${ID})`,
    name: 'swap-book',
    props: true,
    component: () => import('./pages/BookPage.vue'),
    meta: { title: 'day.label.title' },
  },
  {
    // The address in a stallholder's pass.
    path: '/stall-pass/:pass([A-Za-z0-9_-]+)',
    name: 'stall-pass',
    props: true,
    component: () => import('./pages/PassPage.vue'),
    meta: { title: 'day.pass.title' },
  },
]

export const eventDayRoutes: RouteRecordRaw[] = pages.map((page) => ({
  ...page,
  beforeEnter: loadDayMessages,
}))
