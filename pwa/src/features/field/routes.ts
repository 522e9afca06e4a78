import type { RouteRecordRaw } from 'vue-router'

export const fieldRoutes: RouteRecordRaw[] = [
  {
    path: '/field',
    component: () => import('./FieldPage.vue'),
    meta: { area: 'field', title: 'field.title' },
    // Lazily, so that a visitor of the portal does not load the tables of the phone.
    beforeEnter: async (to) => (await import('../../access/guard')).requireOpen(to),
    children: [
      { path: '', component: () => import('./today/TasksPage.vue') },
      { path: 'start', component: () => import('./start/StartPage.vue'), meta: { title: 'field.start.title' } },
      { path: 'outbox', component: () => import('./outbox/OutboxPage.vue'), meta: { title: 'field.sync.title' } },
      { path: 'rescue', component: () => import('./outbox/RescuePage.vue'), meta: { title: 'field.sync.rescue.title' } },
      { path: 'me', component: () => import('./me/MePage.vue'), meta: { title: 'field.me.title' } },
      { path: 'tasks/:id', props: true, component: () => import('./visit/TaskPage.vue') },
      { path: 'tasks/:id/check', props: true, component: () => import('./check/CheckPage.vue'), meta: { undisturbed: true } },
      { path: 'tasks/:id/sign', props: true, component: () => import('./sign/SignPage.vue'), meta: { undisturbed: true } },
      { path: 'tasks/:id/record', props: true, component: () => import('./record/RecordPage.vue') },
    ],
  },
  {
    // For who has no phone of their own here: the desk sends what an inspector brings.
    path: '/rescue',
    component: () => import('./outbox/RescuePage.vue'),
    meta: { area: 'field', title: 'field.sync.rescue.title' },
    beforeEnter: async (to) => (await import('../../access/guard')).requireSession(to),
  },
]
