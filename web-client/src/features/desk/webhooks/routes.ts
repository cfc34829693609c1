import type { RouteRecordRaw } from 'vue-router'
import { addMessages } from '@/shared/i18n'

const loaders = {
  zh: () => import('./locales/zh'),
  en: () => import('./locales/en'),
  ko: () => import('./locales/ko'),
}

async function enter() {
  await addMessages('webhooks', async (locale) => (await loaders[locale]()).default)
  return (await import('../guard')).requireAdministrator()
}

export const webhookRoutes: RouteRecordRaw[] = [
  {
    path: 'webhooks',
    name: 'desk-webhooks',
    component: () => import('./WebhooksPage.vue'),
    meta: { title: 'webhooks.title', desk: true },
    beforeEnter: enter,
  },
  {
    // From the letter that says one was given up.
    path: 'webhooks/:id',
    name: 'desk-webhook-log',
    props: true,
    component: () => import('./WebhookLogPage.vue'),
    meta: { title: 'webhooks.log', desk: true },
    beforeEnter: enter,
  },
]
