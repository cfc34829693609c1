import type { RouteRecordRaw } from 'vue-router'

export const moderationRoutes: RouteRecordRaw[] = [
  {
    path: '/moderation',
    name: 'moderation',
    component: () => import('./FiguresPage.vue'),
    meta: { title: 'moderation.figures.title', messages: 'moderation' },
  },
  {
    path: '/me/moderation',
    name: 'own-moderation',
    component: () => import('./OwnListPage.vue'),
    meta: { title: 'moderation.own.title', messages: 'moderation', account: true },
  },
  {
    path: '/me/moderation/:id',
    name: 'own-moderation-case',
    props: true,
    component: () => import('./OwnCasePage.vue'),
    meta: { title: 'moderation.own.title', messages: 'moderation', account: true },
  },
  {
    // With the secret this phone keeps, for reports filed without an account.
    path: '/r/:code(\\d{9})/moderation',
    name: 'report-moderation',
    props: true,
    component: () => import('./OwnCasePage.vue'),
    meta: { title: 'moderation.own.title', messages: 'moderation' },
  },
]
