import type { RouteRecordRaw } from 'vue-router'

export const sellerDeskRoutes: RouteRecordRaw[] = [
  {
    path: 'sellers',
    name: 'desk-sellers',
    component: () => import('./SellersPage.vue'),
    meta: { title: 'asks.desk.title', desk: true },
    beforeEnter: async () => {
      const [{ useLicences }, { loadAskMessages }] = await Promise.all([
        import('./access'),
        import('@/features/market/asks-routes'),
      ])
      await loadAskMessages()
      return (await useLicences().ask()) ? true : { name: 'desk-inbox' }
    },
  },
]
