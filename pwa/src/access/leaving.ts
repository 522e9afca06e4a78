/**
 * A sign-out that the server may not have heard of: without a network the cookie stands on. It is remembered on disk,
 * and told to the server before anything else that would use the cookie, whoever signs in then.
 */
import { ref, type Ref } from 'vue'

import { closeSession } from '../api/accounts'
import type { Client } from '../api/client'
import { isLeaving, noteLeft, type IdentityDatabase } from '../device/identity'
import { alone } from './alone'

const AGAIN_MS = 30_000
/** Told sooner, it is not worth a word. */
const SOON_MS = 1_000

export interface Leaving {
  /** The person has left here, and for the server not yet. */
  pending: Ref<boolean>
  /** Tells it now if there is something to tell; only within `alone`. Throws NoAnswer or ProblemError. */
  settle(): Promise<void>
  /** Tries it, and again whenever the server may be within reach. */
  tell(): Promise<void>
}

export function useLeaving(db: IdentityDatabase, client: Client): Leaving {
  const pending = ref(false)

  async function settle(): Promise<void> {
    if (await isLeaving(db)) {
      await closeSession(client)
      await noteLeft(db)
    }
    pending.value = false
  }

  async function tell(): Promise<void> {
    // Where the tables cannot be read, nobody is known here either, and the pages say so.
    if (!(await isLeaving(db).catch(() => false))) {
      pending.value = false
      return
    }
    const slow = setTimeout(() => (pending.value = true), SOON_MS)
    await alone('refresh', settle).catch(() => (pending.value = true))
    clearTimeout(slow)
  }

  const again = (): void => {
    if (pending.value && document.visibilityState === 'visible') void tell()
  }
  setInterval(again, AGAIN_MS)
  addEventListener('online', again)
  document.addEventListener('visibilitychange', again)
  void tell()

  return { pending, settle, tell }
}
