// @vitest-environment happy-dom
import 'fake-indexeddb/auto'

import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { findSession, IdentityDatabase, isLeaving, keepSession } from '../device/identity'
import { deviceLabel, uuid7 } from './keys'
import { useSession } from './session'

const me = (account: string, roles = ['inspector']) => ({ account, person: `p-${account}`, username: account, name: account, roles })
type Answer = [status: number, body: unknown] | Error
let answers: Record<string, Answer>
let calls: { method: string; path: string; body: Record<string, unknown>; authorization?: string }[]

let onCall: () => void

beforeEach(() => {
  onCall = () => undefined
  setActivePinia(createPinia())
  calls = []
  answers = {
    'POST /session': [200, { access: 'a1', me: me('zhen') }],
    'POST /session/refresh': [200, { access: 'a2', me: me('zhen') }],
    'POST /replicas': [201, {}],
    'DELETE /session': [204, null],
    'GET /x': [200, 'x'],
  }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.replace('/api/v1', '')
    const headers = init.headers as Record<string, string>
    onCall()
    calls.push({ method: init.method!, path, body: init.body ? JSON.parse(String(init.body)) : {}, authorization: headers.Authorization })
    const answer = answers[`${init.method} ${path}`]
    if (!answer || answer instanceof Error) throw answer ?? new Error(`no answer to ${path}`)
    return new Response(answer[0] === 204 ? null : JSON.stringify(answer[1]), { status: answer[0] })
  })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  const db = new IdentityDatabase()
  await Promise.all([db.sessions.clear(), db.replicas.clear()])
  db.close()
})

describe('signIn', () => {
  it('enrols the phone of an inspector with a key that cannot leave it', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    expect(calls.map(({ path }) => path)).toEqual(['/session', '/replicas', '/session/refresh'])
    expect(calls[1]!.body.public_key).toMatch(/^[A-Za-z0-9+/=]{100,200}$/)
    expect(session.replica).toMatchObject({ id: calls[1]!.body.id, enrolled: 1 })
    expect(session.replica!.keys.privateKey.extractable).toBe(false)
    expect(session.home).toBe('/field')
  })

  it('hands in the code that was asked for, and no secret before there is a PIN', async () => {
    answers['POST /replicas'] = [403, { code: 'accounts.code-needed' }]
    const session = useSession()
    await expect(session.signIn('zhen', 'secret')).rejects.toMatchObject({ code: 'accounts.code-needed' })
    expect([session.me, calls.at(-1)!.body.code]).toEqual([null, null])
    answers['POST /replicas'] = [201, {}]
    const mine = calls.at(-1)!.body.id
    await session.signIn('zhen', 'secret', 'K7QM-2XPD')
    const { body } = calls.filter(({ path }) => path === '/replicas').at(-1)!
    expect(body).toMatchObject({ id: mine, code: 'K7QM-2XPD' })
    expect(calls.some((call) => call.body.recovery)).toBe(false)
  })

  it('uses the same replica the next time', async () => {
    await useSession().signIn('zhen', 'secret')
    const first = calls[1]!.body.id
    setActivePinia(createPinia())
    calls = []
    await useSession().signIn('zhen', 'secret')
    expect(calls[0]!.body.replica).toBe(first)
    expect(calls[1]!.body.id).toBe(first)
  })

  it('enrols nothing for the desk', async () => {
    answers['POST /session'] = [200, { access: 'a1', me: me('shen', ['reviewer']) }]
    const session = useSession()
    await session.signIn('shen', 'secret')
    expect(calls.map(({ path }) => path)).toEqual(['/session'])
    expect([session.replica, session.home]).toEqual([null, '/office'])
  })

  it('keeps a revoked phone readable', async () => {
    answers['POST /replicas'] = [410, { code: 'accounts.replica-revoked' }]
    const session = useSession()
    await session.signIn('zhen', 'secret')
    expect([session.revoked, session.me?.name]).toEqual([true, 'zhen'])
  })
})

