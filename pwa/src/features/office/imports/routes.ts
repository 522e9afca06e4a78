import type { RouteRecordRaw } from 'vue-router'

export const importRoutes: RouteRecordRaw[] = [
  { path: 'imports', component: () => import('./ImportsPage.vue'), meta: { title: 'office.imports.title' } },
  { path: 'imports/:id', component: () => import('./ImportPage.vue'), props: true, meta: { title: 'office.imports.title' } },
]
