// @vitest-environment happy-dom
import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FieldDatabase, writeMeta } from '../device/database'
import { waitAfter } from './backoff'
import { PretendPhone } from './pretend-phone'
import { PretendServer, silence } from './pretend-server'
import { probe, type Reach } from './reach'
import { startSync, type SyncSession, type SyncStatus } from './session'

const A = '0192f0c8-0000-7000-8000-000000000001'

describe('waitAfter', () => {
  it.each([
    [1, 1, null, 2_000],
    [2, 1, null, 4_000],
    [3, 1, null, 8_000],
    [3, 0.5, null, 4_250],
    [50, 1, null, 300_000],
    [1, 0, null, 500],
    [50, 0, null, 500],
    [1, 0, 30, 30_000],
    [9, 1, 30, 37_500],
    [1, 0, 999_999, 3_600_000],
  ])('after %i failures, with %d at random and %s asked for: %i ms', (failures, random, asked, wait) => {
    expect(waitAfter(failures, random, asked)).toBe(wait)
  })
})

describe('probe', () => {
  const answer = (status: number, body: string): typeof fetch => async () => new Response(body, { status })
  const redirect = async (): Promise<Response> => ({ type: 'opaqueredirect', status: 0 }) as Response
  const hang: typeof fetch = (_url, options) =>
    new Promise((_, reject) => options!.signal!.addEventListener('abort', () => reject(new Error('timeout'))))

  it.each<[string, typeof fetch, Reach]>([
    ['the server itself', answer(200, '{"status":"ok","app":"suicha"}'), 'reachable'],
    ['a page in its place', answer(200, '<html>Welcome to the guest network'), 'captive'],
    ['another service in its place', answer(200, '{"status":"ok"}'), 'captive'],
    ['a redirect', redirect as typeof fetch, 'captive'],
    ['a network that wants a sign-in', answer(511, ''), 'captive'],
    ['a gateway before a server that is down', answer(502, ''), 'offline'],
    ['no network', () => Promise.reject(new TypeError('fetch failed')), 'offline'],
    ['no answer in time', hang, 'offline'],
  ])('knows %s', async (_name, fetched, reach) => {
    expect(await probe(fetched, 50)).toBe(reach)
  })
})

describe('the session', () => {
  let server: PretendServer
  let phone: PretendPhone
  let sessions: SyncSession[]
  let told: SyncStatus[]
  let reach: Reach
  let count = 0

  beforeEach(() => {
    count += 1
    server = new PretendServer([A])
    phone = new PretendPhone(server, `session-${count}`, 'p-1')
    sessions = []
    told = []
    reach = 'reachable'
  })
  afterEach(async () => {
    for (const each of sessions) each.stop()
    vi.unstubAllGlobals()
    await phone.db.delete()
  })

  function start(db: FieldDatabase = phone.db, tell: (status: SyncStatus) => void = (status) => void told.push(status)): SyncSession {
    const session = startSync({ ...phone.context, db, reach: async () => reach }, tell)
    sessions.push(session)
    return session
  }

  it('exchanges at once, and says what it is at', async () => {
    await start().request()
    expect(told.map(({ part }) => part).filter(Boolean)).toEqual(expect.arrayContaining(['tasks', 'operations', 'files']))
    expect(told.at(-1)).toMatchObject({ running: false, trouble: null })
  })

  it('asks nothing of the server when it is stopped before its first turn', async () => {
    const session = start()
    const turn = session.request()
    session.stop()
    await turn
    expect(server.requests).toEqual([])
  })

  it('asks after a failure whether the server is there, before it sends anything', async () => {
    server.trouble = silence
    const session = start()
    await session.request()
    expect(told.at(-1)).toMatchObject({ trouble: 'offline' })
    reach = 'captive'
    server.requests = []
    await session.request()
    expect(told.at(-1)).toMatchObject({ trouble: 'captive' })
    expect(server.requests).toEqual([])
    server.trouble = () => undefined
    reach = 'reachable'
    await session.request()
    expect(told.at(-1)).toMatchObject({ trouble: null })
  })

  it('sends nothing by itself while it is paused, and everything at the button', async () => {
    await writeMeta(phone.db, 'paused', true)
    const session = start()
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ paused: true, running: false }))
    expect(server.requests).toEqual([])
    await session.request()
    expect(server.requests.length).toBeGreaterThan(0)
    server.requests = []
    await writeMeta(phone.db, 'paused', false)
    session.wake()
    await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(0))
  })

  it('exchanges soon after what was written while an exchange was ending', async () => {
    let go = (): void => undefined
    const held = new Promise<void>((resolve) => (go = resolve))
    let lists = 0
    server.trouble = (_method, path) => {
      if (!path.endsWith('/inspections')) return
      lists += 1
      return lists === 1 ? held : undefined
    }
    const session = start()
    await vi.waitFor(() => expect(lists).toBe(1))
    session.nudge()
    go()
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ running: false, trouble: null }))
    expect(lists).toBe(1)
    await vi.waitFor(() => expect(lists).toBe(2), 10_000)
  })

  it('exchanges once more for whoever presses while one is under way and fails', async () => {
    let give = (): void => undefined
    const held = new Promise<void>((resolve) => (give = resolve))
    server.trouble = () => held.then(silence)
    const session = start()
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ running: true }))
    const pressed = session.request()
    server.trouble = () => undefined
    give()
    await pressed
    expect(told.map(({ trouble }) => trouble)).toContain('offline')
    expect(told.at(-1)).toMatchObject({ running: false, trouble: null })
  })

  it('lets one window exchange at a time, and says so in the other', async () => {
    vi.stubGlobal('navigator', { ...navigator, locks: pretendLocks() })
    let go = (): void => undefined
    const held = new Promise<void>((resolve) => (go = resolve))
    const paths: string[] = []
    server.trouble = (_method, path) => {
      paths.push(path)
      return paths.length === 1 ? held : undefined
    }
    const second: SyncStatus[] = []
    const tab = new FieldDatabase(`session-${count}`, new Uint8Array(32).fill(7))
    const first = start()
    await vi.waitFor(() => expect(paths).toHaveLength(1))
    const other = start(tab, (status) => void second.push(status))
    await vi.waitFor(() => expect(second.at(-1)).toMatchObject({ elsewhere: true }))
    expect(paths).toHaveLength(1)
    go()
    await Promise.all([first.request(), other.request()])
    expect(second.at(-1)).toMatchObject({ elsewhere: false, running: false, trouble: null })
    tab.close()
  })
})

/** Exclusive locks as the browser gives them, enough for two windows. */
function pretendLocks(): Pick<LockManager, 'request'> {
  const tails = new Map<string, Promise<unknown>>()
  const taken = new Set<string>()
  const request = async (name: string, options: LockOptions, run: (lock: Lock | null) => Promise<unknown>): Promise<unknown> => {
    if (options.ifAvailable && taken.has(name)) return run(null)
    const turn = (tails.get(name) ?? Promise.resolve()).then(async () => {
      taken.add(name)
      try {
        return await run({ name, mode: 'exclusive' })
      } finally {
        taken.delete(name)
      }
    })
    tails.set(name, turn.catch(() => undefined))
    if (!tails.has(name)) taken.add(name)
    return turn
  }
  return { request: request as LockManager['request'] }
}