describe('restore', () => {
  it('knows the person again without a network', async () => {
    await useSession().signIn('zhen', 'secret')
    setActivePinia(createPinia())
    answers = {}
    calls = []
    const session = useSession()
    expect(await session.restore()).toBe(true)
    expect([session.me?.name, session.replica?.enrolled, calls.length]).toEqual(['zhen', 1, 0])
  })

  it('knows nobody on a new device', async () => {
    expect(await useSession().restore()).toBe(false)
  })
})

describe('api', () => {
  const reopened = async () => {
    await useSession().signIn('zhen', 'secret')
    setActivePinia(createPinia())
    const session = useSession()
    await session.restore()
    calls = []
    return session
  }

  it('gets its token by the cookie', async () => {
    const session = await reopened()
    expect(await session.api.get('/x')).toBe('x')
    expect(calls.at(-1)!.authorization).toBe('Bearer a2')
  })

  it('learns of a revocation from the refresh and remembers it', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    answers['POST /session/refresh'] = [410, { code: 'accounts.replica-revoked' }]
    await session.api.authorization({ renewed: true })
    expect([session.revoked, session.ended]).toEqual([true, false])
    setActivePinia(createPinia())
    const later = useSession()
    await later.restore()
    expect(later.revoked).toBe(true)
  })

  it('takes a bare 410 of a gateway for no revocation', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    answers['POST /session/refresh'] = [410, {}]
    await session.api.authorization({ renewed: true })
    expect(session.revoked).toBe(false)
  })

  it('says that the session has ended and forgets nobody', async () => {
    const session = await reopened()
    answers['POST /session/refresh'] = [401, {}]
    answers['GET /x'] = [401, {}]
    await expect(session.api.get('/x')).rejects.toMatchObject({ status: 401 })
    expect([session.ended, session.me?.name]).toEqual([true, 'zhen'])
  })

  it("never carries one person's work on another's session", async () => {
    const session = await reopened()
    answers['POST /session/refresh'] = [200, { access: 'b', me: me('shen') }]
    answers['GET /x'] = [401, {}]
    await expect(session.api.get('/x')).rejects.toMatchObject({ status: 401 })
    expect([session.ended, session.me?.name]).toEqual([true, 'zhen'])
  })

  it('takes silence for silence, not for the end of the session', async () => {
    const session = await reopened()
    answers['POST /session/refresh'] = new TypeError('failed to fetch')
    await expect(session.api.get('/x')).rejects.toMatchObject({ name: 'NoAnswer' })
    expect(session.ended).toBe(false)
  })
})

describe('one phone, two persons', () => {
  it('is never of two at a time while the second signs in', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    answers['POST /session'] = [200, { access: 'b1', me: me('shen') }]
    answers['POST /session/refresh'] = [200, { access: 'b2', me: me('shen') }]
    const seen: unknown[] = []
    const looked = vi.fn(() => void seen.push([session.me?.account, session.replica?.account]))
    onCall = looked
    await session.signIn('shen', 'secret')
    expect(looked).toHaveBeenCalledTimes(3)
    for (const pair of seen) expect(pair).not.toEqual(['zhen', 'shen'])
    expect([session.me?.account, session.replica?.account]).toEqual(['shen', 'shen'])
  })

  it('leaves the lease of whoever signed in elsewhere alone', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const lease = { not_after: new Date(Date.now() + 72 * 3_600_000).toISOString() }
    answers['POST /session/refresh'] = [200, { access: 'a2', me: me('zhen'), lease, expires_at: new Date().toISOString() }]
    const session = useSession()
    await session.signIn('zhen', 'secret')
    const db = new IdentityDatabase()
    const theirs = { until: 1, seen: 1 }
    await keepSession(db, me('shen'), null, theirs)
    vi.setSystemTime(Date.now() + 3_600_000)
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(async () => expect(await db.sessions.count()).toBe(1))
    await db.sessions.toArray()
    expect((await findSession(db))!.lease).toEqual(theirs)
    db.close()
    vi.useRealTimers()
  })
})

describe('replaceReplica', () => {
  it('has the old key vouch for the new replica', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    const { publicKey } = session.replica!.keys
    await session.replaceReplica()
    const { id, public_key, voucher } = calls.filter(({ path }) => path === '/replicas').at(-1)!.body as Record<string, string>
    const signature = Uint8Array.from(atob(voucher!.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    const message = new TextEncoder().encode(`suicha replica ${id} ${public_key}`)
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, signature, message)).toBe(true)
  })
})

