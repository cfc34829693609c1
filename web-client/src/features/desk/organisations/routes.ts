import type { RouteRecordRaw } from 'vue-router'

export const organisationDeskRoutes: RouteRecordRaw[] = [
  {
    path: 'organisations',
    name: 'desk-organisations',
    component: () => import('./OrganisationsPage.vue'),
    meta: { title: 'events.desk.title', desk: true },
    beforeEnter: async () => {
      const [{ useApprovals }, { loadEventMessages }] = await Promise.all([
        import('./access'),
        import('@/features/events/routes'),
      ])
      await loadEventMessages()
      return useApprovals().may ? true : { name: 'desk-inbox' }
    },
  },
]
