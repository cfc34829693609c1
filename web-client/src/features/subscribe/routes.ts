import type { RouteRecordRaw } from 'vue-router'

export const subscribeRoutes: RouteRecordRaw[] = [
  {
    path: '/subscribe',
    name: 'subscribe',
    component: () => import('./SubscribePage.vue'),
    meta: { title: 'subscribe.title', messages: 'subscribe' },
  },
  {
    // From the letter that asks.
    path: '/subscribe/confirm/:token',
    name: 'subscribe-confirm',
    props: true,
    component: () => import('./ConfirmPage.vue'),
    meta: { title: 'subscribe.title', messages: 'subscribe' },
  },
  {
    // From the end of every letter.
    path: '/subscribe/:token',
    name: 'subscription',
    props: true,
    component: () => import('./AlertPage.vue'),
    meta: { title: 'subscribe.title', messages: 'subscribe' },
  },
]
