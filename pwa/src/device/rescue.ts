/** Rescue 救援: what leaves this phone in a file instead of over the network, and what other phones' files bring. */
import type { Batch, Operation } from '../sync-core'
import { MAX_BATCH_OPERATIONS, operationHash } from '../sync-core'
import type { CarriedRow, FieldDatabase } from './database'
import { keepFile, loose } from './records'

export type { CarriedRow } from './database'

/** Consecutive operations of one replica of this phone, to be signed under its key. */
export interface Chain {
  insp: string
  rep: string
  ops: Operation[]
}

export interface RescueFile {
  insp: string
  sha256: string
  mime: string
  bytes: ArrayBuffer
}

export interface Unsent {
  chains: Chain[]
  /** Others' batches that this phone carries, as they were signed. */
  carried: Batch[]
  files: RescueFile[]
}

/**
 * Everything that the server has not confirmed. Chains of the inspections concerned go whole: they are small, and
 * neither the server nor another phone then lacks what came before.
 */
export async function collectUnsent(db: FieldDatabase): Promise<Unsent> {
  return db.transaction('r', [db.operations, db.forks, db.carried, db.files, db.bytes], async () => {
    const [waiting, unsentFiles, forks, carried] = await Promise.all([
      db.operations.where({ acked: 0 }).toArray(),
      db.files.where({ uploaded: 0 }).toArray(),
      db.forks.where({ reissued: 0 }).toArray(),
      db.carried.filter(({ code }) => code !== 'stored').toArray(),
    ])
    const own = new Map<string, Set<string>>()
    for (const { insp, rep } of waiting) own.set(insp, (own.get(insp) ?? new Set()).add(rep))
    const chains: Chain[] = []
    for (const [insp, reps] of own) {
      const rows = await db.operations.where({ insp }).toArray()
      for (const rep of reps) chains.push(...parts(insp, rep, rows.filter((row) => row.rep === rep).map(({ op }) => op)))
    }
    for (const { insp, rep, ops } of forks) chains.push(...parts(insp, rep, ops))
    const files: RescueFile[] = []
    for (const { insp, sha256, mime } of unsentFiles) {
      const content = await db.bytes.get(sha256)
      if (content) files.push({ insp, sha256, mime, bytes: content.bytes })
    }
    return { chains, carried: carried.map(({ batch }) => batch), files }
  })
}

function parts(insp: string, rep: string, ops: readonly Operation[]): Chain[] {
  const sorted = [...ops].sort((a, b) => a.seq - b.seq)
  const chains: Chain[] = []
  for (let start = 0; start < sorted.length; start += MAX_BATCH_OPERATIONS) {
    chains.push({ insp, rep, ops: sorted.slice(start, start + MAX_BATCH_OPERATIONS) })
  }
  return chains
}

/**
 * Takes another phone's file along, all or nothing: to be sent, and to be seen where this phone has the inspection.
 * `own`: the replicas of this device. What a file says in their name is only sent: in the record this phone would go on
 * from it, and so sign with its own key what somebody else may have made up.
 */
export async function takeAlong(
  db: FieldDatabase,
  own: ReadonlySet<string>,
  batches: readonly Batch[],
  files: readonly RescueFile[],
  titles: Readonly<Record<string, string>> = {},
): Promise<void> {
  await db.transaction('rw', [db.inspections, db.operations, db.carried, db.files, db.bytes], async () => {
    for (const batch of batches) {
      const { insp, rep, ops } = batch
      const known = (await db.carried.where({ insp }).toArray()).find((row) => row.batch.sig === batch.sig)
      if (known) await db.carried.update(known.id!, { code: '' })
      else await db.carried.add({ insp, rep, batch, title: titles[insp] ?? '', code: '' })
      if (own.has(rep) || !(await db.inspections.get(insp))) continue
      for (const op of ops) {
        // What is here already stays: it may be the same, or this phone's own.
        if (!(await db.operations.get([insp, rep, op.seq]))) await db.operations.add({ ...loose(op), acked: 1, carried: 1 })
      }
    }
    for (const { insp, ...file } of files) await keepFile(db, insp, file, 0)
  })
}

/** Batches that the server has not judged yet. */
export async function carriedBatches(db: FieldDatabase): Promise<CarriedRow[]> {
  return db.carried.filter(({ code }) => code === '').toArray()
}

/**
 * Notes what the server said of a batch, which is kept until the inspection leaves this phone. What the server does
 * not believe is no longer shown in the record either.
 */
export async function settleCarried(db: FieldDatabase, row: CarriedRow, code: string): Promise<void> {
  const { insp, rep } = row
  await db.transaction('rw', db.carried, db.operations, async () => {
    await db.carried.update(row.id!, { code })
    if (code === 'stored' || code === 'gap') return
    await db.operations
      .where({ insp })
      .filter((each) => each.rep === rep && !!each.carried && !each.pos)
      .delete()
  })
}

/** Whether the operations of a batch follow on each other, as every honest one's do. */
export function isChained({ insp, rep, ops }: Batch): boolean {
  return ops.every((op, index) => {
    const before = ops[index - 1]
    return op.insp === insp && op.rep === rep && (!before || (op.seq === before.seq + 1 && op.prev === operationHash(before)))
  })
}
