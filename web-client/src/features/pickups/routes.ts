import type { RouteRecordRaw } from 'vue-router'

// Every page and its messages arrive when first opened: pickups are no part of the first load.
export const pickupRoutes: RouteRecordRaw[] = [
  {
    path: '/pickups',
    name: 'pickups',
    component: () => import('./page/OwnPickupsPage.vue'),
    meta: { title: 'pickups.own.title' },
  },
  {
    // `?kind=` a kind of the sorting look-up, `?thing=` what the resident had typed there.
    path: '/pickups/book',
    name: 'pickup-book',
    component: () => import('./book/BookPage.vue'),
    meta: { title: 'pickups.book.title' },
  },
  {
    path: '/pickups/:code(\\d{9})',
    name: 'pickup',
    props: true,
    component: () => import('./page/PickupPage.vue'),
    meta: { title: 'pickups.page.title' },
  },
  {
    path: '/pickups/:code(\\d{9})/change',
    name: 'pickup-change',
    props: true,
    component: () => import('./page/ChangePage.vue'),
    meta: { title: 'pickups.change.title' },
  },
  {
    path: '/pickups/:code(\\d{9})/custody',
    name: 'pickup-custody',
    props: true,
    component: () => import('./page/CustodyPage.vue'),
    meta: { title: 'pickups.custody.title' },
  },
]
