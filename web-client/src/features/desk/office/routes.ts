import type { RouteRecordRaw } from 'vue-router'

const meta = { title: 'office.title', desk: true, office: true }

/** Below the desk's frame. */
export const officeRoutes: RouteRecordRaw[] = [
  {
    path: 'pickups',
    component: () => import('./OfficePage.vue'),
    meta,
    children: [
      { path: '', name: 'office-calendar', component: () => import('./CalendarTab.vue') },
      { path: 'list', name: 'office-list', component: () => import('./ListTab.vue') },
      { path: 'rounds', name: 'office-rounds', component: () => import('./RoundsTab.vue') },
      { path: 'closings', name: 'office-closings', component: () => import('./ClosingsTab.vue') },
      { path: 'prices', name: 'office-prices', component: () => import('./PricesTab.vue') },
      { path: 'codes', name: 'office-codes', component: () => import('./CodesTab.vue') },
      { path: 'figures', name: 'office-figures', component: () => import('./FiguresTab.vue') },
    ].map((child) => ({ ...child, meta })),
  },
  {
    path: 'pickups/:code(\\d{9})',
    name: 'desk-pickup',
    props: true,
    component: () => import('./BookingPage.vue'),
    meta,
  },
]
