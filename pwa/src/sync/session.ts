/**
 * When to exchange: at start, when the network returns, when the app comes to the front, after an edit, by a timer,
 * by the button. One tab at a time; after a failure it waits longer each time, with a random part.
 */
import type { SyncContext } from './context'
import { Interrupted } from './context'
import { exchange } from './exchange'

export interface SyncStatus {
  running: boolean
  /** What stopped the last exchange; `failed`: some inspections could not be exchanged, see the outbox. */
  trouble: Interrupted['why'] | 'failed' | null
}

export interface SyncSession {
  /** Exchange now, or once more after the exchange under way. Resolves when nothing is under way any more. */
  request(): Promise<void>
  /** Exchange soon: called after every edit. */
  nudge(): void
  stop(): void
}

const EVERY_MS = 60_000
const AFTER_EDIT_MS = 1_500
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 300_000

/** How long to wait after so many failures in a row; half of it is random, so that phones do not come in step. */
export function waitAfter(failures: number, random: number): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(whole * (0.5 + random / 2))
}

export function startSync(context: SyncContext, tell: (status: SyncStatus) => void): SyncSession {
  let stopped = false
  let failures = 0
  let again = false
  let running: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function plan(delay: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void request(), delay)
  }

  async function once(): Promise<void> {
    tell({ running: true, trouble: null })
    let trouble: SyncStatus['trouble'] = null
    let wait: number | null = null
    try {
      if ((await exchange(context)).failed) trouble = 'failed'
    } catch (error) {
      trouble = error instanceof Interrupted ? error.why : 'failed'
      wait = error instanceof Interrupted && error.wait ? error.wait * 1000 : null
      if (!(error instanceof Interrupted)) console.error(error)
    }
    failures = trouble ? failures + 1 : 0
    tell({ running: false, trouble })
    plan(trouble ? (wait ?? waitAfter(failures, Math.random())) : EVERY_MS)
  }

  async function run(): Promise<void> {
    do {
      again = false
      await exclusively(once)
    } while (again && !stopped)
  }

  function request(): Promise<void> {
    if (stopped) return Promise.resolve()
    again = running !== null
    running ??= run().finally(() => (running = null))
    return running
  }

  const wake = (): void => {
    if (document.visibilityState === 'visible') void request()
  }
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  void request()

  return {
    request,
    // After a failure the longer wait goes on: typing must not hammer a server that is down.
    nudge: () => void (failures || plan(AFTER_EDIT_MS)),
    stop() {
      stopped = true
      clearTimeout(timer)
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
    },
  }
}

/** Only one tab exchanges; another one's turn comes with its own timer. */
async function exclusively(run: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return run()
  await navigator.locks.request('suicha-sync', { mode: 'exclusive' }, run)
}
