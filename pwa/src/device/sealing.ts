/** Puts boxes around the rows of all tables, between Dexie and IndexedDB; who reads and writes notices nothing. */
import type { DBCore, DBCoreCursor, DBCoreTable, Dexie, Middleware } from 'dexie'

import { rowBox, type Opened } from './boxes'

/** Outermost of Dexie's layers: also what Dexie keeps in memory for live queries is boxed. */
const OUTERMOST = 10

export function sealing(key: Uint8Array): Middleware<DBCore> {
  const opened: Opened = { texts: new Map(), size: 0 }
  return {
    stack: 'dbcore',
    name: 'sealing',
    level: OUTERMOST,
    create: (core) => ({ ...core, table: (name) => sealed(core.table(name), key, opened) }),
  }
}

function sealed(table: DBCoreTable, key: Uint8Array, opened: Opened): DBCoreTable {
  const { open, close } = rowBox(key, table.schema, opened)
  const openAny = (row: unknown): unknown => (row ? open(row as Record<string, unknown>) : row)
  return {
    ...table,
    mutate: (request) => {
      if (request.type !== 'add' && request.type !== 'put') return table.mutate(request)
      // The whole rows say it all; Dexie's lists of changes beside them would be in clear.
      const { type, trans, keys, values } = request
      return table.mutate({ type, trans, keys, values: values.map((row) => close(row as Record<string, unknown>)) })
    },
    get: (request) => table.get(request).then(openAny),
    getMany: (request) => table.getMany(request).then((rows) => rows.map(openAny)),
    query: (request) =>
      table.query(request).then((answer) => (request.values ? { ...answer, result: answer.result.map(openAny) } : answer)),
    openCursor: (request) =>
      table.openCursor(request).then((cursor) => (cursor && request.values ? openedCursor(cursor, openAny) : cursor)),
  }
}

/** A cursor of the browser answers only on itself, so each property that it computes is asked there. */
function openedCursor(cursor: DBCoreCursor, openAny: (row: unknown) => unknown): DBCoreCursor {
  return Object.create(cursor, {
    key: { get: () => cursor.key as unknown },
    primaryKey: { get: () => cursor.primaryKey as unknown },
    value: { get: () => openAny(cursor.value) },
  }) as DBCoreCursor
}

/** Boxes the rows that an earlier version of this program left in clear. Each by itself: a photo is big. */
export async function sealAll(db: Dexie): Promise<void> {
  for (const table of db.tables) {
    for (const key of await table.toCollection().primaryKeys()) {
      await db.transaction('rw', table, async () => {
        const row: unknown = await table.get(key)
        if (row) await table.put(row)
      })
    }
  }
}
