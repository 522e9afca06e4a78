import 'fake-indexeddb/auto'

import { Dexie } from 'dexie'
import { beforeEach, describe, expect, it } from 'vitest'

import { checkBatch, issue, operationHash, readSheet } from '../sync-core'
import { boxOldRows, FieldDatabase, type OperationRow } from './database'
import { IdentityDatabase } from './identity'
import { foldRows, keepFile, localTime, readState, record, unsent } from './records'
// What the browser of such a phone held when it was updated in the middle of a visit, without a network.
import firstPhone from './released.first.json?raw'

type Stores = Record<string, string>

/**
 * The tables as versions of this program made them on phones that are out there: never edit a line, only add versions.
 * A phone updates when it likes, with weeks of unsent work in these tables.
 */
const FIELD: Record<number, Stores> = {
  1: {
    inspections: 'id',
    packets: 'id',
    operations: '[insp+rep+seq], insp, [insp+acked], acked',
    files: '[insp+sha256], insp, uploaded',
    bytes: 'sha256',
    transfers: 'insp',
    forks: '++id, reissued',
    uploads: 'key, fingerprint',
    meta: 'key',
  },
  2: { carried: '++id, insp' },
}
const IDENTITY: Record<number, Stores> = {
  1: { sessions: 'key', replicas: 'id, account, username' },
  2: { vaults: 'account' },
}

const KEY = new Uint8Array(32).fill(7)
const INSP = '0192f0c8-0000-7000-8000-000000000001'
const REP = '0192f0c8-0000-7000-8000-00000000aaaa'
const AUTHOR = { rep: REP, usr: 'p' }
const OTHER = '0192f0c8-0000-7000-8000-00000000bbbb'
const PHOTO = { sha256: 'a'.repeat(64), mime: 'image/jpeg', bytes: new Uint8Array([255, 216, 1, 2, 3]).buffer }
const SHEET = readSheet({ inspection: INSP, items: [{ code: 'Q01', points: ['Q01.1'] }], parties: [{ person: 'p', role: 'lead' }] })

let count = 0
let account = ''
beforeEach(() => {
  count += 1
  account = `released-${count}`
})

/** The database as a program of that version makes it. */
function released(name: string, versions: Record<number, Stores>, last: number): Dexie {
  const db = new Dexie(name)
  for (const [version, stores] of Object.entries(versions)) if (Number(version) <= last) db.version(Number(version)).stores(stores)
  return db
}

interface Shape {
  [store: string]: { key: unknown; auto: boolean; indexes: Record<string, { key: unknown; unique: boolean; multi: boolean }> }
}

/** Stores and indexes as the browser has them, past Dexie. */
async function shapeOf(db: Dexie): Promise<Shape> {
  await db.open()
  const raw = db.backendDB()
  const shape: Shape = {}
  const transaction = raw.transaction([...raw.objectStoreNames])
  for (const name of raw.objectStoreNames) {
    const store = transaction.objectStore(name)
    const indexes: Shape[string]['indexes'] = {}
    for (const each of store.indexNames) {
      const { keyPath, unique, multiEntry } = store.index(each)
      indexes[each] = { key: keyPath, unique, multi: multiEntry }
    }
    shape[name] = { key: store.keyPath, auto: store.autoIncrement, indexes }
  }
  return shape
}

/** Plain rows, as version 1 wrote them: unsent work, a file half sent, a fork, an upload in the middle. */
async function fillOld(db: Dexie): Promise<void> {
  const rows: OperationRow[] = []
  for (const r of ['pass', 'fail']) {
    const edit = { kind: 'set' as const, register: 'ans/Q01.1', value: { r, why: '' }, at: '2026-11-21T09:00:00.000+08:00', off: null }
    rows.push(unsent(issue(foldRows(SHEET, rows), AUTHOR, edit)))
  }
  await db.table('inspections').add({ id: INSP, brief: { id: INSP, object: { name: '甲' } }, head: 0, chain: '' })
  await db.table('packets').add({ id: INSP, packet: { checklist: { digest: 'd' } }, sheet: SHEET })
  await db.table('operations').bulkAdd(rows)
  await db.table('files').add({ insp: INSP, sha256: PHOTO.sha256, mime: PHOTO.mime, size: 5, uploaded: 0, sent: 3 })
  await db.table('bytes').add({ sha256: PHOTO.sha256, bytes: PHOTO.bytes })
  await db.table('transfers').add({ insp: INSP, at: 'then', code: 'offline', detail: 'd' })
  await db.table('forks').add({ insp: INSP, rep: OTHER, ops: [rows[0]!.op], reissued: 0 })
  await db.table('uploads').add({ key: 'k', fingerprint: 'k', upload: { uploadUrl: '/api/v1/files/1', metadata: {} } })
  await db.table('meta').bulkAdd([{ key: 'since', value: 's' }, { key: 'skew', value: 250 }])
}

const versions = (of: Record<number, Stores>): number[] => Object.keys(of).map(Number)
const plain = (rows: unknown): unknown => JSON.parse(JSON.stringify(rows))

