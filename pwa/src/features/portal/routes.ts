import type { RouteRecordRaw } from 'vue-router'

export const portalRoutes: RouteRecordRaw[] = [
  // The screen of the meeting room stands alone: nothing around it.
  {
    path: '/live/:id',
    alias: '/portal/live/:id',
    component: () => import('./live/LivePage.vue'),
    props: true,
    meta: { area: 'portal', title: 'portal.live.title' },
  },
  {
    path: '/',
    component: () => import('./PortalPage.vue'),
    meta: { area: 'portal' },
    children: [
      { path: '', component: () => import('./HomePage.vue'), meta: { title: 'portal.title' } },
      { path: 'items', component: () => import('./ItemsPage.vue'), meta: { title: 'portal.nav.items' } },
      { path: 'plans', component: () => import('./PlansPage.vue'), meta: { title: 'portal.nav.plans' } },
      { path: 'plans/:id', component: () => import('./PlanPage.vue'), props: true, meta: { title: 'portal.plan.title' } },
      { path: 'draws', component: () => import('./DrawsPage.vue'), meta: { title: 'portal.nav.draws' } },
      { path: 'draws/:id', component: () => import('./DrawPage.vue'), props: true, meta: { title: 'portal.draw.title' } },
      { path: 'check/:code', component: () => import('./CheckPage.vue'), props: true, meta: { title: 'portal.check.title' } },
      { path: 'results', component: () => import('./ResultsPage.vue'), meta: { title: 'portal.nav.results' } },
      {
        path: 'results/:id',
        component: () => import('./ResultPage.vue'),
        props: true,
        meta: { title: 'portal.result.title' },
      },
    ],
  },
]
