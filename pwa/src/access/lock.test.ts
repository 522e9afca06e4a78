// @vitest-environment happy-dom
import 'fake-indexeddb/auto'

import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, watch } from 'vue'

import { IdentityDatabase } from '../device/identity'
import { WrongPin, WrongRecovery } from '../device/vault'
import { useLock } from './lock'
import { useSession } from './session'

// Slow on purpose in earnest, and only there.
vi.mock(import('../device/vault'), async (load) => {
  const vault = await load()
  return { ...vault, makeVault: (db, made) => vault.makeVault(db, { ...made, rounds: 1_000 }) }
})

const PIN = '246810'
const MINUTE = 60_000
const me = (account: string, roles = ['inspector']) => ({ account, person: `p-${account}`, username: account, name: account, roles })
const lease = { not_after: '2026-11-24T00:10:00Z' }
/** A server as the phone sees it: it keeps the recovery secrets. */
let server: { recovery: Map<string, string>; left: number; online: boolean }

beforeEach(() => {
  setActivePinia(createPinia())
  localStorage.clear()
  server = { recovery: new Map(), left: 0, online: true }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!server.online) throw new TypeError('failed to fetch')
    const path = url.replace('/api/v1', '')
    const body = (init.body ? JSON.parse(String(init.body)) : {}) as Record<string, string | null>
    const answer = (status: number, content: unknown) => new Response(status === 204 ? null : JSON.stringify(content), { status })
    const session = { access: 'a', expires_at: '2026-11-21T00:10:00Z', me: me('zhen'), lease }
    if (path === '/session' && init.method === 'DELETE') return answer(204, null)
    if (path === '/session' && body.username === 'shen') return answer(200, { ...session, me: me('shen', ['reviewer']), lease: null })
    if (path.startsWith('/session')) return body.password === 'wrong' ? answer(401, { code: 'accounts.bad-credentials' }) : answer(200, session)
    if (path === '/replicas') {
      if (body.recovery) server.recovery.set(body.id!, body.recovery)
      if (body.recovery) server.left += 1
      return answer(201, {})
    }
    return answer(200, { recovery: server.recovery.get(path.split('/')[2]!) })
  })
})
afterEach(async () => {
  vi.useRealTimers()
  const db = new IdentityDatabase()
  await Promise.all([db.sessions.clear(), db.replicas.clear(), db.vaults.clear()])
  db.close()
})

async function enrolled(): Promise<ReturnType<typeof useLock>> {
  await useSession().signIn('zhen', 'secret')
  await useLock().setUp(PIN)
  // The second time goes by itself.
  await expect.poll(() => server.left).toBe(2)
  return useLock()
}

/** The page is loaded again. */
async function reload(): Promise<ReturnType<typeof useLock>> {
  setActivePinia(createPinia())
  await useSession().restore()
  return useLock()
}

describe('the door', () => {
  it('asks an inspector for a PIN before anything is stored, and after every start', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    const lock = useLock()
    expect(await lock.look()).toBe('new')
    await lock.setUp(PIN)
    expect([await lock.look(), lock.isOpen, session.recovery]).toEqual(['open', true, null])
    const again = await reload()
    expect([await again.look(), again.isOpen]).toEqual(['locked', false])
    await again.unlock(PIN)
    expect([...again.key!]).toEqual([...lock.key!])
  })

  it('needs a sign-in where the secret could not be left with the server', async () => {
    await useSession().signIn('zhen', 'secret')
    expect(await (await reload()).look()).toBe('unknown')
  })

  it('is none for the desk', async () => {
    await useSession().signIn('shen', 'secret')
    expect(await useLock().look()).toBe('none')
  })

  it('stays shut to a wrong PIN', async () => {
    await enrolled()
    const lock = await reload()
    await expect(lock.unlock('135791')).rejects.toBeInstanceOf(WrongPin)
    expect([await lock.look(), await lock.tries()]).toEqual(['locked', { wrong: 1, until: 0 }])
  })

  it('closes when the person signs out, and keeps the vault for the next time', async () => {
    const lock = await enrolled()
    await useSession().signOut()
    expect(lock.key).toBe(null)
    await useSession().signIn('zhen', 'secret')
    expect(await lock.look()).toBe('locked')
  })
})

