// Which address belongs to which area. Every area names its own pages in features/<area>/routes.ts.
import { createRouter, createWebHistory } from 'vue-router'

import { accessRoutes } from '../features/access/routes'
import { fieldRoutes } from '../features/field/routes'
import { lockRoutes } from '../features/lock/routes'
import { officeRoutes } from '../features/office/routes'
import { portalRoutes } from '../features/portal/routes'
import { i18n, loadMessages } from './i18n'

declare module 'vue-router' {
  interface RouteMeta {
    /** The feature whose texts and rules apply; it is set on the area's top routes and inherited. */
    area?: 'access' | 'field' | 'lock' | 'office' | 'portal'
    /** Key of the page's title among the texts. */
    title?: string
    /** A record is being written here: nothing may offer to reload the page. */
    undisturbed?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    ...portalRoutes,
    ...accessRoutes,
    ...fieldRoutes,
    ...lockRoutes,
    ...officeRoutes,
    { path: '/:missing(.*)*', component: () => import('./NotFoundPage.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (to.meta.area) await loadMessages(to.meta.area)
})

router.afterEach((to) => {
  const { t } = i18n.global
  document.title = to.meta.title ? `${t(to.meta.title)} · ${t('app.name')}` : t('app.name')
})
