import 'fake-indexeddb/auto'

import { liveQuery } from 'dexie'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { readSheet, type Operation } from '../sync-core'
import { BoxBroken } from './boxes'
import { boxOldRows, FieldDatabase, type OperationRow } from './database'
import { keepFile, record, unsent } from './records'

const KEY = new Uint8Array(32).fill(7)
const OTHER = new Uint8Array(32).fill(8)
const INSP = '0192f0c8-0000-7000-8000-000000000001'
const REP = '0192f0c8-0000-7000-8000-00000000aaaa'
const SECRETS = ['不合格', '王小明', '13912345678', 'PHOTO-MARKER', 'ans/Q01.1']

const operation = (seq: number, val: unknown = { r: 'fail', why: '不合格' }): OperationRow =>
  unsent({ insp: INSP, rep: REP, seq, key: 'ans/Q01.1', val, at: '2026-11-21T09:00:00.000+08:00' } as unknown as Operation)
const sheet = readSheet({ inspection: INSP, items: [{ code: 'Q01', points: ['Q01.1'] }], parties: [{ person: 'p', role: 'lead' }] })
const photo = (): ArrayBuffer => new TextEncoder().encode('PHOTO-MARKER 13912345678').buffer

let db: FieldDatabase
let count = 0
beforeEach(() => {
  count += 1
  db = new FieldDatabase(`boxes-${count}`, KEY)
})
afterEach(() => db.delete())

/** One of each, in every table. */
async function fill(into = db): Promise<void> {
  await into.inspections.put({ id: INSP, head: 0, chain: '', brief: { name: '王小明', phone: '13912345678' } })
  await into.packets.put({ id: INSP, packet: { object: '王小明', phone: '13912345678' }, sheet })
  await into.operations.bulkAdd([operation(1), operation(2)])
  await keepFile(into, INSP, { sha256: 'a'.repeat(64), mime: 'image/jpeg', bytes: photo() }, 0)
  await into.transfers.put({ insp: INSP, at: '', code: 'x', detail: '王小明' })
  await into.forks.add({ insp: INSP, rep: REP, ops: [operation(3).op], reissued: 0 })
  await into.uploads.put({ key: 'k', fingerprint: 'k', upload: { metadata: { filename: 'PHOTO-MARKER' } } })
  await into.meta.put({ key: 'skew', value: '王小明' })
  // Tables that this test does not know by name.
  for (const table of into.tables) {
    const keys = [table.schema.primKey, ...table.schema.indexes].flatMap(({ keyPath }) => keyPath ?? [])
    if (!(await table.count())) await table.put({ ...Object.fromEntries(keys.map((key) => [key, 'k'])), secrets: SECRETS })
  }
}

/** What a thief of the device's files reads: everything in IndexedDB, without Dexie. */
async function raw(name = db.name): Promise<Map<string, Record<string, unknown>[]>> {
  const opened = await ask(indexedDB.open(name))
  const tables = new Map<string, Record<string, unknown>[]>()
  for (const table of opened.objectStoreNames) {
    tables.set(table, await ask(opened.transaction(table).objectStore(table).getAll()))
  }
  opened.close()
  return tables
}

const ask = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error as Error)
  })

async function writeRaw(table: string, row: unknown): Promise<void> {
  const opened = await ask(indexedDB.open(db.name))
  await ask(opened.transaction(table, 'readwrite').objectStore(table).put(row))
  opened.close()
}

const bytesOf = (rows: unknown): string =>
  JSON.stringify(rows, (_, value: unknown) =>
    value instanceof ArrayBuffer ? new TextDecoder('utf-8', { fatal: false }).decode(value) : value,
  )

describe('what lies on the device', () => {
  it('shows no answer, name, photo or number in any table', async () => {
    await fill()
    const tables = await raw()
    expect([...tables.keys()].sort()).toEqual(db.tables.map(({ name }) => name).sort())
    for (const [table, rows] of tables) {
      expect(rows.length, table).toBeGreaterThan(0)
      for (const row of rows) {
        const { primKey, indexes } = db.table(table).schema
        const outside = [primKey, ...indexes].flatMap(({ keyPath }) => keyPath ?? [])
        expect(Object.keys(row).filter((field) => !outside.includes(field)), table).toEqual(['box'])
      }
      for (const secret of SECRETS) expect(bytesOf(rows), table).not.toContain(secret)
    }
  })

  it('finds such a text where there is no box', async () => {
    await fill()
    await writeRaw('transfers', { insp: 'x', at: '', code: '', detail: '王小明' })
    expect(bytesOf((await raw()).get('transfers'))).toContain('王小明')
  })

  it('holds a photo as bytes, not as text', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000)).buffer
    await db.bytes.put({ sha256: 'f', bytes })
    const [row] = (await raw()).get('bytes')!
    expect((row!.box as ArrayBuffer).byteLength).toBeLessThan(60_200)
    expect((await db.bytes.get('f'))!.bytes).toEqual(bytes)
  })
})