describe('a forgotten PIN', () => {
  it('is replaced by password and the secret of the server; the key stays the same', async () => {
    const before = [...(await enrolled()).key!]
    const lock = await reload()
    await lock.renew(await lock.recover('secret'), '975310')
    expect([...lock.key!]).toEqual(before)
    const again = await reload()
    await expect(again.unlock(PIN)).rejects.toBeInstanceOf(WrongPin)
    await again.unlock('975310')
    expect([...again.key!]).toEqual(before)
  })

  it('changes nothing with a wrong password, without a network, or with another secret', async () => {
    await enrolled()
    const lock = await reload()
    await expect(lock.recover('wrong')).rejects.toMatchObject({ status: 401 })
    server.online = false
    await expect(lock.recover('secret')).rejects.toMatchObject({ name: 'NoAnswer' })
    server.online = true
    for (const replica of server.recovery.keys()) server.recovery.set(replica, btoa('x'.repeat(32)))
    await expect(lock.recover('secret')).rejects.toBeInstanceOf(WrongRecovery)
    await lock.unlock(PIN)
    expect(lock.isOpen).toBe(true)
  })
})

describe('locking', () => {
  async function open(): Promise<ReturnType<typeof useLock>> {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
    const lock = await enrolled()
    lock.touch()
    return lock
  }
  const after = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms))

  it('comes after five minutes without a touch, not before', async () => {
    const lock = await open()
    await after(5 * MINUTE - 1_000)
    expect(lock.isOpen).toBe(true)
    dispatchEvent(new Event('pointerdown'))
    await after(5 * MINUTE - 1_000)
    expect(lock.isOpen).toBe(true)
    await after(6_000)
    expect([lock.isOpen, lock.key]).toEqual([false, null])
  })

  it('comes as chosen, and remembers the choice', async () => {
    const lock = await open()
    lock.minutes = 1
    await after(MINUTE + 5_000)
    expect(lock.key).toBe(null)
    expect((await reload()).minutes).toBe(1)
  })

  it('comes when the phone is looked at again after a long time in the pocket', async () => {
    const lock = await open()
    vi.setSystemTime(Date.now() + 6 * MINUTE)
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(() => lock.key).toBe(null)
  })

  it('does not come in the middle of a capture', async () => {
    const lock = await open()
    const over = lock.keepAwake()
    await after(14 * MINUTE)
    expect(lock.isOpen).toBe(true)
    over()
    await after(5 * MINUTE + 5_000)
    expect(lock.isOpen).toBe(false)
  })

  it('comes also when a camera is left open', async () => {
    const lock = await open()
    lock.keepAwake()
    await after(16 * MINUTE)
    expect(lock.isOpen).toBe(false)
  })

  it('takes the key away only when what is being written is on disk', async () => {
    const lock = await enrolled()
    let write = (): void => undefined
    const kept = lock.during(new Promise<boolean>((resolve) => (write = () => resolve(lock.key !== null))))
    const locked = lock.lock()
    await nextTick()
    // The page still stands: the picture may need its worker.
    expect([lock.isOpen, lock.key === null]).toEqual([true, false])
    write()
    await locked
    expect([await kept, lock.isOpen, lock.key]).toEqual([true, false, null])
  })

  it('lets pages write what is under the pen as they leave', async () => {
    const lock = await enrolled()
    let kept: Promise<boolean> | null = null
    watch(
      () => lock.isOpen,
      () => (kept ??= lock.during(new Promise((resolve) => setTimeout(() => resolve(lock.key !== null), 20)))),
    )
    await lock.lock()
    expect([await kept, lock.key]).toEqual([true, null])
  })
})

describe('the lease', () => {
  const HOUR = 60 * MINUTE
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
  const lookAt = (time: number): void => {
    vi.setSystemTime(time)
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('runs out without the server, by this device’s own clock, and comes back with it', async () => {
    const start = Date.parse('2030-01-01T00:00:00Z')
    vi.setSystemTime(start)
    const session = useSession()
    await session.signIn('zhen', 'secret')
    lookAt(start + 71 * HOUR)
    expect(session.lease).toBe('valid')
    lookAt(start + 73 * HOUR)
    expect(session.lease).toBe('expired')
    await session.api.authorization({ renewed: true })
    expect(session.lease).toBe('valid')
  })

  it('is not prolonged by a clock set back, also over a restart', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    const start = Date.now()
    lookAt(start + 73 * HOUR)
    const stored = new IdentityDatabase()
    await expect.poll(async () => (await stored.sessions.get('current'))?.lease?.seen).toBe(start + 73 * HOUR)
    stored.close()
    lookAt(start)
    expect(session.lease).toBe('expired')
    await reload()
    expect(useSession().lease).toBe('expired')
  })
})
