import type { RouteLocationNormalized, RouteLocationRaw, RouteRecordRaw } from 'vue-router'
import { useAccountStore } from './store'

export const accountRoutes: RouteRecordRaw[] = [
  {
    // `?next=` where to go once signed in.
    path: '/account',
    name: 'account',
    component: () => import('./AccountPage.vue'),
    meta: { title: 'account.title', messages: 'account' },
  },
]

/** Sends whoever is not signed in to do so, and back. */
export async function requireAccount(
  to: RouteLocationNormalized,
): Promise<true | RouteLocationRaw> {
  const me = await useAccountStore().load()
  return me ? true : { name: 'account', query: { next: to.fullPath } }
}
