/** Work of other phones that this one carries: it goes before its own, so that causes come first. */
import { importBundle } from '../api/fieldwork'
import { carriedBatches, settleCarried, type CarriedRow } from '../device/rescue'
import type { SyncContext } from './context'

// The server reads at most 4 MiB at once.
const REQUEST_BYTES = 2 * 1024 * 1024

/** Hands in what other phones signed; the inspections it was for. What the server refuses is kept with the reason. */
export async function pushCarried({ db, client }: SyncContext): Promise<Set<string>> {
  const rows = await carriedBatches(db)
  for (const part of portions(rows)) {
    const { batches } = await importBundle(client, { v: 1, replicas: [], batches: part.map(({ batch }) => batch) })
    for (const [index, { st, code }] of batches.entries()) await settleCarried(db, part[index]!, st === 'refused' ? code : st)
  }
  return new Set(rows.map(({ insp }) => insp))
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
