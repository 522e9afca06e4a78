import type { RouteRecordRaw } from 'vue-router'

export const accessRoutes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('./LoginPage.vue'), meta: { area: 'access', title: 'access.title' } },
  // From the QR code of the desk: the one-time code follows the #, so it reaches no server's log.
  { path: '/enrol', redirect: ({ hash }) => ({ path: '/login', hash }) },
]
