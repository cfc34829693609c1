// What a crew needs on its round. Not below the desk's frame: these pages open without a signal, so
// they ask nobody who is signed in, and their files are among those the phone keeps.
import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router'

const requireCrew = async (to: RouteLocationNormalized) => (await import('./guard')).requireCrew(to)

export const crewRoutes: RouteRecordRaw[] = [
  {
    path: '/desk/pickups/day',
    name: 'crew-day',
    component: () => import('./pages/DayPage.vue'),
    meta: { title: 'crew.day.title', crew: true },
    beforeEnter: requireCrew,
  },
  {
    path: '/desk/pickups/day/:code(\\d{9})',
    name: 'crew-stop',
    props: true,
    component: () => import('./pages/StopPage.vue'),
    meta: { title: 'crew.stop.title', crew: true },
    beforeEnter: requireCrew,
  },
  {
    path: '/desk/pickups/scan',
    name: 'crew-scan',
    component: () => import('./pages/ScanPage.vue'),
    meta: { title: 'crew.scan.title', crew: true },
    beforeEnter: requireCrew,
  },
  {
    // The address in our QR labels: any camera opens it.
    path: '/desk/pickups/scan/:token',
    name: 'crew-handover',
    props: true,
    component: () => import('./pages/HandoverPage.vue'),
    meta: { title: 'crew.handover.title', crew: true },
    beforeEnter: requireCrew,
  },
]
