import type { RouteRecordRaw } from 'vue-router'
import { reviewRoutes } from './moderation/routes'
import { figureDeskRoutes } from './figures/routes'
import { officeRoutes } from './office/routes'
import { organisationDeskRoutes } from './organisations/routes'
import { sellerDeskRoutes } from './sellers/routes'
import { webhookRoutes } from './webhooks/routes'

// In the first load of residents: everything of the desk arrives only when a /desk page opens.
export const deskRoutes: RouteRecordRaw[] = [
  {
    path: '/desk/login',
    name: 'desk-login',
    component: () => import('./pages/LoginPage.vue'),
    meta: { title: 'desk.login.title', desk: true },
  },
  {
    path: '/desk',
    component: () => import('./components/DeskShell.vue'),
    meta: { desk: true },
    beforeEnter: async (to) => (await import('./guard')).requireStaff(to),
    children: [
      {
        path: '',
        name: 'desk-inbox',
        component: () => import('./pages/InboxPage.vue'),
        meta: { title: 'desk.inbox.title', desk: true },
      },
      {
        path: 'cases/:code(\\d{9})',
        name: 'desk-case',
        component: () => import('./pages/CasePage.vue'),
        meta: { title: 'desk.case.title', desk: true },
      },
      {
        path: 'replies',
        name: 'desk-replies',
        component: () => import('./inbox/RepliesPage.vue'),
        meta: { title: 'desk.list.replies', desk: true },
      },
      {
        path: 'staff',
        name: 'desk-staff',
        component: () => import('./pages/StaffPage.vue'),
        meta: { title: 'desk.staff.title', desk: true },
        beforeEnter: async () => (await import('./guard')).requireAdministrator(),
      },
      {
        path: 'sorting',
        name: 'desk-sorting',
        component: () => import('./sorting/SortingPage.vue'),
        meta: { title: 'desk.sorting.title', desk: true, messages: 'sorting' },
        beforeEnter: async () => (await import('./guard')).requireEditor(),
      },
      ...officeRoutes,
      ...figureDeskRoutes,
      ...reviewRoutes,
      ...sellerDeskRoutes,
      ...webhookRoutes,
      ...organisationDeskRoutes,
    ],
  },
]
