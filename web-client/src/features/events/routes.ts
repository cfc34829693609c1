import type { RouteRecordRaw } from 'vue-router'
import { addMessages } from '@/shared/i18n'

/** The messages of all of these pages arrive with the first of them. */
export async function loadEventMessages(): Promise<void> {
  const loaders = {
    zh: () => import('./locales/zh'),
    en: () => import('./locales/en'),
    ko: () => import('./locales/ko'),
  }
  await addMessages('events', async (locale) => (await loaders[locale]()).default)
}

const ID = '[0-9a-f-]{36}'

const pages: RouteRecordRaw[] = [
  {
    path: '/events',
    name: 'events',
    component: () => import('./list/EventsPage.vue'),
    meta: { title: 'events.title' },
  },
  {
    path: '/me/event-notices',
    name: 'event-notices',
    component: () => import('./list/NoticesPage.vue'),
    meta: { title: 'events.notices.title', account: true },
  },
  {
    path: `/events/:id(${ID})`,
    name: 'event',
    props: true,
    component: () => import('./event/EventPage.vue'),
    meta: { title: 'events.event.title' },
  },
  {
    path: `/events/:id(${ID})/edit`,
    name: 'event-edit',
    props: true,
    component: () => import('./form/EventFormPage.vue'),
    meta: { title: 'events.form.edit', account: true },
  },
  {
    path: `/organisations/:organisation(${ID})/events/new`,
    name: 'event-new',
    props: true,
    component: () => import('./form/EventFormPage.vue'),
    meta: { title: 'events.form.new', account: true },
  },
  {
    path: `/events/:id(${ID})/stalls`,
    name: 'event-stalls',
    props: true,
    component: () => import('./stalls/StallsPage.vue'),
    meta: { title: 'events.stalls.title' },
  },
  {
    path: `/events/:id(${ID})/stalls/plan`,
    name: 'stall-plan',
    props: true,
    component: () => import('./stalls/PlanPage.vue'),
    meta: { title: 'events.plan.title', account: true },
  },
  {
    path: `/events/:id(${ID})/stalls/bookings`,
    name: 'stall-bookings',
    props: true,
    component: () => import('./stalls/BookingsPage.vue'),
    meta: { title: 'events.bookings.title', account: true },
  },
  {
    path: '/me/stalls',
    name: 'my-stalls',
    component: () => import('./stalls/MyStallsPage.vue'),
    meta: { title: 'events.mine.title', account: true },
  },
  {
    path: `/me/stalls/:id(${ID})`,
    name: 'my-stall',
    props: true,
    component: () => import('./stalls/StallPage.vue'),
    meta: { title: 'events.mine.one', account: true },
  },
  {
    path: '/organisations',
    name: 'organisations',
    component: () => import('./organisations/OrganisationsPage.vue'),
    meta: { title: 'events.orgs.title' },
  },
  {
    path: '/organisations/apply',
    name: 'organisation-apply',
    component: () => import('./organisations/ApplyPage.vue'),
    meta: { title: 'events.apply.title', account: true },
  },
  {
    path: `/organisations/:id(${ID})`,
    name: 'organisation',
    props: true,
    component: () => import('./organisations/OrganisationPage.vue'),
    meta: { title: 'events.orgs.one' },
  },
  {
    path: `/organisations/:id(${ID})/edit`,
    name: 'organisation-edit',
    props: true,
    component: () => import('./organisations/ApplyPage.vue'),
    meta: { title: 'events.apply.edit', account: true },
  },
  {
    path: `/organisations/:id(${ID})/members`,
    name: 'organisation-members',
    props: true,
    component: () => import('./organisations/MembersPage.vue'),
    meta: { title: 'events.members.title', account: true },
  },
  {
    path: '/me/organisations',
    name: 'my-organisations',
    component: () => import('./organisations/MyOrganisationsPage.vue'),
    meta: { title: 'events.orgs.mine', account: true },
  },
  {
    path: '/join/:token',
    name: 'join',
    props: true,
    component: () => import('./organisations/JoinPage.vue'),
    meta: { title: 'events.join.title' },
  },
]

export const eventRoutes: RouteRecordRaw[] = pages.map(
  (page) => ({ ...page, beforeEnter: () => loadEventMessages() }) as RouteRecordRaw,
)
