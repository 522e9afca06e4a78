/**
 * The tables of one account on this device: inspections, their operation logs, files, and how far sending is.
 * Every write is strictly durable: what a screen calls saved has left the browser's memory.
 * Changes of the tables are additive, so that an older program can still read what a newer one left.
 */
import { Dexie, type EntityTable, type Table } from 'dexie'

import type { Operation, Sheet } from '../sync-core'

export interface InspectionRow<Brief = unknown> {
  id: string
  brief: Brief
  /** How far this phone has read the server's log, and the log's chain there. */
  head: number
  chain: string
  /** Somebody else goes there now 撤换: nothing more can be written, what was written is kept. */
  withdrawn?: boolean
}

/** What is needed to work without a network. It never changes, so it stands apart from the row above. */
export interface PacketRow<Packet = unknown> {
  id: string
  packet: Packet
  sheet: Sheet
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
}

export interface FileRow {
  insp: string
  sha256: string
  mime: string
  size: number
  uploaded: 0 | 1
  /** Bytes that the server has confirmed. */
  sent: number
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
}

/** A branch that cannot continue the server's log under its own name; kept, also after it was re-issued. */
export interface ForkRow {
  id?: number
  insp: string
  rep: string
  ops: Operation[]
  reissued: 0 | 1
}

export interface UploadRow {
  key: string
  fingerprint: string
  upload: unknown
}

export interface MetaRow {
  key: 'since' | 'skew' | 'synced'
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
  declare uploads: EntityTable<UploadRow, 'key'>
  declare meta: EntityTable<MetaRow, 'key'>

  constructor(account: string) {
    super(`suicha-${account}`, { chromeTransactionDurability: 'strict' })
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
