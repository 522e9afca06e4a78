import type { RouteRecordRaw } from 'vue-router'

const person = (kind: 'inspector' | 'expert', title: string): RouteRecordRaw[] => [
  {
    path: `${kind}s/new`,
    component: () => import('./PersonEditPage.vue'),
    props: { kind },
    meta: { title: `office.${kind}.create` },
  },
  {
    path: `${kind}s/:code/edit`,
    component: () => import('./PersonEditPage.vue'),
    props: ({ params }) => ({ kind, code: params.code }),
    meta: { title },
  },
]

export const registryRoutes: RouteRecordRaw[] = [
  { path: 'objects', component: () => import('./ObjectsPage.vue'), meta: { title: 'office.nav.objects' } },
  { path: 'objects/new', component: () => import('./ObjectEditPage.vue'), meta: { title: 'office.object.create' } },
  { path: 'objects/:code', component: () => import('./ObjectPage.vue'), props: true, meta: { title: 'office.nav.objects' } },
  { path: 'objects/:code/edit', component: () => import('./ObjectEditPage.vue'), props: true, meta: { title: 'office.object.edit' } },
  { path: 'inspectors', component: () => import('./InspectorsPage.vue'), meta: { title: 'office.nav.inspectors' } },
  ...person('inspector', 'office.inspector.edit'),
  { path: 'inspectors/:code', component: () => import('./InspectorPage.vue'), props: true, meta: { title: 'office.nav.inspectors' } },
  { path: 'experts', component: () => import('./ExpertsPage.vue'), meta: { title: 'office.people.experts' } },
  ...person('expert', 'office.expert.edit'),
  { path: 'experts/:code', component: () => import('./ExpertPage.vue'), props: true, meta: { title: 'office.people.experts' } },
  { path: 'recusals', component: () => import('./RecusalsPage.vue'), meta: { title: 'office.people.recusals' } },
  { path: 'items', component: () => import('./ItemsPage.vue'), meta: { title: 'office.nav.items' } },
  { path: 'items/new', component: () => import('./ItemEditPage.vue'), meta: { title: 'office.item.draft' } },
  { path: 'items/:code', component: () => import('./ItemPage.vue'), props: true, meta: { title: 'office.nav.items' } },
  { path: 'items/:code/edit', component: () => import('./ItemEditPage.vue'), props: true, meta: { title: 'office.item.newVersion' } },
]
