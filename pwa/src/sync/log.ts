/** Pushing and pulling the operation log of one inspection. */
import { ProblemError } from '../api/problem'
import { pullOperations, pushOperations } from '../api/fieldwork'
import { readMeta, writeMeta, type InspectionRow } from '../device/database'
import {
  acknowledge,
  appendEntries,
  forgetPlaces,
  pendingForks,
  reissueBranch,
  setAside,
  settleOutbox,
  settlePull,
  unsentByOthers,
  unsentOf,
} from '../device/exchange'
import {
  canonical,
  Diverged,
  MAX_BATCH_BYTES,
  MAX_BATCH_OPERATIONS,
  signedBytes,
  VERSION,
  verifyEntries,
  type Operation,
  type PullAnswer,
  type Push,
  type PushAnswer,
} from '../sync-core'
import type { SyncContext } from './context'
import { BranchKept, contained, type Failure } from './failures'

// Room for the rest of the request beside the operations.
const BATCH_BYTES = MAX_BATCH_BYTES - 4096

/** Sends all unsent operations of an inspection, oldest first. */
export async function pushLog(context: SyncContext, insp: string): Promise<void> {
  const { db, client, app } = context
  let limit = MAX_BATCH_OPERATIONS
  let forked = false
  for (;;) {
    const { rep } = context.author()
    const ops = firstBatch(await unsentOf(db, insp, rep), limit)
    if (!ops.length) return
    const sig = await context.sign(signedBytes(ops))
    const push: Push = { rep, ops, sig, app, schema: VERSION }
    try {
      const asked = context.clock()
      const answer = await pushOperations<PushAnswer>(client, insp, push)
      await noteSkew(context, asked, answer.now)
      await acknowledge(db, insp, rep, answer.acks)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      if (error.status === 413 && ops.length > 1) limit = Math.ceil(ops.length / 2)
      else if (error.code === 'fieldwork.gap') await settleOutbox(db, insp, rep, Number(error.body.expect) - 1)
      else if (error.code === 'fieldwork.fork' && !forked) {
        forked = true
        await setAside(db, insp, rep, Number(error.body.seq))
        const failure = (await mendForks(context)).get(insp)
        if (failure) throw new BranchKept(failure, { cause: error })
      } else throw error
    }
  }
}

/** The operations of the next request: so many, and so large. */
export function firstBatch(ops: readonly Operation[], limit: number): Operation[] {
  const batch: Operation[] = []
  let bytes = 0
  for (const op of ops.slice(0, limit)) {
    bytes += new TextEncoder().encode(canonical(op)).length
    if (batch.length && bytes > BATCH_BYTES) break
    batch.push(op)
  }
  return batch
}

/**
 * Reads what the server's log has beyond this phone's copy, and checks its chain; whether it was another log than the
 * one read before.
 */
export async function pullLog(context: SyncContext, insp: string): Promise<boolean> {
  const { db, client } = context
  let again = true
  for (;;) {
    const { rep } = context.author()
    const row = (await db.inspections.get(insp)) as InspectionRow
    try {
      const asked = context.clock()
      const answer = await pullOperations<PullAnswer>(client, insp, { after: row.head, chain: row.chain, rep })
      await noteSkew(context, asked, answer.now)
      const chain = verifyEntries(row.head, row.chain, answer.ops)
      if (!(await appendEntries(db, row, answer.ops, chain))) continue
      if (row.head + answer.ops.length < answer.head) continue
      await settlePull(db, insp, rep, answer.have)
      return !again
    } catch (error) {
      const diverged = error instanceof Diverged || (error instanceof ProblemError && error.code === 'fieldwork.diverged')
      if (!diverged || !again) throw error
      // Once only: a log that contradicts itself twice is a fault to be shown, not a loop.
      again = false
      await forgetPlaces(db, insp)
    }
  }
}

/**
 * Writes branches that the server refused under a new replica, as part of the record again. The old name is given up
 * for all inspections: whoever holds its copy may go on under it. A branch that cannot be written now is kept; why, by
 * inspection.
 */
export async function mendForks(context: SyncContext): Promise<Map<string, Failure>> {
  const { db } = context
  const { rep } = context.author()
  if ((await pendingForks(db)).some((fork) => fork.rep === rep)) await context.replaceReplica()
  const failures = new Map<string, Failure>()
  for (const insp of new Set((await unsentByOthers(db, context.author().rep)).map(([id]) => id))) {
    // Some of it may have arrived although its answer was lost; that must not be written a second time.
    const failure = await contained(async () => void (await pullLog(context, insp)))
    if (failure) failures.set(insp, failure)
  }
  for (const [insp, old, seq] of await unsentByOthers(db, context.author().rep)) {
    if (!failures.has(insp)) await setAside(db, insp, old, seq)
  }
  for (const fork of await pendingForks(db)) {
    const failure = await contained(async () => {
      await pullLog(context, fork.insp)
      await reissueBranch(db, fork, context.author())
    })
    if (failure) failures.set(fork.insp, failure)
  }
  return failures
}

/** The device clock's lead over the server's in ms, taken at the middle of the call. */
async function noteSkew({ db, clock }: SyncContext, asked: Date, now: string): Promise<void> {
  const middle = (asked.getTime() + clock().getTime()) / 2
  const skew = Math.round(middle - Date.parse(now))
  if (Number.isFinite(skew) && skew !== (await readMeta<number>(db, 'skew'))) await writeMeta(db, 'skew', skew)
}
