// @vitest-environment happy-dom
import 'fake-indexeddb/auto'

import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, watch } from 'vue'

import { findSession, IdentityDatabase } from '../device/identity'
import { WrongPin, WrongRecovery } from '../device/vault'
import { PinThere, useLock } from './lock'
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
let server: { recovery: Map<string, string>; left: number; online: boolean; devices: object[] }

beforeEach(() => {
  setActivePinia(createPinia())
  localStorage.clear()
  server = { recovery: new Map(), left: 0, online: true, devices: [] }
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
    if (path === '/me/devices') return answer(200, { items: server.devices })
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
    await useSession().signIn('zhen', 'secret')
    const lock = useLock()
    expect(await lock.look()).toBe('new')
    await lock.setUp(PIN)
    expect([await lock.look(), lock.isOpen]).toEqual(['open', true])
    const again = await reload()
    expect([await again.look(), again.isOpen]).toEqual(['locked', false])
    await again.unlock(PIN)
    expect([...again.key!]).toEqual([...lock.key!])
  })

  it('takes no first PIN while the secret cannot be left with the server', async () => {
    await useSession().signIn('zhen', 'secret')
    const lock = await reload()
    server.online = false
    await expect(lock.setUp(PIN)).rejects.toMatchObject({ name: 'NoAnswer' })
    expect([await lock.look(), lock.isOpen]).toEqual(['new', false])
    server.online = true
    await lock.setUp(PIN)
    expect(lock.isOpen).toBe(true)
  })

  it('is none for the desk', async () => {
    await useSession().signIn('shen', 'secret')
    expect(await useLock().look()).toBe('none')
  })

  it('stays shut to a wrong PIN', async () => {
    await enrolled()
    const lock = await reload()
    await expect(lock.unlock('135791')).rejects.toBeInstanceOf(WrongPin)
    expect([await lock.look(), await lock.tries()]).toEqual(['locked', { wrong: 1, left: 0 }])
  })

  it('closes when the person signs out, and keeps the vault for the next time', async () => {
    const lock = await enrolled()
    await useSession().signOut()
    expect(lock.key).toBe(null)
    await useSession().signIn('zhen', 'secret')
    expect(await lock.look()).toBe('locked')
  })
})

describe('two windows of a new phone', () => {
  const windows = () =>
    [1, 2].map(() => {
      setActivePinia(createPinia())
      return { session: useSession(), lock: useLock() }
    }) as [Window, Window]
  interface Window {
    session: ReturnType<typeof useSession>
    lock: ReturnType<typeof useLock>
  }
  beforeEach(() => void Object.defineProperty(navigator, 'locks', { value: pretendLocks(), configurable: true }))
  afterEach(() => void Reflect.deleteProperty(navigator, 'locks'))

  it('are one phone, though both sign in at once', async () => {
    const [one, two] = windows()
    await Promise.all([one.session.signIn('zhen', 'secret'), two.session.signIn('zhen', 'secret')])
    expect(one.session.replica!.id).toBe(two.session.replica!.id)
    expect(await new IdentityDatabase().replicas.count()).toBe(1)
  })

  it.each([0, 1])('end with one vault and its own secret, whichever comes first (%i)', async (first) => {
    const both = windows()
    for (const { session } of both) await session.signIn('zhen', 'secret')
    const pins = [PIN, '975310']
    const order = first ? [1, 0] : [0, 1]
    const said = await Promise.allSettled(order.map((which) => both[which]!.lock.setUp(pins[which]!)))
    expect(said).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: expect.any(PinThere) as PinThere }])
    const winner = both[first]!.lock
    expect([winner.isOpen, both[1 - first]!.lock.isOpen]).toEqual([true, false])
    await both[1 - first]!.lock.unlock(pins[first]!)
    expect([...(await (await reload()).recover('secret'))]).toEqual([...winner.key!])
  })

  it('leave the secret alone once there is a vault', async () => {
    const [one, two] = windows()
    await one.session.signIn('zhen', 'secret')
    await one.lock.setUp(PIN)
    await two.session.signIn('zhen', 'secret')
    await expect(two.lock.setUp('975310')).rejects.toBeInstanceOf(PinThere)
    expect(server.left).toBe(1)
    expect([...(await two.lock.recover('secret'))]).toEqual([...one.lock.key!])
  })
})

/** Exclusive locks as the browser gives them. */
function pretendLocks(): Pick<LockManager, 'request'> {
  const tails = new Map<string, Promise<unknown>>()
  const request = (name: string, run: () => Promise<unknown>): Promise<unknown> => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(run)
    tails.set(name, turn.catch(() => undefined))
    return turn
  }
  return { request: request as LockManager['request'] }
}

describe('a phone whose storage was cleared', () => {
  const device = (id: string, more = {}) => ({ id, label: '? · ?', state: 'active', last_seen_at: '2026-11-20T06:00:00Z', unfinished: 2, ...more })
  const clear = async (): Promise<void> => {
    const db = new IdentityDatabase()
    await Promise.all([db.sessions.clear(), db.replicas.clear(), db.vaults.clear()])
    db.close()
    setActivePinia(createPinia())
  }

  it('knows before and after the sign-in that it was one, and what the server has of it', async () => {
    await enrolled()
    const old = useSession().replica!.id
    expect([await useSession().cleared(), await useSession().former()]).toEqual([false, null])
    await clear()
    expect(await useSession().cleared()).toBe(true)
    server.devices = [device('another'), device(old)]
    await useSession().signIn('zhen', 'secret')
    expect(await useSession().former()).toEqual({ sure: true, device: device(old) })
    await useLock().setUp(PIN)
    expect([await useSession().cleared(), await useSession().former()]).toEqual([false, null])
  })

  it('says so too when the server cannot be asked', async () => {
    await enrolled()
    await clear()
    await useSession().signIn('zhen', 'secret')
    server.online = false
    expect(await useSession().former()).toEqual({ sure: true, device: null })
  })

  it('is asked about, where the browser forgot everything, by a phone of the same kind', async () => {
    await enrolled()
    const { id, label } = useSession().replica!
    await clear()
    localStorage.clear()
    expect(await useSession().cleared()).toBe(false)
    await useSession().signIn('zhen', 'secret')
    server.devices = [device('tablet', { label: 'iOS · Safari' }), device('gone', { label, state: 'revoked' }), device(useSession().replica!.id, { label })]
    expect(await useSession().former()).toBe(null)
    server.devices.push(device(id, { label }))
    expect(await useSession().former()).toMatchObject({ sure: false, device: { id } })
  })

  it('is none after a fork, where the old replica is still known', async () => {
    await enrolled()
    await useSession().replaceReplica()
    expect([await useSession().cleared(), await useSession().former()]).toEqual([false, null])
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
    await expect.poll(async () => (await findSession(stored))?.lease?.seen).toBe(start + 73 * HOUR)
    stored.close()
    lookAt(start)
    expect(session.lease).toBe('expired')
    await reload()
    expect(useSession().lease).toBe('expired')
  })
})
