/** What has left this phone and what has not, record by record. */
import type { Brief } from '../../../api/fieldwork'
import { readMeta, type CarriedRow, type FieldDatabase, type FileRow, type OperationRow, type TransferRow } from '../../../device/database'
import { keptUntil } from '../../../device/retention'
import { fileRule, type FileRule } from '../../../sync/exchange'
import { dot, type Operation } from '../../../sync-core'
import { readInspection } from '../inspection'
import { receiptOf, type Receipt } from './receipt'

export const PHASES = ['waiting', 'operations', 'files', 'receipt'] as const
export type Phase = (typeof PHASES)[number]

export interface Parcel {
  brief: Brief
  phase: Phase
  operations: { sent: number; all: number }
  files: { sent: number; all: number }
  bytes: { sent: number; all: number }
  transfer: TransferRow | null
  /** Files that the server does not take. */
  refused: FileRow[]
  /** Own operations that did not count when they arrived: why, and what was decided since. */
  held: Held[]
  /** How many operations of a newer version count here. */
  unknown: number
  receipt: Receipt | null
  /** Until when a closed one stays on this phone. */
  kept: Date | null
  done: boolean
}

export interface Held {
  op: Operation
  code: string
  decision: { admitted: boolean; why: string } | null
}

export interface Outbox {
  parcels: Parcel[]
  carried: CarriedRow[]
  bytes: { sent: number; all: number }
  synced: string | null
  rule: FileRule
  paused: boolean
}

export async function readOutbox(db: FieldDatabase): Promise<Outbox> {
  const [touched, failed, waiting, carried] = await Promise.all([
    db.operations.orderBy('insp').uniqueKeys(),
    db.transfers.toArray(),
    db.files.where({ uploaded: 0 }).toArray(),
    db.carried.toArray(),
  ])
  const ids = [...new Set([...touched.map(String), ...failed.map(({ insp }) => insp)])]
  const parcels = (await Promise.all(ids.map((id) => readParcel(db, id)))).filter((parcel) => parcel !== null)
  const refused = waiting.filter((file) => file.refused)
  const going = waiting.filter((file) => !refused.includes(file))
  return {
    // Unfinished business first.
    parcels: parcels.sort((a, b) => Number(a.done) - Number(b.done) || b.brief.changed_at.localeCompare(a.brief.changed_at)),
    carried,
    bytes: { sent: sum(going.map(({ sent }) => sent)), all: sum(going.map(({ size }) => size)) },
    synced: await readMeta<string>(db, 'synced'),
    rule: await fileRule(db),
    paused: (await readMeta<boolean>(db, 'paused')) ?? false,
  }
}

async function readParcel(db: FieldDatabase, id: string): Promise<Parcel | null> {
  const [row, inspection, files, transfer] = await Promise.all([
    db.inspections.get(id),
    readInspection(db, id),
    db.files.where({ insp: id }).toArray(),
    db.transfers.get(id),
  ])
  if (!row) return null
  const brief = row.brief as Brief
  const rows = inspection?.rows ?? []
  const operations = { sent: sum(rows.map(({ acked }) => acked)), all: rows.length }
  const sentFiles = { sent: sum(files.map(({ uploaded }) => uploaded)), all: files.length }
  const receipt = inspection && receiptOf(inspection, files)
  return {
    brief,
    phase: phaseOf(operations, sentFiles),
    operations,
    files: sentFiles,
    bytes: { sent: sum(files.map(({ sent }) => sent)), all: sum(files.map(({ size }) => size)) },
    transfer: transfer ?? null,
    refused: files.filter((file) => !file.uploaded && file.refused),
    held: heldOf(rows),
    unknown: inspection?.state.unknown.length ?? 0,
    receipt,
    kept: keptUntil(brief),
    done: operations.sent === operations.all && sentFiles.sent === sentFiles.all && !transfer,
  }
}

/** How far a record is on its way: the first part that is not done. */
function phaseOf(operations: { sent: number; all: number }, files: { sent: number; all: number }): Phase {
  if (operations.sent < operations.all) return operations.sent ? 'operations' : 'waiting'
  return files.sent < files.all ? 'files' : 'receipt'
}

/** Operations that the server holds, newest last, with what the office made of them. */
export function heldOf(rows: readonly OperationRow[]): Held[] {
  const decisions = new Map<string, Held['decision']>()
  for (const { op, st } of rows) {
    if (st !== 'ok' || (op.k !== 'admit' && op.k !== 'dismiss')) continue
    const { op: name, why } = op.val as { op: string; why: string }
    if (!decisions.has(name)) decisions.set(name, { admitted: op.k === 'admit', why })
  }
  return rows
    .filter(({ st }) => st === 'held')
    .sort((a, b) => a.pos - b.pos)
    .map(({ op, code }) => ({ op, code, decision: decisions.get(dot(op)) ?? null }))
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
