import type { RouteRecordRaw } from 'vue-router'

const meta = { desk: true, data: true }

/** Below the desk's frame; one row of tabs over all of them. */
export const figureDeskRoutes: RouteRecordRaw[] = [
  {
    path: '',
    component: () => import('./DataShell.vue'),
    meta,
    beforeEnter: async () => {
      const [{ requirePlanner }, { loadDeskFigureMessages }] = await Promise.all([
        import('../guard'),
        import('./messages'),
      ])
      await loadDeskFigureMessages()
      return requirePlanner()
    },
    children: [
      {
        path: 'figures',
        name: 'desk-figures',
        component: () => import('./FiguresPage.vue'),
        meta: { ...meta, title: 'figdesk.tab.figures' },
      },
      {
        // `?period=2026Q4` from a letter.
        path: 'targets',
        name: 'desk-targets',
        component: () => import('./targets/TargetsPage.vue'),
        meta: { ...meta, title: 'figdesk.tab.targets' },
      },
      {
        path: 'targets/comparison',
        name: 'desk-comparison',
        component: () => import('./targets/ComparisonPage.vue'),
        meta: { ...meta, title: 'figdesk.tab.comparison' },
      },
      {
        path: 'hotspots',
        name: 'desk-hotspots',
        component: () => import('./hotspots/HotspotsPage.vue'),
        meta: { ...meta, title: 'figdesk.tab.hotspots' },
      },
    ],
  },
]
