// The product: its own checklist page, with its router, its texts, its encrypted tables and its exchange, which finds no
// server. The record is in IndexedDB, where nobody has read it yet; the inspector is on another page of the phone.
import '../../../pwa/src/ui/tokens.css'

import { createPinia } from 'pinia'
import { createApp, h } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'

import { makeReplica } from '../../../pwa/src/access/keys'
import { useLock } from '../../../pwa/src/access/lock'
import { useSession } from '../../../pwa/src/access/session'
import { i18n, loadMessages } from '../../../pwa/src/app/i18n'
import { FieldDatabase } from '../../../pwa/src/device/database'
import { fieldRoutes } from '../../../pwa/src/features/field/routes'
import { readSheet } from '../../../pwa/src/sync-core'
import { begin, points, watchFor } from './questions.js'

const ID = '0192f0c8-0000-7000-8000-000000000001'
const ME = { account: 'bench', person: 'bench', username: 'bench', name: '甲', roles: ['inspector'] }
const POINTS_OF_ITEM = 20

const nameOf = (index) => `Q${String(Math.floor(index / POINTS_OF_ITEM) + 1).padStart(2, '0')}`
const checkPoints = points.map(({ id, title }, index) => ({
  code: id,
  item: nameOf(index),
  title,
  title_en: '',
  guidance: '',
  answer: { type: 'verdict' },
  required: true,
  visible_when: null,
  photo: { min: 0 },
  note_on: ['fail'],
  results: null,
  shared_key: null,
  phrases: [],
}))
const items = [...new Set(checkPoints.map(({ item }) => item))].map((code) => ({
  code,
  version: 1,
  name: `抽查事项 ${code}`,
  name_en: '',
  category: '',
  legal_basis: '',
  method: '',
  points: checkPoints.filter(({ item }) => item === code).map((point) => point.code),
}))
const object = { code: '91130303MA0BENCH00', name: '测试食品店', kind: 'company', address: '', region: '', region_name: '', registered_on: '2020-01-01', tags: [], licences: [], risk: null }
const task = { code: 'T', name: '日常抽查' }
const sheet = { v: 1, inspection: ID, task, object, items, points: checkPoints, parties: [{ person: ME.person, name: ME.name, role: 'lead', certificate: '' }] }
const brief = { id: ID, state: 'on_site', rev: 1, head: 0, chain: '', due_on: '2026-12-01', publish_due_on: null, changed_at: '', task, object, team: [], checklist_digest: '', returned: null }

/** As the exchange would have stored it. Another connection than the page's, which so has opened no row yet. */
async function seed(key) {
  const tables = new FieldDatabase(ME.account, key)
  await tables.packets.put({ id: ID, packet: { ...brief, checklist: { document: sheet, digest: '' }, draw: null, history: [] }, sheet: readSheet(sheet) })
  await tables.inspections.put({ id: ID, brief, head: 0, chain: '' })
  tables.close()
}

/** Until the page has had several moments with nothing to do. */
async function rest() {
  for (let quiet = 0; quiet < 5; ) {
    const left = await new Promise((resolve) => requestIdleCallback((deadline) => resolve(deadline.timeRemaining())))
    quiet = left > 8 ? quiet + 1 : 0
  }
}

/** From the lifting of the finger to the frame in which 已保存 stands. */
function watchSaving() {
  window.marks.saved = []
  let touched = 0
  addEventListener('pointerup', (event) => (touched = event.timeStamp), true)
  new MutationObserver(([change]) => {
    if (change.target.dataset?.state !== 'saved' || !touched) return
    const since = touched
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => window.marks.saved.push(performance.now() - since)
      port2.postMessage(0)
    })
  }).observe(document.body, { subtree: true, attributeFilter: ['data-state'] })
}

const router = createRouter({ history: createWebHistory('/'), routes: [...fieldRoutes, { path: '/suicha/:page', component: {} }] })
await loadMessages('field')
createApp({ render: () => h(RouterView) }).use(createPinia()).use(i18n).use(router).mount('#app')
const key = crypto.getRandomValues(new Uint8Array(32))
await seed(key)
const session = useSession()
session.me = ME
session.replica = await makeReplica(ME, 'bench')
useLock().key = key
await router.push('/field/me')
await import('../../../pwa/src/features/field/check/CheckPage.vue')
await rest()
watchFor('.verdicts button:nth-child(-n + 3)')
watchSaving()
begin()
await router.push(`/field/tasks/${ID}/check`)
