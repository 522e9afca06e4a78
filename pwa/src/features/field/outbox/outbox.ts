/** What has left this phone and what has not, record by record. */
import type { Brief } from '../../../api/fieldwork'
import { readMeta, type FieldDatabase, type TransferRow } from '../../../device/database'
import type { Operation } from '../../../sync-core'
import { readInspection } from '../inspection'
import { receiptOf, type Receipt } from './receipt'

export interface Parcel {
  brief: Brief
  operations: { sent: number; all: number }
  files: { sent: number; all: number }
  bytes: { sent: number; all: number }
  transfer: TransferRow | null
  /** Operations that wait for the reviewer's decision, with the reason. */
  held: { op: Operation; code: string }[]
  receipt: Receipt | null
  done: boolean
}

export interface Outbox {
  parcels: Parcel[]
  synced: string | null
}

export async function readOutbox(db: FieldDatabase): Promise<Outbox> {
  const [touched, failed] = await Promise.all([db.operations.orderBy('insp').uniqueKeys(), db.transfers.toArray()])
  const ids = [...new Set([...touched.map(String), ...failed.map(({ insp }) => insp)])]
  const parcels = (await Promise.all(ids.map((id) => readParcel(db, id)))).filter((parcel) => parcel !== null)
  return {
    // Unfinished business first.
    parcels: parcels.sort((a, b) => Number(a.done) - Number(b.done) || b.brief.changed_at.localeCompare(a.brief.changed_at)),
    synced: await readMeta<string>(db, 'synced'),
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
  const rows = inspection?.rows ?? []
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
  const operations = { sent: sum(rows.map(({ acked }) => acked)), all: rows.length }
  const sentFiles = { sent: sum(files.map(({ uploaded }) => uploaded)), all: files.length }
  return {
    brief: row.brief as Brief,
    operations,
    files: sentFiles,
    bytes: { sent: sum(files.map(({ sent }) => sent)), all: sum(files.map(({ size }) => size)) },
    transfer: transfer ?? null,
    held: [...(inspection?.state.held.values() ?? [])],
    receipt: inspection && receiptOf(inspection, files),
    done: operations.sent === operations.all && sentFiles.sent === sentFiles.all && !transfer,
  }
}
