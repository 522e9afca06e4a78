/** The review desk and the sign-off, as children of the desk's address. */
import type { RouteRecordRaw } from 'vue-router'

export const reviewRoutes: RouteRecordRaw[] = [
  {
    path: 'reviews',
    component: () => import('./QueuePage.vue'),
    props: { desk: 'reviews' },
    meta: { title: 'office.review.title' },
  },
  {
    path: 'reviews/:id',
    component: () => import('./RecordPage.vue'),
    props: true,
    meta: { title: 'office.review.record' },
  },
  {
    path: 'sign-offs',
    component: () => import('./QueuePage.vue'),
    props: { desk: 'sign-offs' },
    meta: { title: 'office.review.signOff.title' },
  },
  {
    path: 'sign-offs/:id',
    component: () => import('./SignOffPage.vue'),
    props: true,
    meta: { title: 'office.review.signOff.title' },
  },
]
