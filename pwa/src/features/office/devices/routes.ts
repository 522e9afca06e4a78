import type { RouteRecordRaw } from 'vue-router'

export const deviceRoutes: RouteRecordRaw[] = [
  { path: 'devices', component: () => import('./DevicesPage.vue'), meta: { title: 'office.nav.devices' } },
  { path: 'devices/:id', component: () => import('./DevicePage.vue'), props: true, meta: { title: 'office.nav.devices' } },
]
