import type { RouteRecordRaw } from 'vue-router'

const meta = {
  title: 'review.title',
  desk: true,
  review: true,
  messages: 'moderation' as const,
}

/** Below the desk's frame. */
export const reviewRoutes: RouteRecordRaw[] = [
  {
    path: 'moderation',
    component: () => import('./ReviewPage.vue'),
    meta,
    beforeEnter: async () => (await import('../guard')).requireModerator(),
    children: [
      { path: '', name: 'review-waiting', component: () => import('./QueueTab.vue') },
      { path: 'appeals', name: 'review-appeals', component: () => import('./QueueTab.vue') },
      { path: 'decided', name: 'review-decided', component: () => import('./QueueTab.vue') },
      { path: 'bans', name: 'review-bans', component: () => import('./BansTab.vue') },
      { path: 'rules', name: 'review-rules', component: () => import('./rules/RulesTab.vue') },
    ].map((child) => ({ ...child, meta })),
  },
  {
    path: 'moderation/cases/:id',
    name: 'review-case',
    props: true,
    component: () => import('./ReviewCasePage.vue'),
    meta,
    beforeEnter: async () => (await import('../guard')).requireModerator(),
  },
  {
    path: 'moderation/rules/:id([a-z0-9-]+)',
    name: 'review-rule',
    props: true,
    component: () => import('./rules/RulePage.vue'),
    meta,
    beforeEnter: async () => (await import('../guard')).requireModerator(),
  },
  {
    path: 'moderation/new-rule',
    name: 'review-new-rule',
    component: () => import('./rules/RulePage.vue'),
    meta,
    beforeEnter: async () => (await import('../guard')).requireModerator(),
  },
]
