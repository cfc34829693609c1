import type { RouteRecordRaw } from 'vue-router'
import { loadFigureMessages } from './messages'

export const figureRoutes: RouteRecordRaw[] = [
  {
    path: '/figures',
    component: () => import('./pages/FiguresShell.vue'),
    beforeEnter: () => loadFigureMessages(),
    children: [
      {
        path: '',
        name: 'figures',
        component: () => import('./pages/FollowUpPage.vue'),
        meta: { title: 'figures.title' },
      },
      {
        path: 'offices',
        name: 'figures-offices',
        component: () => import('./pages/ScorecardPage.vue'),
        meta: { title: 'figures.tab.offices' },
      },
      {
        path: 'targets',
        name: 'figures-targets',
        component: () => import('./pages/TargetsPage.vue'),
        meta: { title: 'figures.tab.targets' },
      },
      {
        path: 'hotspots',
        name: 'figures-hotspots',
        component: () => import('./pages/HotspotsPage.vue'),
        meta: { title: 'figures.tab.hotspots' },
      },
    ],
  },
]
