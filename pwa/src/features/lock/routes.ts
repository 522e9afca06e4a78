import type { RouteRecordRaw } from 'vue-router'

const known: RouteRecordRaw['beforeEnter'] = async (to) => (await import('../../access/guard')).requireSession(to)
const door = (path: string, title: string, component: RouteRecordRaw['component']): RouteRecordRaw =>
  ({ path, component, meta: { area: 'lock', title }, beforeEnter: known }) as RouteRecordRaw

export const lockRoutes: RouteRecordRaw[] = [
  door('/lock', 'lock.title', () => import('./UnlockPage.vue')),
  door('/lock/new', 'lock.new.title', () => import('./NewPinPage.vue')),
  door('/lock/forgotten', 'lock.forgotten.title', () => import('./ForgottenPage.vue')),
  {
    path: '/field/pin',
    component: () => import('./PinPage.vue'),
    meta: { area: 'lock', title: 'lock.settings.title' },
    beforeEnter: async (to) => (await import('../../access/guard')).requireOpen(to),
  },
]