describe('tables of released versions', () => {
  it.each(versions(FIELD))('keeps every store and index that version %i of the records had', async (version) => {
    const old = await shapeOf(released(`old-${account}`, FIELD, version))
    expect(await shapeOf(new FieldDatabase(account, KEY))).toMatchObject(old)
  })

  it.each(versions(IDENTITY))('keeps every store and index that version %i of the identity had', async (version) => {
    const old = await shapeOf(released(`old-${account}`, IDENTITY, version))
    expect(await shapeOf(new IdentityDatabase(account))).toMatchObject(old)
  })

  it('names the versions of today among the released ones, so that the next change adds one', () => {
    expect(new FieldDatabase(account, KEY).verno).toBe(Math.max(...versions(FIELD)))
    expect(new IdentityDatabase(account).verno).toBe(Math.max(...versions(IDENTITY)))
  })
})

describe('a phone that updates with unsent work', () => {
  async function grown(version: number): Promise<{ before: Record<string, unknown[]>; db: FieldDatabase }> {
    const old = released(`suicha-${account}`, FIELD, version)
    await fillOld(old)
    const before: Record<string, unknown[]> = {}
    for (const table of old.tables) before[table.name] = await table.toArray()
    old.close()
    return { before, db: new FieldDatabase(account, KEY) }
  }

  it.each(versions(FIELD))('reads all rows of version %i, before and after they are boxed', async (version) => {
    const { before, db } = await grown(version)
    for (const pass of ['plain', 'boxed']) {
      for (const [table, rows] of Object.entries(before)) {
        expect(plain((await db.table(table).toArray()).filter((row: { key?: string }) => row.key !== 'boxed')), `${table} ${pass}`).toEqual(plain(rows))
      }
      expect((await db.bytes.get(PHOTO.sha256))!.bytes).toEqual(PHOTO.bytes)
      if (pass === 'plain') await boxOldRows(db)
    }
  })

  it('takes up a visit as a phone with the first version left it, photos and all', async () => {
    const left = JSON.parse(firstPhone, (_, value: { $map?: [unknown, unknown][] } | null) => (value?.$map ? new Map(value.$map) : value)) as Record<string, { id: string }[]>
    const old = released(`suicha-${account}`, FIELD, 1)
    for (const [table, rows] of Object.entries(left)) await old.table(table).bulkAdd(rows)
    old.close()
    const db = new FieldDatabase(account, KEY)
    await boxOldRows(db)

    const [{ id }] = left.inspections as [{ id: string }]
    const rows = await db.operations.where({ insp: id }).toArray()
    const last = rows.at(-1)!
    const state = await readState(db, id)
    const values = (register: string): unknown => state.registers.get(register)?.heads.map(({ val }) => val)
    expect(values('ans/Q01.2')).toEqual([{ r: 'fail', why: '' }])
    expect(values('note/Q01.2')).toEqual(['现场未悬挂营业执照'])
    expect(values('remark')).toEqual(['旧版本写下的说明'])
    const photos = [...state.registers].filter(([register]) => register.startsWith('photo/')).flatMap(([, { heads }]) => heads.map(({ val }) => val))
    expect(photos.map((photo) => (photo as { sha256: string }).sha256).sort()).toEqual((await db.files.toArray()).map(({ sha256 }) => sha256).sort())
    expect(rows.map(({ acked }) => acked)).toEqual(rows.map(() => 0))

    const author = { rep: last.rep, usr: last.op.usr }
    const edit = () => ({ kind: 'set' as const, register: 'ans/Q01.4', value: { r: 'pass', why: '' } })
    const op = await record(db, { insp: id, author, at: localTime(), off: null, edit })
    expect(op).toMatchObject({ seq: last.seq + 1, prev: operationHash(last.op) })
    expect(checkBatch(new Map(), [...rows.map((row) => row.op), op!])).toMatchObject({ result: 'accepted', duplicates: [] })
  })

  it('writes on where the old version stopped', async () => {
    const { db } = await grown(1)
    const edit = () => ({ kind: 'set' as const, register: 'ans/Q01.1', value: { r: 'pass', why: '' } })
    const op = await record(db, { insp: INSP, author: AUTHOR, at: localTime(), off: null, edit })
    expect(op).toMatchObject({ seq: 3, sup: [`${REP}:2`] })
    expect((await readState(db, INSP)).registers.get('ans/Q01.1')?.heads.map(({ seq }) => seq)).toEqual([3])
    expect(await db.operations.where({ acked: 0 }).count()).toBe(3)
    await keepFile(db, INSP, PHOTO, 0)
    expect(await db.files.get([INSP, PHOTO.sha256])).toMatchObject({ sent: 3 })
  })

  it('keeps who is signed in, and the key that cannot be made again', async () => {
    const old = released(account, IDENTITY, 1)
    const session = { key: 'current', me: { account: 'a', name: '甲' }, replica: REP }
    const replica = { id: REP, account: 'a', username: 'u', keys: { privateKey: 'k' }, label: 'l', enrolled: 1, retired: null }
    await old.table('sessions').add(session)
    await old.table('replicas').add(replica)
    old.close()
    const db = new IdentityDatabase(account)
    expect(await db.sessions.get('current')).toEqual(session)
    expect(await db.replicas.where({ account: 'a' }).toArray()).toEqual([replica])
  })

  it('opens what a newer version has left, should an older program come back', async () => {
    const newer = new FieldDatabase(account, KEY)
    await newer.meta.put({ key: 'skew', value: 1 })
    newer.close()
    const old = released(`suicha-${account}`, FIELD, 1)
    expect(await old.table('meta').count()).toBe(1)
    expect(await old.table('operations').count()).toBe(0)
  })
})
