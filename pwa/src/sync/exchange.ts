/** One exchange with the server: what came, what goes. One bad record never blocks another. */
import type { Brief } from '../api/fieldwork'
import { writeMeta } from '../device/database'
import { inspectionsWithUnsent, listInspections, noteTransfer } from '../device/exchange'
import { localTime } from '../device/records'
import { Interrupted, type SyncContext } from './context'
import { contained, type Failure } from './failures'
import { mendForks, pullLog, pushLog } from './log'
import { pullBriefs, pullImages, pullPacket } from './packets'
import { pushFiles } from './uploads'

export interface Exchange {
  /** Inspections whose part failed; why is in the table of transfers. */
  failed: number
}

/** Throws Interrupted when nothing more can be exchanged now. */
export async function exchange(context: SyncContext): Promise<Exchange> {
  const { db } = context
  const failed = new Set<string>()
  const note = async (insp: string, failure: Failure | null): Promise<void> => {
    if (failure) failed.add(insp)
    await noteTransfer(db, insp, failure && { ...failure, at: localTime(context.clock()) })
  }

  const listing = await contained(() => pullBriefs(context))
  let torn = new Map<string, Failure>()
  const mending = await contained(async () => void (torn = await mendForks(context)))
  let revoked: Interrupted | null = null
  const unsent = await inspectionsWithUnsent(db)
  for (const { id, brief, head, chain, withdrawn } of await listInspections<Brief>(db)) {
    const failure = await contained(async () => {
      if (!withdrawn) await pullPacket(context, brief)
      if (unsent.has(id) && !revoked) {
        try {
          await pushLog(context, id)
        } catch (error) {
          // A revoked phone may still read; what it holds stays in the outbox.
          revoked = revocation(error)
        }
      }
      // The server takes what was written before the substitution, and shows no more of the record.
      if (withdrawn) return
      const news = unsent.has(id) || brief.head !== head || brief.chain !== chain
      if (news) await pullLog(context, id)
      await pullImages(context, brief)
    })
    await note(id, failure ?? torn.get(id) ?? null)
  }
  if (revoked) throw revoked
  for (const [insp, failure] of await pushFiles(context)) await note(insp, failure)
  const failure = listing ?? mending
  if (failure) throw new Error(failure.detail)
  await writeMeta(db, 'synced', context.clock().toISOString())
  return { failed: failed.size }
}

function revocation(error: unknown): Interrupted {
  if (typeof error === 'object' && error !== null && 'status' in error && error.status === 410) {
    return new Interrupted('revoked')
  }
  throw error
}
