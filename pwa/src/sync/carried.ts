/** Work of other phones that this one carries: it goes before its own, so that causes come first. */
import type { Client } from '../api/client'
import { importBundle, type ImportedBatch } from '../api/fieldwork'
import { ProblemError } from '../api/problem'
import { carriedBatches, settleCarried, type CarriedRow } from '../device/rescue'
import type { Batch } from '../sync-core'
import type { SyncContext } from './context'

// The server reads at most 4 MiB at once.
const REQUEST_BYTES = 2 * 1024 * 1024

/** Hands in what other phones signed; the inspections it was for. What the server refuses is kept with the reason. */
export async function pushCarried({ db, client }: SyncContext): Promise<Set<string>> {
  const rows = await carriedBatches(db)
  for (const part of portions(rows)) {
    const said = await handOver(client, part.map(({ batch }) => batch))
    for (const [index, { st, code }] of said.entries()) await settleCarried(db, part[index]!, st === 'refused' ? code : st)
  }
  return new Set(rows.map(({ insp }) => insp))
}

// The whole request cannot be read: too large, no JSON for the server, or no rescue file.
const UNREADABLE = [400, 413, 422]

/** What the server says of each batch, in their order. One that spoils the request for the others is found and refused. */
export async function handOver(client: Client, batches: readonly Batch[]): Promise<ImportedBatch[]> {
  try {
    return (await importBundle(client, { v: 1, replicas: [], batches })).batches
  } catch (error) {
    if (!(error instanceof ProblemError) || !UNREADABLE.includes(error.status)) throw error
    if (batches.length > 1) {
      const half = Math.ceil(batches.length / 2)
      return [...(await handOver(client, batches.slice(0, half))), ...(await handOver(client, batches.slice(half)))]
    }
    return batches.map(({ insp, rep }) => ({ insp, rep, st: 'refused', code: error.code, missing: [] }))
  }
}

/** As many batches in one request as the server reads. */
export function portions<Row extends Pick<CarriedRow, 'batch'>>(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = []
  let room = 0
  for (const row of rows) {
    const size = new TextEncoder().encode(JSON.stringify(row.batch)).length
    if (size > room || !parts.length) {
      parts.push([])
      room = REQUEST_BYTES
    }
    parts.at(-1)!.push(row)
    room -= size
  }
  return parts
}
