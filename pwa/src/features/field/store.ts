/** The phone at work: this account's tables and the exchange with the server. Open between entering and leaving. */
import { liveQuery, type Subscription } from 'dexie'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { version } from '../../../package.json'
import { signWith } from '../../access/keys'
import { useSession } from '../../access/session'
import { FieldDatabase, readMeta } from '../../device/database'
import { startSync, type SyncSession, type SyncStatus } from '../../sync/session'
import { tusUploader } from '../../sync/uploads'
import type { Replica } from '../../sync-core'

export interface Pending {
  operations: number
  files: number
  bytes: number
  /** Device time of the oldest unsent operation. */
  oldest: string | null
}

const NOTHING: Pending = { operations: 0, files: 0, bytes: 0, oldest: null }

export const useField = defineStore('field', () => {
  const session = useSession()
  const opened = shallowRef<{ account: string; db: FieldDatabase; sync: SyncSession; watch: Subscription } | null>(null)
  const status = ref<SyncStatus>({ running: false, trouble: null })
  const online = ref(navigator.onLine)
  const pending = shallowRef<Pending>(NOTHING)
  /** Whether the browser has promised not to clear the storage; installed apps count as such. */
  const safe = ref(true)

  const db = computed(() => {
    if (!opened.value) throw new Error('the phone is not open')
    return opened.value.db
  })
  const waiting = computed(() => pending.value.operations + pending.value.files)

  const author = (): Replica => {
    const [person, replica] = [session.me, session.replica]
    if (!person || !replica) throw new Error('nobody is signed in on this phone')
    return { rep: replica.id, usr: person.person }
  }

  /** Opens the tables of whoever is signed in and starts the exchange. */
  function open(): void {
    const account = session.me?.account
    if (!account || opened.value?.account === account) return
    close()
    const tables = new FieldDatabase(account)
    const sync = startSync(
      {
        db: tables,
        client: session.api,
        author,
        sign: (bytes) => signWith(session.replica!, bytes),
        replaceReplica: async () => ({ rep: (await session.replaceReplica()).id, usr: author().usr }),
        upload: tusUploader(tables, session.api),
        clock: () => new Date(),
        app: `suicha-pwa/${version}`,
      },
      (now) => {
        status.value = now
        if (now.trouble === 'revoked') session.revoked = true
      },
    )
    const watch = liveQuery(() => countPending(tables)).subscribe((count) => (pending.value = count))
    opened.value = { account, db: tables, sync, watch }
    void askForSafety()
  }

  function close(): void {
    opened.value?.sync.stop()
    opened.value?.watch.unsubscribe()
    opened.value?.db.close()
    opened.value = null
    pending.value = NOTHING
  }

  async function askForSafety(): Promise<void> {
    const installed = matchMedia('(display-mode: standalone)').matches
    const persisted = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false
    safe.value = installed || persisted
  }

  addEventListener('online', () => (online.value = true))
  addEventListener('offline', () => (online.value = false))

  return {
    db,
    status,
    online,
    pending,
    waiting,
    safe,
    author,
    open,
    close,
    sync: () => opened.value?.sync.request() ?? Promise.resolve(),
    nudge: () => opened.value?.sync.nudge(),
    skew: () => readMeta<number>(db.value, 'skew'),
  }
})

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
