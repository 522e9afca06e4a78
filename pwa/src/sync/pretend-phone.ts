/** A phone for the tests: real tables, the real exchange, a server that pretends, and a plug that can be pulled. */
import type { DBCore, DBCoreTable, Middleware } from 'dexie'

import type { Client } from '../api/client'
import { FieldDatabase } from '../device/database'
import { record, type NewFile } from '../device/records'
import type { Json, Replica } from '../sync-core'
import type { SyncContext } from './context'
import { exchange, type Exchange } from './exchange'
import type { PretendServer } from './pretend-server'

const KEY = new Uint8Array(32).fill(7)
const AT = '2026-11-21T10:00:00+08:00'
const PART = 4

/** The process ended here; nothing that it had begun goes on. */
export class PulledPlug extends Error {}

export class PretendPhone {
  db: FieldDatabase
  me: Replica
  context: SyncContext
  /** How many more times the program may wait for something before it dies; null: it lives. */
  steps: number | null = null
  /** At how many places it has waited so far. */
  waited = 0
  readonly server: PretendServer
  private readonly name: string
  private born = 0

  constructor(server: PretendServer, name: string, usr: string) {
    this.server = server
    this.name = name
    this.me = { rep: this.freshName(usr), usr }
    this.db = this.openTables()
    this.context = this.start()
  }

  /** The same device after the process ended: the tables are what is left. */
  restart(): void {
    this.db.close()
    this.steps = null
    this.db = this.openTables()
    this.context = this.start()
  }

  exchange(asked = false): Promise<Exchange> {
    return exchange(this.context, asked)
  }

  write(insp: string, register: string, value: Json, files: NewFile[] = []): Promise<unknown> {
    const edit = () => ({ kind: 'set' as const, register, value })
    return record(this.db, { insp, author: this.me, at: AT, off: null, edit, files })
  }

  /** A copy of everything on the device, as a backup of the phone makes it. */
  async backup(): Promise<Map<string, unknown[]>> {
    const copy = new Map<string, unknown[]>()
    for (const table of this.db.tables) copy.set(table.name, await table.toArray())
    return copy
  }

  async restore(copy: ReadonlyMap<string, unknown[]>): Promise<void> {
    await this.db.transaction('rw', this.db.tables, async () => {
      for (const table of this.db.tables) {
        await table.clear()
        await table.bulkPut(copy.get(table.name) ?? [])
      }
    })
  }

  /** One place where the program waits and may be found dead. */
  private step(): void {
    this.waited += 1
    if (this.steps === null) return
    if (this.steps <= 0) throw new PulledPlug()
    this.steps -= 1
  }

  private freshName(usr: string): string {
    this.born += 1
    const end = `${usr.replace(/\D/g, '')}${this.name.replace(/\D/g, '')}`.slice(-8) + String(this.born).padStart(4, '0')
    return `0192f0c8-0000-7000-8000-${end.padStart(12, '0')}`
  }

  private openTables(): FieldDatabase {
    const db = new FieldDatabase(this.name, KEY)
    db.use(watched(() => this.step()))
    return db
  }

  private start(): SyncContext {
    const { db, server } = this
    // Each life has its own plug: what an earlier one left hanging stays dead.
    const alive = (): void => {
      if (this.db !== db) throw new PulledPlug()
      this.step()
    }
    return {
      db,
      client: interrupted(server.client, alive),
      author: () => this.me,
      sign: async () => {
        alive()
        return 'x'.repeat(86)
      },
      replaceReplica: async () => {
        alive()
        return (this.me = { rep: this.freshName(this.me.usr), usr: this.me.usr })
      },
      upload: async (file, bytes, confirmed) => {
        for (;;) {
          alive()
          const arrived = server.receive(file.sha256, Math.min(PART, bytes.byteLength), bytes.byteLength)
          alive()
          confirmed(arrived)
          if (arrived >= bytes.byteLength) return
        }
      },
      reach: async () => 'reachable',
      onWifi: () => null,
      at: () => undefined,
      clock: () => new Date('2026-11-21T02:00:01.000Z'),
      app: 'test',
    }
  }
}

function interrupted(client: Client, alive: () => void): Client {
  const around =
    <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      alive()
      const answer = await call(...given)
      alive()
      return answer
    }
  return {
    ...client,
    get: around(client.get) as Client['get'],
    fresh: around(client.fresh) as Client['fresh'],
    post: around(client.post) as Client['post'],
    bytes: around(client.bytes),
  }
}

/** Calls `step` before everything that the tables are asked or told. */
function watched(step: () => void): Middleware<DBCore> {
  const wrap = (table: DBCoreTable): DBCoreTable => {
    const before =
      <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        step()
        return call(...given)
      }
    return {
      ...table,
      mutate: before(table.mutate),
      get: before(table.get),
      getMany: before(table.getMany),
      query: before(table.query),
      openCursor: before(table.openCursor),
    }
  }
  return { stack: 'dbcore', name: 'plug', level: 20, create: (core) => ({ ...core, table: (name) => wrap(core.table(name)) }) }
}
