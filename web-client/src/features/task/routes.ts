// For those without an account: the token in the address is all.
import type { RouteRecordRaw } from 'vue-router'

export const taskRoutes: RouteRecordRaw[] = [
  {
    path: '/task/:token',
    name: 'task',
    props: true,
    component: () => import('./TaskPage.vue'),
    meta: { title: 'task.title', messages: 'task' },
  },
]