describe('signOut', () => {
  it('forgets the session and keeps the replica', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    calls = []
    await session.signOut()
    expect([session.me, await new IdentityDatabase().replicas.count()]).toEqual([null, 1])
    await expect.poll(paths).toBe('DELETE /session')
    await expect.poll(() => isLeaving(new IdentityDatabase())).toBe(false)
    expect(session.leaving).toBe(false)
  })

  const paths = (): string => calls.map(({ method, path }) => `${method} ${path}`).join(', ')
  const offline = new TypeError('failed to fetch')
  /** Signed out without a network, and the phone's program is closed. */
  async function leftOffline(): Promise<void> {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    answers['DELETE /session'] = offline
    await session.signOut()
    expect(session.me).toBe(null)
    await expect.poll(() => session.leaving).toBe(true)
    setActivePinia(createPinia())
    calls = []
  }

  it('is remembered without a network and told as soon as there is one', async () => {
    await leftOffline()
    const session = useSession()
    await expect.poll(() => session.leaving).toBe(true)
    answers['DELETE /session'] = [204, null]
    calls = []
    dispatchEvent(new Event('online'))
    await expect.poll(() => session.leaving).toBe(false)
    // The window that was closed still lives in this test.
    expect([...new Set(paths().split(', '))]).toEqual(['DELETE /session'])
    setActivePinia(createPinia())
    calls = []
    await useSession().signIn('zhen', 'secret')
    expect(paths()).toMatch(/^POST \/session,/)
  })

  it('comes before the sign-in of whoever is next', async () => {
    await leftOffline()
    const session = useSession()
    await expect.poll(() => session.leaving).toBe(true)
    calls = []
    answers['POST /session'] = [200, { access: 'b', me: me('shen', ['reviewer']) }]
    for (const [refusal, error] of [[offline, { name: 'NoAnswer' }], [[503, { code: 'busy' }], { status: 503 }]] as const) {
      answers['DELETE /session'] = refusal as Answer
      await expect(session.signIn('shen', 'secret')).rejects.toMatchObject(error)
    }
    expect(paths()).toBe('DELETE /session, DELETE /session')
    answers['DELETE /session'] = [204, null]
    calls = []
    await session.signIn('shen', 'secret')
    expect([paths(), session.leaving]).toEqual(['DELETE /session, POST /session', false])
  })

  it('is not undone by a renewal that is answered afterwards', async () => {
    const session = useSession()
    await session.signIn('zhen', 'secret')
    setActivePinia(createPinia())
    const other = useSession()
    await other.restore()
    answers['DELETE /session'] = offline
    let left: Promise<void> | undefined
    onCall = () => void (left ??= session.signOut())
    await Promise.all([session.api.authorization({ renewed: true }), other.api.authorization({ renewed: true })])
    await left
    expect([session.me, await findSession(new IdentityDatabase())]).toEqual([null, null])
  })

  it('comes before a renewal in another window', async () => {
    await useSession().signIn('zhen', 'secret')
    setActivePinia(createPinia())
    const other = useSession()
    await other.restore()
    setActivePinia(createPinia())
    const session = useSession()
    await session.restore()
    answers['DELETE /session'] = offline
    await session.signOut()
    await expect.poll(() => session.leaving).toBe(true)
    answers['DELETE /session'] = [204, null]
    answers['POST /session/refresh'] = [401, {}]
    answers['GET /x'] = [401, {}]
    calls = []
    await expect(other.api.get('/x')).rejects.toMatchObject({ status: 401 })
    expect(paths()).toMatch(/^DELETE \/session, POST \/session\/refresh/)
    expect(other.ended).toBe(true)
  })
})

describe('uuid7', () => {
  it('carries the time in front', () => {
    expect(uuid7(0x0192f0c80000)).toMatch(/^0192f0c8-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('deviceLabel', () => {
  it('names system and browser', () => {
    expect(deviceLabel('Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/156 Mobile Safari')).toBe('Android · Chrome')
  })
})
