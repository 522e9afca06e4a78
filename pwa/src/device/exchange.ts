/** What the exchange with the server reads and leaves on the device: the outbox, acknowledgements, the pulled log. */
import { operationHash, reissue, type Ack, type Entry, type Operation, type Replica } from '../sync-core'
import type { FieldDatabase, FileRow, ForkRow, InspectionRow, OperationRow, TransferRow } from './database'
import { foldRows, unsent } from './records'
import { isPast, type Closing } from './retention'

/** This phone's operations of an inspection that the server has not acknowledged, oldest first. */
export async function unsentOf(db: FieldDatabase, insp: string, rep: string): Promise<Operation[]> {
  const rows = await db.operations.where({ insp, acked: 0 }).toArray()
  return rows
    .filter((row) => row.rep === rep)
    .sort((a, b) => a.seq - b.seq)
    .map(({ op }) => op)
}

/** The inspections that have something in the outbox. */
export async function inspectionsWithUnsent(db: FieldDatabase): Promise<Set<string>> {
  const rows = await db.operations.where({ acked: 0 }).toArray()
  return new Set(rows.map(({ insp }) => insp))
}

export async function acknowledge(db: FieldDatabase, insp: string, rep: string, acks: readonly Ack[]): Promise<void> {
  await db.transaction('rw', db.inspections, db.operations, async () => {
    for (const { seq, st, code } of acks) await db.operations.update([insp, rep, seq], { acked: 1, st, code })
    await db.inspections.update(insp, { behind: true })
  })
}

/** What the server has of this replica decides: after a restore it may be less than it once acknowledged. */
export async function settleOutbox(db: FieldDatabase, insp: string, rep: string, have: number): Promise<void> {
  await db.transaction('rw', db.operations, async () => {
    await db.operations
      .where({ insp })
      .filter((row) => row.rep === rep && row.acked !== (row.seq <= have ? 1 : 0))
      .modify((row) => {
        row.acked = row.seq <= have ? 1 : 0
      })
  })
}

/**
 * The log was read to its end: what it lacks, the server does not have. Own operations are sent again; others' that it
 * lost are kept aside until their author sends them again, as no signature here may name them meanwhile.
 */
export async function settlePull(db: FieldDatabase, insp: string, rep: string, have: number): Promise<void> {
  await db.transaction('rw', db.inspections, db.operations, db.forks, async () => {
    await settleOutbox(db, insp, rep, have)
    const lost = (await db.operations.where({ insp }).toArray()).filter((row) => !row.pos && row.acked && !row.carried)
    for (const row of lost.filter(isOwn)) await db.operations.update([insp, row.rep, row.seq], { acked: 0 })
    const others = lost.filter((row) => !isOwn(row) && row.rep !== rep)
    for (const other of new Set(others.map((row) => row.rep))) await setAside(db, insp, other, 1)
    await db.inspections.update(insp, { behind: false })
  })
}

function isOwn(row: OperationRow): boolean {
  return !!row.made || !row.acked
}

/**
 * Adds entries read after position `after`; false when another tab has read on meanwhile. An operation held here
 * whose number the server gave to another content is set aside, never overwritten.
 */
export async function appendEntries(
  db: FieldDatabase,
  { id: insp, head: after }: Pick<InspectionRow, 'id' | 'head'>,
  entries: readonly Entry[],
  chain: string,
): Promise<boolean> {
  return db.transaction('rw', db.inspections, db.operations, db.forks, async () => {
    const row = await db.inspections.get(insp)
    if (!row || row.head !== after) return false
    const here = await db.operations.bulkGet(entries.map(({ op }) => [insp, op.rep, op.seq] as [string, string, number]))
    const other = here.find((found, index) => found && operationHash(found.op) !== operationHash(entries[index]!.op))
    if (other) await setAside(db, insp, other.rep, other.seq)
    await db.operations.bulkPut(
      entries.map(({ op, ...place }, index) => {
        const made = here[index] && isOwn(here[index]) ? { made: 1 as const } : {}
        return { ...place, insp, rep: op.rep, seq: op.seq, op, acked: 1 as const, ...made }
      }),
    )
    await db.inspections.update(insp, { head: after + entries.length, chain })
    return true
  })
}

/** Forgets the places, not the operations: the server's log is another one than was read before. */
export async function forgetPlaces(db: FieldDatabase, insp: string): Promise<void> {
  await db.transaction('rw', db.inspections, db.operations, db.carried, async () => {
    await db.operations.where({ insp }).modify({ pos: 0, st: 'ok', code: '' })
    await db.inspections.update(insp, { head: 0, chain: '', behind: true })
    // What was carried for others may be gone with the rest.
    await db.carried.where({ insp }).modify({ code: '' })
  })
}

/**
 * Takes a replica's unplaced operations from `seq` on out of the record and keeps them. One name may stand for two phones,
 * where one is the other's copy: only what was made on this device is a branch to be written again.
 */
