import type { RouteRecordRaw } from 'vue-router'

import { deviceRoutes } from './devices/routes'
import { importRoutes } from './imports/routes'
import { registryRoutes } from './registry/routes'
import { reviewRoutes } from './review/routes'

export const officeRoutes: RouteRecordRaw[] = [
  {
    path: '/office',
    component: () => import('./OfficePage.vue'),
    meta: { area: 'office' },
    beforeEnter: async (to) => (await import('../../access/guard')).requireSession(to),
    children: [
      { path: '', component: () => import('./HomePage.vue'), meta: { title: 'office.nav.home' } },
      { path: 'plans', component: () => import('./plans/PlansPage.vue'), meta: { title: 'office.nav.plans' } },
      { path: 'plans/new', component: () => import('./plans/PlanEditPage.vue'), meta: { title: 'office.plan.draft' } },
      { path: 'plans/:id', component: () => import('./plans/PlanPage.vue'), props: true, meta: { title: 'office.plan.title' } },
      {
        path: 'plans/:id/edit',
        component: () => import('./plans/PlanEditPage.vue'),
        props: true,
        meta: { title: 'office.plan.edit' },
      },
      { path: 'tasks', component: () => import('./draws/TasksPage.vue'), meta: { title: 'office.nav.tasks' } },
      { path: 'tasks/:id', component: () => import('./draws/TaskPage.vue'), props: true, meta: { title: 'office.task.title' } },
      { path: 'codes', component: () => import('./draws/CodesPage.vue'), meta: { title: 'office.nav.codes' } },
      ...deviceRoutes,
      ...importRoutes,
      ...registryRoutes,
      ...reviewRoutes,
    ],
  },
]
