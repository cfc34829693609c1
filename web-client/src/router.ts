import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { accountRoutes, requireAccount } from '@/features/account/routes'
import { crewRoutes } from '@/features/crew/routes'
import { deskRoutes } from '@/features/desk/routes'
import { eventRoutes } from '@/features/events/routes'
import { eventDayRoutes } from '@/features/events/day/routes'
import { figureRoutes } from '@/features/figures/routes'
import { moderationRoutes } from '@/features/moderation/routes'
import { askRoutes } from '@/features/market/asks-routes'
import { marketRoutes } from '@/features/market/routes'
import { pickupRoutes } from '@/features/pickups/routes'
import { subscribeRoutes } from '@/features/subscribe/routes'
import { sortingRoutes } from '@/features/sorting/routes'
import { taskRoutes } from '@/features/task/routes'
import { addMessages, i18n } from '@/shared/i18n'

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page's title. */
    title?: string
    /** Desk pages bring their own frame and their own messages. */
    desk?: boolean
    /** A set of messages that arrives with the page. */
    messages?: 'sorting' | 'account' | 'moderation' | 'subscribe' | 'task'
    /** Needs somebody who is signed in; sends them to `/account` and back. */
    account?: boolean
    /** A crew's pages open without a signal and have messages of their own. */
    crew?: boolean
    /** The office's pages of pickups. */
    office?: boolean
    /** The desk's pages of figures, targets and hotspots. */
    data?: boolean
    /** The moderators' pages. */
    review?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('@/features/home/HomePage.vue') },
  {
    path: '/report',
    name: 'report',
    component: () => import('@/features/reports/wizard/ReportPage.vue'),
    meta: { title: 'wizard.title' },
  },
  {
    path: '/done/:code(\\d{9})',
    name: 'done',
    props: true,
    component: () => import('@/features/reports/page/DonePage.vue'),
    meta: { title: 'done.title' },
  },
  {
    path: '/mine',
    name: 'mine',
    component: () => import('@/features/reports/mine/MinePage.vue'),
    meta: { title: 'mine.title' },
  },
  {
    path: '/r/:code(\\d{9})',
    name: 'report-view',
    props: true,
    component: () => import('@/features/reports/page/ReportViewPage.vue'),
    meta: { title: 'page.title' },
  },
  {
    path: '/map',
    name: 'map',
    component: () => import('@/features/reports/map/MapPage.vue'),
    meta: { title: 'map.title' },
  },
  {
    path: '/find',
    name: 'find',
    component: () => import('@/features/reports/FindPage.vue'),
    meta: { title: 'find.title' },
  },
  {
    path: '/who',
    name: 'who',
    component: () => import('@/features/reports/WhoPage.vue'),
    meta: { title: 'who.title' },
  },
  {
    path: '/setup',
    name: 'setup',
    component: () => import('@/features/setup/SetupPage.vue'),
    meta: { title: 'setup.title' },
  },
  {
    path: '/privacy',
    name: 'privacy',
    component: () => import('@/features/privacy/PrivacyPage.vue'),
    meta: { title: 'privacy.title' },
  },
  ...pickupRoutes,
  ...sortingRoutes,
  ...askRoutes,
  ...marketRoutes,
  ...eventRoutes,
  ...accountRoutes,
  ...moderationRoutes,
  ...subscribeRoutes,
  ...figureRoutes,
  ...taskRoutes,
  ...crewRoutes,
  ...eventDayRoutes,
  ...deskRoutes,
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('@/features/home/NotFoundPage.vue'),
    meta: { title: 'not_found.title' },
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior(to, _from, saved) {
    if (saved) return saved
    return to.hash && !to.hash.includes('=') ? { el: to.hash } : { top: 0 }
  },
})

