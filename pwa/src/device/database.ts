/**
 * The tables of one account on this device: inspections, their operation logs, files, and how far sending is.
 * Every write is strictly durable: what a screen calls saved has left the browser's memory.
 * Changes of the tables are additive, so that an older program can still read what a newer one left.
 */
import { Dexie, type EntityTable, type Table } from 'dexie'

import type { Batch, Operation, Sheet } from '../sync-core'
import { sealAll, sealing } from './sealing'

export interface InspectionRow<Brief = unknown> {
  id: string
  brief: Brief
  /** How far this phone has read the server's log, and the log's chain there. */
  head: number
  chain: string
  /** The log is to be read even where the list has no news: something acknowledged has no place yet. */
  behind?: boolean
  /** Somebody else goes there now 撤换: nothing more can be written, what was written is kept. */
  withdrawn?: boolean
}

/** What is needed to work without a network. It seldom changes, so it stands apart from the row above. */
export interface PacketRow<Packet = unknown> {
  id: string
  packet: Packet
  sheet: Sheet
  /** The packet's tag as the server sent it, and the one in the list that it was fetched for. */
  etag?: string | null
  asked?: string | null
}

/** An operation with its place. `pos` is 0 until it was read from the server's log; `acked` is 0 = outbox. */
export interface OperationRow {
  insp: string
  rep: string
  seq: number
  op: Operation
  acked: 0 | 1
  pos: number
  st: 'ok' | 'held'
  code: string
  recv: string
  chain: string
  /** Written on this device, under whichever name it had then; the others came with the log, or … */
  made?: 1
  /** … in another phone's rescue file. */
  carried?: 1
}

/** What the server does not take, and why. It is asked again after an hour, by another version, or when told to. */
export interface Refusal {
  at: string
  code: string
  detail: string
  app: string
}

export interface FileRow {
  insp: string
  sha256: string
  mime: string
  size: number
  uploaded: 0 | 1
  /** Bytes that the server has confirmed. */
  sent: number
  refused?: Refusal | null
}

/** The content of a file, apart from its row so that counting reads no bytes. ArrayBuffer: WebKit loses Blobs. */
export interface BytesRow {
  sha256: string
  bytes: ArrayBuffer
}

/** Why the last attempt to exchange an inspection failed. */
export interface TransferRow {
  insp: string
  at: string
  code: string
  detail: string
  /** Set aside 隔离: the version of the app whose operations the server refused. */
  aside?: string
}

/** A branch that cannot continue the server's log under its own name; kept, also after it was re-issued. */
export interface ForkRow {
  id?: number
  insp: string
  rep: string
  ops: Operation[]
  reissued: 0 | 1
}

/** Another phone's batch on its way to the server, as that phone signed it; `code` says why it was not taken. */
export interface CarriedRow {
  id?: number
  insp: string
  rep: string
  batch: Batch
  /** What is visited, for whoever carries it. */
  title: string
  code: string
}

export interface UploadRow {
  key: string
  fingerprint: string
  upload: unknown
}

export interface MetaRow {
  key: 'since' | 'listed' | 'skew' | 'synced' | 'photos' | 'paused' | 'boxed'
  value: unknown
}

export class FieldDatabase extends Dexie {
  declare inspections: EntityTable<InspectionRow, 'id'>
  declare packets: EntityTable<PacketRow, 'id'>
  declare operations: Table<OperationRow, [string, string, number]>
  declare files: Table<FileRow, [string, string]>
  declare bytes: EntityTable<BytesRow, 'sha256'>
  declare transfers: EntityTable<TransferRow, 'insp'>
  declare forks: EntityTable<ForkRow, 'id'>
  declare carried: EntityTable<CarriedRow, 'id'>
  declare uploads: EntityTable<UploadRow, 'key'>
  declare meta: EntityTable<MetaRow, 'key'>

  /** `key`: the 32 bytes under which this account's rows are boxed; see ./vault. */
  constructor(account: string, key: Uint8Array) {
    super(`suicha-${account}`, { chromeTransactionDurability: 'strict' })
    this.use(sealing(key))
    this.version(1).stores({
      inspections: 'id',
      packets: 'id',
      operations: '[insp+rep+seq], insp, [insp+acked], acked',
      files: '[insp+sha256], insp, uploaded',
      bytes: 'sha256',
      transfers: 'insp',
      forks: '++id, reissued',
      uploads: 'key, fingerprint',
      meta: 'key',
    })
    this.version(2).stores({ carried: '++id, insp' })
    // iOS closes the connection of an app in the background.
    this.on('close', () => void this.open().catch(() => undefined))
  }
}

export async function readMeta<T>(db: FieldDatabase, key: MetaRow['key']): Promise<T | null> {
  return ((await db.meta.get(key))?.value as T | undefined) ?? null
}

export async function writeMeta(db: FieldDatabase, key: MetaRow['key'], value: unknown): Promise<void> {
  await db.meta.put({ key, value })
}

/** Boxes, once, what a version of this program without boxes left here. */
export async function boxOldRows(db: FieldDatabase): Promise<void> {
  if (await readMeta(db, 'boxed')) return
  await sealAll(db)
  await writeMeta(db, 'boxed', true)
}