describe('reading and writing', () => {
  beforeEach(() => fill())
  const reopen = async (key = KEY): Promise<FieldDatabase> => {
    db.close()
    db = new FieldDatabase(`boxes-${count}`, key)
    return db
  }

  it('gives every table back as it was, also after a restart', async () => {
    await reopen()
    expect(await db.operations.get([INSP, REP, 2])).toEqual(operation(2))
    expect((await db.packets.get(INSP))!.sheet).toEqual(sheet)
    expect(await db.bytes.bulkGet(['a'.repeat(64), 'none'])).toEqual([{ sha256: 'a'.repeat(64), bytes: photo() }, undefined])
    expect(await db.forks.toArray()).toEqual([{ id: 1, insp: INSP, rep: REP, ops: [operation(3).op], reissued: 0 }])
    expect(await db.inspections.toArray()).toMatchObject([{ brief: { name: '王小明' } }])
  })

  it('finds by index, filters, counts, walks a cursor and sorts', async () => {
    await reopen()
    expect(await db.operations.where({ insp: INSP, acked: 0 }).count()).toBe(2)
    expect((await db.operations.where({ insp: INSP }).toArray()).map(({ op }) => op.seq)).toEqual([1, 2])
    expect(await db.operations.filter(({ op }) => op.seq === 2).toArray()).toEqual([operation(2)])
    expect((await db.operations.orderBy('insp').reverse().first())?.seq).toBe(2)
    expect((await db.operations.toCollection().sortBy('op.seq')).length).toBe(2)
    const walked: number[] = []
    await db.operations.toCollection().until(() => false).each(({ op }) => walked.push(op.seq))
    expect(walked).toEqual([1, 2])
  })

  it('updates, modifies and adds in bulk', async () => {
    await db.operations.update([INSP, REP, 1], { acked: 1, st: 'held', code: 'x' })
    await db.operations.where({ insp: INSP }).modify({ pos: 5 })
    await db.operations.where({ insp: INSP }).filter(({ seq }) => seq === 2).modify((row) => void (row.recv = '王小明'))
    await db.operations.bulkPut([operation(8), operation(9)])
    await reopen()
    expect(await db.operations.get([INSP, REP, 1])).toMatchObject({ acked: 1, st: 'held', pos: 5, op: { seq: 1 } })
    expect(await db.operations.get([INSP, REP, 2])).toMatchObject({ acked: 0, pos: 5, recv: '王小明' })
    expect(await db.operations.where({ acked: 0 }).count()).toBe(3)
    expect(bytesOf((await raw()).get('operations'))).not.toContain('王小明')
  })

  it('tells a live query of a change, with the row open', async () => {
    const seen: number[][] = []
    const watch = liveQuery(() => db.operations.where({ insp: INSP }).toArray()).subscribe((rows) => {
      seen.push(rows.map(({ op }) => op.seq))
    })
    await expect.poll(() => seen.at(-1)).toEqual([1, 2])
    await db.operations.add(operation(3))
    await expect.poll(() => seen.at(-1)).toEqual([1, 2, 3])
    watch.unsubscribe()
  })

  it('gives each reader a copy of its own', async () => {
    const first = await db.operations.get([INSP, REP, 1])
    ;(first!.op as { seq: number }).seq = 99
    expect((await db.operations.get([INSP, REP, 1]))!.op.seq).toBe(1)
  })

  it('reads and writes within one transaction', async () => {
    await db.operations.clear()
    const author = { rep: REP, usr: 'p' }
    const edit = () => ({ kind: 'set' as const, register: 'remark', value: '王小明' })
    await Promise.all([1, 2, 3].map(() => record(db, { insp: INSP, author, at: '2026-11-21T09:00:00.000+08:00', off: 0, edit })))
    expect((await db.operations.toArray()).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('keeps nothing of a row that cannot be kept whole', async () => {
    const row = { key: 'skew' as const, value: { inner: Symbol('x') } }
    await expect(db.meta.put(row)).rejects.toMatchObject({ name: 'DataCloneError' })
    expect((await db.meta.get('skew'))!.value).toBe('王小明')
  })

  it('opens nothing under another key', async () => {
    await reopen(OTHER)
    await expect(db.operations.toArray()).rejects.toBeInstanceOf(BoxBroken)
    await expect(db.operations.where({ insp: INSP }).modify({ pos: 1 })).rejects.toBeInstanceOf(BoxBroken)
    await reopen(KEY)
    expect(await db.operations.get([INSP, REP, 1])).toEqual(operation(1))
  })

  it.each([
    ['a changed byte', (rows: Record<string, unknown>[]) => new Uint8Array(rows[0]!.box as ArrayBuffer).fill(1, 60, 61)],
    ['the box of another row', (rows: Record<string, unknown>[]) => (rows[0]!.box = rows[1]!.box)],
    ['a changed mark outside', (rows: Record<string, unknown>[]) => (rows[0]!.acked = 1)],
  ])('notices %s, and writes nothing over it', async (_, tamper) => {
    db.close()
    const rows = (await raw()).get('operations')!
    tamper(rows)
    await writeRaw('operations', rows[0])
    const author = { rep: REP, usr: 'p' }
    const edit = () => ({ kind: 'set' as const, register: 'remark', value: 'x' })
    await reopen()
    const before = bytesOf((await raw()).get('operations'))
    await expect(record(db, { insp: INSP, author, at: '', off: 0, edit })).rejects.toMatchObject({ name: 'BoxBroken' })
    expect(bytesOf((await raw()).get('operations'))).toBe(before)
  })
})

describe('rows from before', () => {
  it('stay readable and are boxed once', async () => {
    await db.open()
    await writeRaw('operations', operation(1))
    await writeRaw('bytes', { sha256: 'b', bytes: photo() })
    expect(await db.operations.get([INSP, REP, 1])).toEqual(operation(1))
    await boxOldRows(db)
    for (const secret of SECRETS) expect(bytesOf([...(await raw()).values()])).not.toContain(secret)
    expect(await db.operations.get([INSP, REP, 1])).toEqual(operation(1))
    expect(new Uint8Array((await db.bytes.get('b'))!.bytes)).toEqual(new Uint8Array(photo()))
  })
})
