/**
 * When to exchange: at start, when the network returns, when the app comes to the front, after an edit, by a timer,
 * by the button. One tab at a time; after a failure it waits longer each time and asks first whether the server is there.
 */
import { readMeta } from '../device/database'
import { waitAfter } from './backoff'
import type { Part, SyncContext } from './context'
import { Interrupted } from './context'
import { exchange } from './exchange'

export interface SyncStatus {
  running: boolean
  /** What is under way while it runs. */
  part: Part | null
  /**
   * What stopped the last exchange; `failed`: some inspections could not be exchanged and are tried again;
   * `aside`: the server refuses some, see the sync centre.
   */
  trouble: Interrupted['why'] | 'failed' | 'aside' | null
  /** Another tab exchanges at this moment; this one's turn comes. */
  elsewhere: boolean
  /** Nothing goes by itself until somebody presses the button. */
  paused: boolean
  /** Files wait for Wi-Fi or for the button. */
  photosWait: boolean
}

export const AT_REST: SyncStatus = { running: false, part: null, trouble: null, elsewhere: false, paused: false, photosWait: false }

export interface SyncSession {
  /** Exchange now, or once more after the exchange under way, because a person wants it. Resolves at rest. */
  request(): Promise<void>
  /** Exchange soon: called after every edit. */
  nudge(): void
  /** Look again at what may go by itself. */
  wake(): void
  stop(): void
}

const EVERY_MS = 60_000
const AFTER_EDIT_MS = 1_500

export function startSync(context: Omit<SyncContext, 'at'>, tell: (status: SyncStatus) => void): SyncSession {
  const stopping = new AbortController()
  let status = AT_REST
  let failures = 0
  /** Something was written since the last exchange began. */
  let edited = false
  let wanted: 'by itself' | 'asked' | null = null
  let running: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(change: Partial<SyncStatus>): void {
    status = { ...status, ...change }
    if (!stopping.signal.aborted) tell(status)
  }

  function plan(delay: number): void {
    clearTimeout(timer)
    if (!stopping.signal.aborted) timer = setTimeout(() => void start('by itself'), delay)
  }

  async function once(asked: boolean): Promise<void> {
    edited = false
    say({ running: true, elsewhere: false, part: null })
    const { trouble, wait, photosWait } = await attempt(asked)
    // What is refused stays refused for a while; only what may pass is asked for again sooner, and ever later.
    const failing = trouble !== null && trouble !== 'aside'
    failures = failing ? failures + 1 : 0
    say({ running: false, part: null, trouble, photosWait })
    plan(failing ? waitAfter(failures, Math.random(), wait) : edited ? AFTER_EDIT_MS : EVERY_MS)
  }

  async function attempt(asked: boolean): Promise<Pick<SyncStatus, 'trouble' | 'photosWait'> & { wait: number | null }> {
    const { photosWait } = status
    try {
      const reach = failures ? await context.reach() : 'reachable'
      if (reach !== 'reachable') throw new Interrupted(reach)
      const done = await exchange({ ...context, at: (part) => say({ part }) }, asked)
      return { trouble: done.failed ? 'failed' : done.aside ? 'aside' : null, wait: null, photosWait: done.photosWait }
    } catch (error) {
      if (error instanceof Interrupted) return { trouble: error.why, wait: error.wait, photosWait }
      console.error(error)
      return { trouble: 'failed', wait: null, photosWait }
    }
  }

  async function run(): Promise<void> {
    while (wanted && !stopping.signal.aborted) {
      const asked = wanted === 'asked'
      wanted = null
      const paused = (await readMeta<boolean>(context.db, 'paused')) ?? false
      if (stopping.signal.aborted) return
      say({ paused })
      if (asked || !paused) await exclusively(`suicha-sync ${context.db.name}`, () => once(asked), stopping.signal, () => say({ elsewhere: true }))
    }
  }

  function start(how: 'by itself' | 'asked'): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve()
    if (wanted !== 'asked') wanted = how
    running ??= run()
      .catch((error: unknown) => {
        // The turn was given up with the session, or the tables are closed.
        if (!stopping.signal.aborted) console.error(error)
      })
      .finally(() => (running = null))
    return running
  }

  const wake = (): void => {
    if (document.visibilityState === 'visible') void start('by itself')
  }
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  void start('by itself')

  return {
    request: () => start('asked'),
    nudge() {
      edited = true
      // After a failure the longer wait goes on: typing must not hammer a server that is down.
      if (!failures) plan(AFTER_EDIT_MS)
    },
    wake: () => void start('by itself'),
    stop() {
      stopping.abort()
      clearTimeout(timer)
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
    },
  }
}

/** One tab at a time exchanges for one account; `waits` is called when this one has to wait for its turn. */
async function exclusively(name: string, run: () => Promise<void>, signal: AbortSignal, waits: () => void): Promise<void> {
  const { locks } = navigator
  if (!locks) return run()
  const got = await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await run()
    return lock !== null
  })
  if (got) return
  waits()
  await locks.request(name, { signal }, run)
}

const PRESENCE = 'suicha-open'

/** Holds a mark of this window until the signal, and tells how many further windows of the account are open. */
export function markPresence(account: string, signal: AbortSignal): () => Promise<number> {
  const { locks } = navigator
  if (!locks) return () => Promise.resolve(0)
  const name = `${PRESENCE} ${account}`
  const until = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  void locks.request(name, { mode: 'shared', signal }, () => until).catch(() => undefined)
  return async () => Math.max(0, ((await locks.query()).held ?? []).filter((lock) => lock.name === name).length - 1)
}
