/**
 * What may leave this device, and when. Only what the server has: every operation placed in its log, every file there.
 * Anything unsent, refused, set aside or carried for somebody else stays, however old it is.
 */
import type { FieldDatabase, InspectionRow } from './database'

export const KEPT_DAYS = 30

/** As much of an inspection's brief as the time to keep it depends on. */
export interface Closing {
  state: string
  head: number
  chain: string
  changed_at: string
}

const DAY_MS = 86_400_000
const CLOSED = ['signed_off', 'published']

/** From when on a closed inspection need not be on a phone any more; null while it is not closed. */
export function keptUntil({ state, changed_at }: Pick<Closing, 'state' | 'changed_at'>, days = KEPT_DAYS): Date | null {
  return CLOSED.includes(state) ? new Date(Date.parse(changed_at) + days * DAY_MS) : null
}

export function isPast(brief: Pick<Closing, 'state' | 'changed_at'>, now: Date, days = KEPT_DAYS): boolean {
  const until = keptUntil(brief, days)
  return until !== null && until <= now
}

/** Deletes closed inspections that are past and wholly on the server; how many. */
export async function prune(db: FieldDatabase, now: Date, days = KEPT_DAYS): Promise<number> {
  const rows = (await db.inspections.toArray()) as InspectionRow<Closing>[]
  let gone = 0
  for (const { id } of rows.filter(({ brief }) => isPast(brief, now, days))) {
    // A log that the list knows otherwise was read before the server came back from a backup.
    const past = ({ brief, head, chain }: InspectionRow<Closing>): boolean =>
      isPast(brief, now, days) && brief.head === head && brief.chain === chain
    if (await forget(db, id, past)) gone += 1
  }
  return gone
}

/** On a revoked device: deletes every inspection that is wholly on the server, closed or not; how many remain. */
export async function wipeReceipted(db: FieldDatabase): Promise<number> {
  const ids = await db.inspections.toCollection().primaryKeys()
  let kept = 0
  for (const id of ids) if (!(await forget(db, id, () => true))) kept += 1
  return kept
}

/** Deletes one inspection, its bytes first, where nothing of it would be lost; looked at and done in one transaction. */
function forget(db: FieldDatabase, insp: string, mayGo: (row: InspectionRow<Closing>) => boolean): Promise<boolean> {
  const tables = [db.inspections, db.packets, db.operations, db.files, db.bytes, db.transfers, db.forks, db.carried, db.uploads]
  return db.transaction('rw', tables, async () => {
    const row = (await db.inspections.get(insp)) as InspectionRow<Closing> | undefined
    if (!row || !mayGo(row) || !(await isOnServer(db, insp))) return false
    const files = await db.files.where({ insp }).toArray()
    for (const { sha256 } of files) {
      const others = await db.files.filter((file) => file.sha256 === sha256 && file.insp !== insp).count()
      if (!others) await db.bytes.delete(sha256)
      await db.uploads.delete(`${insp} ${sha256}`)
    }
    await db.files.where({ insp }).delete()
    await db.operations.where({ insp }).delete()
    await db.carried.where({ insp }).delete()
    await db.forks.filter((fork) => fork.insp === insp).delete()
    await db.transfers.delete(insp)
    await db.packets.delete(insp)
    await db.inspections.delete(insp)
    return true
  })
}

/** Whether the server has given a receipt for all that is here of an inspection. */
async function isOnServer(db: FieldDatabase, insp: string): Promise<boolean> {
  const [operations, files, forks, carried] = await Promise.all([
    db.operations.where({ insp }).toArray(),
    db.files.where({ insp }).toArray(),
    db.forks.filter((fork) => fork.insp === insp && !fork.reissued).count(),
    db.carried.filter((batch) => batch.insp === insp && batch.code !== 'stored').count(),
  ])
  return !forks && !carried && operations.every((each) => each.acked && each.pos) && files.every((file) => file.uploaded)
}