export async function setAside(db: FieldDatabase, insp: string, rep: string, seq: number): Promise<void> {
  await db.transaction('rw', db.operations, db.forks, async () => {
    const rows = (await db.operations.where({ insp }).toArray())
      .filter((row) => row.rep === rep && row.seq >= seq && row.pos === 0)
      .sort((a, b) => a.seq - b.seq)
    for (const reissued of [0, 1] as const) {
      const ops = rows.filter((row) => isOwn(row) === !reissued).map(({ op }) => op)
      if (ops.length) await db.forks.add({ insp, rep, ops, reissued })
    }
    await db.operations.bulkDelete(rows.map((row) => [insp, rep, row.seq] as [string, string, number]))
  })
}

/** Where earlier replicas of this account on this phone left something unsent: inspection, replica, first number. */
export async function unsentByOthers(db: FieldDatabase, rep: string): Promise<[insp: string, rep: string, seq: number][]> {
  const first = new Map<string, [string, string, number]>()
  for (const row of await db.operations.where({ acked: 0 }).toArray()) {
    const known = first.get(`${row.insp} ${row.rep}`)
    if (row.rep !== rep && (!known || row.seq < known[2])) first.set(`${row.insp} ${row.rep}`, [row.insp, row.rep, row.seq])
  }
  return [...first.values()]
}

export async function pendingForks(db: FieldDatabase): Promise<ForkRow[]> {
  return db.forks.where({ reissued: 0 }).toArray()
}

/** Writes a branch into the record again under another replica. */
export async function reissueBranch(db: FieldDatabase, fork: ForkRow, to: Replica): Promise<void> {
  await db.transaction('rw', db.packets, db.operations, db.forks, async () => {
    const packet = await db.packets.get(fork.insp)
    if (!packet || (await db.forks.get(fork.id!))?.reissued) return
    const state = foldRows(packet.sheet, await db.operations.where({ insp: fork.insp }).toArray())
    await db.operations.bulkAdd(reissue(state, to, fork.ops).map(unsent))
    await db.forks.update(fork.id!, { reissued: 1 })
  })
}

/** Files still to be sent. */
export async function unsentFiles(db: FieldDatabase): Promise<FileRow[]> {
  return db.files.where({ uploaded: 0 }).toArray()
}

export async function markSent(db: FieldDatabase, { insp, sha256, size }: FileRow, sent: number): Promise<void> {
  await db.files.update([insp, sha256], { sent, uploaded: sent >= size ? 1 : 0, refused: null })
}

export async function refuseFile(db: FieldDatabase, { insp, sha256 }: FileRow, refused: FileRow['refused']): Promise<void> {
  await db.files.update([insp, sha256], { sent: 0, refused })
}

/** Files of these inspections that the server once had, and whose bytes are still here. */
export async function filesToAskAgain(db: FieldDatabase, insps: ReadonlySet<string>): Promise<FileRow[]> {
  const rows = (await db.files.where({ uploaded: 1 }).toArray()).filter(({ insp }) => insps.has(insp))
  const here = new Set(await db.bytes.toCollection().primaryKeys())
  return rows.filter(({ sha256 }) => here.has(sha256))
}

/** The server has lost these files: they are to be sent again. */
export async function offerAgain(db: FieldDatabase, files: readonly FileRow[]): Promise<void> {
  await db.transaction('rw', db.files, async () => {
    for (const { insp, sha256 } of files) await db.files.update([insp, sha256], { uploaded: 0, sent: 0 })
  })
}

/** Keeps what the list says; what is past is taken up only where it is still here. */
export async function keepBriefs<B extends Closing & { id: string }>(db: FieldDatabase, briefs: readonly B[], now: Date): Promise<void> {
  await db.transaction('rw', db.inspections, async () => {
    for (const brief of briefs) {
      const known = await db.inspections.get(brief.id)
      if (!known && isPast(brief, now)) continue
      await db.inspections.put({ id: brief.id, head: known?.head ?? 0, chain: known?.chain ?? '', behind: known?.behind ?? false, brief })
    }
  })
}

/** Marks those as withdrawn that would be in this person's hand and are not. */
export async function markWithdrawn<B>(db: FieldDatabase, inHand: ReadonlySet<string>, wouldBe: (brief: B) => boolean): Promise<void> {
  await db.inspections
    .filter((row) => !row.withdrawn && !inHand.has(row.id) && wouldBe(row.brief as B))
    .modify((row) => {
      row.withdrawn = true
    })
}

export async function listInspections<B>(db: FieldDatabase): Promise<InspectionRow<B>[]> {
  return (await db.inspections.toArray()) as InspectionRow<B>[]
}

/** Notes or clears why an inspection could not be exchanged. */
export async function noteTransfer(
  db: FieldDatabase,
  insp: string,
  failure: Omit<TransferRow, 'insp'> | null,
): Promise<void> {
  if (failure) await db.transfers.put({ insp, ...failure })
  else await db.transfers.delete(insp)
}

/** Lets what the server refused be tried again: of one inspection, or of all. */
export async function releaseRefused(db: FieldDatabase, insp?: string): Promise<void> {
  const meant = (row: { insp: string }): boolean => insp === undefined || row.insp === insp
  await db.transaction('rw', db.transfers, db.files, db.carried, async () => {
    await db.transfers.filter(meant).modify((row) => void delete row.aside)
    await db.files.where({ uploaded: 0 }).filter(meant).modify({ refused: null })
    await db.carried.filter((row) => meant(row) && row.code !== 'stored').modify({ code: '' })
  })
}
