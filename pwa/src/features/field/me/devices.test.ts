// @vitest-environment happy-dom
import { createApp } from 'vue'
import { createI18n } from 'vue-i18n'
import { expect, it, vi } from 'vitest'

import DevicesShow from './DevicesShow.vue'

const device = (id: string, state = 'active') => ({ id, label: 'Android · Chrome', state, last_seen_at: null, unfinished: 0 })
const { api } = vi.hoisted(() => ({ api: { get: vi.fn(), post: vi.fn() } }))
vi.mock('../vant', () => ({ VanButton: { template: '<button><slot /></button>' } }))
vi.mock('../../../access/session', () => ({ useSession: () => ({ api, replica: { id: 'this-one' } }) }))

it('reports another phone lost, never the one in the hand, and shows what is left', async () => {
  let items = [device('this-one'), device('other'), device('long-gone', 'revoked')]
  api.get.mockImplementation(async () => ({ items }))
  api.post.mockImplementation(async () => void (items = items.slice(0, 1)))
  const app = createApp(DevicesShow).use(createI18n({ legacy: false, locale: 'zh', missingWarn: false, fallbackWarn: false, messages: { zh: {} } }))
  app.mount(document.body.appendChild(document.createElement('div')))
  const get = (name: string) => document.querySelector<HTMLElement>(`[data-testid="${name}"]`)
  const rows = () => [...document.querySelectorAll('li')].map((row) => row.dataset.testid)
  await vi.waitFor(() => expect(rows()).toEqual(['own-this-one', 'own-other']))
  expect(get('lost-this-one')).toBeNull()

  get('lost-other')!.click()
  await vi.waitFor(() => get('lost-confirm')!.click())
  await vi.waitFor(() => expect(rows()).toEqual(['own-this-one']))
  expect(api.post.mock.calls).toEqual([['/devices/other/revoke', { reason: 'field.me.devices.reason', lost: true }]])
  expect(get('losing')).toBeNull()
  app.unmount()
})
