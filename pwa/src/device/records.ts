/** Reading and writing the record of one inspection: a fold over its operations, one edit per transaction. */
import {
  decide,
  issue,
  step,
  withoutControls,
  type Edit,
  type InspectionState,
  type Operation,
  type Replica,
} from '../sync-core'
import type { FieldDatabase, OperationRow } from './database'
import { foldRows } from './folding'

export { foldRows } from './folding'

/** The phase or a reviewer's return does not allow the edit; `code` as the server would hold it. */
export class NotOpen extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** The packet of the inspection is not on this device yet. */
export class NoPacket extends Error {}

export interface NewFile {
  sha256: string
  mime: string
  bytes: ArrayBuffer
}

export interface RecordEdit {
  insp: string
  author: Replica
  /** Device time as it is, and its skew in ms at last contact. */
  at: string
  off: number | null
  /** What to write, seeing the record as it stands; null when nothing is to be written. */
  edit: (state: InspectionState) => Omit<Edit, 'at' | 'off'> | null
  /** Files that the operation names. */
  files?: NewFile[]
}

export async function readState(db: FieldDatabase, insp: string): Promise<InspectionState> {
  const [packet, rows] = await Promise.all([db.packets.get(insp), db.operations.where({ insp }).toArray()])
  if (!packet) throw new NoPacket(insp)
  return foldRows(packet.sheet, rows)
}

/**
 * Writes one operation and the bytes of the files it names, all or nothing; resolves once they are on disk.
 * The sequence number is allotted inside, so two tabs cannot take the same. Throws NotOpen, NoPacket,
 * InvalidOperation, or Dexie's QuotaExceededError; then nothing was written.
 */
export function record(db: FieldDatabase, { insp, author, at, off, edit, files = [] }: RecordEdit): Promise<Operation | null> {
  return db.transaction('rw', db.packets, db.operations, db.files, db.bytes, async () => {
    const state = await readState(db, insp)
    const change = edit(state)
    if (!change) return null
    const op = issue(state, author, { ...change, value: withoutControls(change.value ?? null), at, off })
    const status = decide(state, op)
    if (status.st !== 'ok') throw new NotOpen(status.code)
    await db.operations.add(unsent(op))
    for (const file of files) await keepFile(db, insp, file, 0)
    return op
  })
}

/** Writes several operations in one transaction: all of them or none. */
export function recordAll(
  db: FieldDatabase,
  { insp, author, at, off, edit }: Omit<RecordEdit, 'edit' | 'files'> & { edit: (state: InspectionState) => Omit<Edit, 'at' | 'off'>[] },
): Promise<void> {
  return db.transaction('rw', db.packets, db.operations, async () => {
    let state = await readState(db, insp)
    const rows: OperationRow[] = []
    for (const change of edit(state)) {
      const op = issue(state, author, { ...change, value: withoutControls(change.value ?? null), at, off })
      const status = decide(state, op)
      if (status.st !== 'ok') throw new NotOpen(status.code)
      state = step(state, op, status)
      rows.push(unsent(op))
    }
    await db.operations.bulkAdd(rows)
  })
}

/** An operation made on this device. */
export function unsent(op: Operation): OperationRow {
  return { ...loose(op), made: 1 }
}

/** An operation that the log does not have yet. */
export function loose(op: Operation): OperationRow {
  return { insp: op.insp, rep: op.rep, seq: op.seq, op, acked: 0, pos: 0, st: 'ok', code: '', recv: '', chain: '' }
}

/** Stores a file's bytes; one that is here already keeps them, and how far it was sent. */
export async function keepFile(
  db: FieldDatabase,
  insp: string,
  { sha256, mime, bytes }: NewFile,
  uploaded: 0 | 1,
): Promise<void> {
  if (await db.files.get([insp, sha256])) return
  const size = bytes.byteLength
  await db.files.add({ insp, sha256, mime, size, uploaded, sent: uploaded ? size : 0 })
  if (!(await db.bytes.where({ sha256 }).count())) await db.bytes.add({ sha256, bytes })
}

/** The device's wall clock with its zone, e.g. 2026-11-21T09:30:00.123+08:00. */
export function localTime(date: Date = new Date()): string {
  const zone = -date.getTimezoneOffset()
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0')
  const local = new Date(date.getTime() + zone * 60_000).toISOString().slice(0, -1)
  return `${local}${zone < 0 ? '-' : '+'}${two(zone / 60)}:${two(zone % 60)}`
}