router.beforeEach(async (to) => {
  if (to.meta.crew) {
    const loaders = {
      zh: () => import('@/features/crew/locales/zh'),
      en: () => import('@/features/crew/locales/en'),
      ko: () => import('@/features/crew/locales/ko'),
    }
    await addMessages('crew', async (locale) => (await loaders[locale]()).default)
  } else if (to.path === '/desk' || to.path.startsWith('/desk/')) {
    const loaders = {
      zh: () => import('@/features/desk/locales/zh'),
      en: () => import('@/features/desk/locales/en'),
      ko: () => import('@/features/desk/locales/ko'),
    }
    await addMessages('desk', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.office) {
    const loaders = {
      zh: () => import('@/features/desk/office/locales/zh'),
      en: () => import('@/features/desk/office/locales/en'),
      ko: () => import('@/features/desk/office/locales/ko'),
    }
    await addMessages('office', async (locale) => (await loaders[locale]()).default)
  }
  if (/^\/(desk\/)?pickups(\/|$)/.test(to.path)) {
    const loaders = {
      zh: () => import('@/features/pickups/locales/zh'),
      en: () => import('@/features/pickups/locales/en'),
      ko: () => import('@/features/pickups/locales/ko'),
    }
    await addMessages('pickups', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.review) {
    const loaders = {
      zh: () => import('@/features/desk/moderation/locales/zh'),
      en: () => import('@/features/desk/moderation/locales/en'),
      ko: () => import('@/features/desk/moderation/locales/ko'),
    }
    await addMessages('review', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.messages === 'moderation') {
    const loaders = {
      zh: () => import('@/features/moderation/locales/zh'),
      en: () => import('@/features/moderation/locales/en'),
      ko: () => import('@/features/moderation/locales/ko'),
    }
    await addMessages('moderation', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.messages === 'subscribe') {
    const loaders = {
      zh: () => import('@/features/subscribe/locales/zh'),
      en: () => import('@/features/subscribe/locales/en'),
      ko: () => import('@/features/subscribe/locales/ko'),
    }
    await addMessages('subscribe', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.messages === 'task') {
    const loaders = {
      zh: () => import('@/features/task/locales/zh'),
      en: () => import('@/features/task/locales/en'),
      ko: () => import('@/features/task/locales/ko'),
    }
    await addMessages('task', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.messages === 'account') {
    const loaders = {
      zh: () => import('@/features/account/locales/zh'),
      en: () => import('@/features/account/locales/en'),
      ko: () => import('@/features/account/locales/ko'),
    }
    await addMessages('account', async (locale) => (await loaders[locale]()).default)
  }
  if (to.meta.messages === 'sorting') {
    const loaders = {
      zh: () => import('@/shared/i18n/locales/zh/sorting'),
      en: () => import('@/shared/i18n/locales/en/sorting'),
      ko: () => import('@/shared/i18n/locales/ko/sorting'),
    }
    await addMessages('sorting', async (locale) => (await loaders[locale]()).default)
  }
})

router.beforeEach((to) => (to.meta.account ? requireAccount(to) : true))

router.onError((_error, to) => {
  // A page that cannot be fetched without a signal says so instead of doing nothing.
  if (to.matched.length > 0)
    void import('@/shared/ui/toast').then(
      ({ toast }) => toast(i18n.global.t('error.offline')),
      () => undefined,
    )
})

/** The page's title in the language of the moment. */
export function showTitle(): void {
  const { title } = router.currentRoute.value.meta
  const { t } = i18n.global
  document.title = title ? `${t(title)} · ${t('brand.name')}` : t('brand.name')
}

router.afterEach((to, from, failure) => {
  if (failure) return
  showTitle()
  // A screen reader hears the new page: the heading takes the focus, unless only the query changed.
  if (from.matched.length === 0 || to.path === from.path) return
  setTimeout(() => {
    const heading = document.querySelector<HTMLElement>('main h1, main')
    if (!heading || heading.contains(document.activeElement)) return
    if (!heading.hasAttribute('tabindex')) heading.setAttribute('tabindex', '-1')
    heading.focus({ preventScroll: true })
  }, 50)
})
