import type { RouteRecordRaw } from 'vue-router'

export const sortingRoutes: RouteRecordRaw[] = [
  {
    path: '/sort',
    name: 'sort',
    component: () => import('./SortPage.vue'),
    meta: { title: 'sorting.page_title', messages: 'sorting' },
  },
  {
    path: '/sort/quiz',
    name: 'sort-quiz',
    component: () => import('./QuizPage.vue'),
    meta: { title: 'sorting.quiz.title', messages: 'sorting' },
  },
  {
    path: '/sort/poster',
    name: 'sort-poster',
    component: () => import('./PosterPage.vue'),
    meta: { title: 'sorting.poster.title', messages: 'sorting' },
  },
  {
    path: '/sort/:id([a-z0-9-]+)',
    name: 'sort-ruling',
    props: true,
    component: () => import('./RulingPage.vue'),
    meta: { title: 'sorting.page_title', messages: 'sorting' },
  },
]
