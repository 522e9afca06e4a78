/** The phone at work: this account's tables and the exchange with the server. Open between entering and leaving. */
import { liveQuery, type Subscription } from 'dexie'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watchEffect } from 'vue'

import { version } from '../../../package.json'
import { signWith } from '../../access/keys'
import { useLock } from '../../access/lock'
import { useSession } from '../../access/session'
import { boxOldRows, FieldDatabase, readMeta } from '../../device/database'
import { prune, wipeReceipted } from '../../device/retention'
import { probe } from '../../sync/reach'
import { AT_REST, markPresence, startSync, type SyncSession, type SyncStatus } from '../../sync/session'
import { tusUploader } from '../../sync/tus'
import type { Replica } from '../../sync-core'

export interface Pending {
  operations: number
  files: number
  bytes: number
  /** Device time of the oldest unsent operation. */
  oldest: string | null
}

interface Opened {
  account: string
  db: FieldDatabase
  sync: SyncSession
  watch: Subscription
  closing: AbortController
  otherWindows: () => Promise<number>
}

const NOTHING: Pending = { operations: 0, files: 0, bytes: 0, oldest: null }

export const useField = defineStore('field', () => {
  const session = useSession()
  const lock = useLock()
  const opened = shallowRef<Opened | null>(null)
  const status = ref<SyncStatus>(AT_REST)
  const online = ref(navigator.onLine)
  const pending = shallowRef<Pending>(NOTHING)
  /** Whether the browser has promised not to clear the storage; installed apps count as such. */
  const safe = ref(true)

  const db = computed(() => {
    if (!opened.value) throw new Error('the phone is not open')
    return opened.value.db
  })
  /** Whether this person's tables are open here; at the desk there are none. */
  const isOpen = computed(() => opened.value !== null)
  const waiting = computed(() => pending.value.operations + pending.value.files)

  const author = (): Replica => {
    const [person, replica] = [session.me, session.replica]
    if (!person || !replica) throw new Error('nobody is signed in on this phone')
    return { rep: replica.id, usr: person.person }
  }

  /** Opens the tables of whoever has opened this phone and starts the exchange. */
  function open(): void {
    const [account, key] = [session.me?.account, lock.key]
    if (!account || !key || opened.value?.account === account) return
    close()
    const tables = new FieldDatabase(account, key)
    const sync = startSync(
      {
        db: tables,
        client: session.api,
        author,
        sign: (bytes) => signWith(session.replica!, bytes),
        replaceReplica: async () => ({ rep: (await session.replaceReplica()).id, usr: author().usr }),
        upload: tusUploader(tables, session.api),
        reach: () => probe(),
        onWifi,
        clock: () => new Date(),
        app: `suicha-pwa/${version}`,
      },
      (now) => {
        status.value = now
        if (now.trouble === 'revoked' && !session.revoked) void session.noteRevoked()
      },
    )
    const watch = liveQuery(() => countPending(tables)).subscribe((count) => (pending.value = count))
    const closing = new AbortController()
    opened.value = { account, db: tables, sync, watch, closing, otherWindows: markPresence(account, closing.signal) }
    void askForSafety()
    void boxOldRows(tables).then(() => prune(tables, new Date()))
  }

  function close(): void {
    opened.value?.sync.stop()
    opened.value?.watch.unsubscribe()
    opened.value?.closing.abort()
    opened.value?.db.close()
    opened.value = null
    pending.value = NOTHING
    status.value = AT_REST
  }

  async function askForSafety(): Promise<void> {
    const installed = matchMedia('(display-mode: standalone)').matches
    const persisted = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false
    safe.value = installed || persisted
  }

  // Locked, or signed out: nothing stays open behind the door.
  watchEffect(() => lock.key ?? close(), { flush: 'sync' })
  // Not this person's phone any more: what the server has in full need not be on it.
  watchEffect(
    () => {
      if (!session.revoked || !opened.value) return
      // A further exchange would bring it back.
      opened.value.sync.stop()
      status.value = { ...AT_REST, trouble: 'revoked' }
      void wipeReceipted(opened.value.db)
    },
    { flush: 'sync' },
  )
  addEventListener('online', () => (online.value = true))
  addEventListener('offline', () => (online.value = false))

  return {
    db,
    isOpen,
    status,
    online,
    pending,
    waiting,
    safe,
    author,
    open,
    close,
    /** Exchange now, because somebody pressed for it. */
    sync: () => opened.value?.sync.request() ?? Promise.resolve(),
    /** Something that decides when to exchange was changed. */
    wake: () => opened.value?.sync.wake(),
    /** How many further windows of this account are open. */
    otherWindows: () => opened.value?.otherWindows() ?? Promise.resolve(0),
    nudge: () => opened.value?.sync.nudge(),
    skew: () => readMeta<number>(db.value, 'skew'),
  }
})

/** Whether the phone is on Wi-Fi or a cable; null where the browser does not tell (all but Chromium on phones). */
export function onWifi(): boolean | null {
  const { connection } = navigator as { connection?: { type?: string } }
  return connection?.type ? ['wifi', 'ethernet'].includes(connection.type) : null
}

async function countPending(db: FieldDatabase): Promise<Pending> {
  const [rows, files] = await Promise.all([
    db.operations.where({ acked: 0 }).toArray(),
    db.files.where({ uploaded: 0 }).toArray(),
  ])
  const times = rows.map(({ op }) => op.at).sort((a, b) => Date.parse(a) - Date.parse(b))
  return {
    operations: rows.length,
    files: files.length,
    bytes: files.reduce((sum, { size, sent }) => sum + size - sent, 0),
    oldest: times[0] ?? null,
  }
}
