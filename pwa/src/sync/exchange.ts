/** One exchange with the server: what came, what goes. One bad record never blocks another. */
import type { Brief } from '../api/fieldwork'
import { isRevocation } from '../api/problem'
import { readMeta, writeMeta, type FieldDatabase, type InspectionRow, type TransferRow } from '../device/database'
import { inspectionsWithUnsent, listInspections, noteTransfer } from '../device/exchange'
import { localTime } from '../device/records'
import { pushCarried } from './carried'
import { Interrupted, type SyncContext } from './context'
import { contained, stands, type Failure } from './failures'
import { mendForks, pullLog, pushLog } from './log'
import { CLOSED, isWholeDue, pullBriefs, pullImages, pullPacket } from './packets'
import { pushFiles, recheckFiles } from './uploads'

export interface Exchange {
  /** Inspections whose part failed and is tried again; why is in the table of transfers. */
  failed: number
  /** Inspections and files that the server refuses: set aside 隔离 until somebody does something. */
  aside: number
  /** Photos stay here for now: the line is none for them, by this person's choice. */
  photosWait: boolean
}

/** Throws Interrupted when nothing more can be exchanged now. `asked`: somebody pressed the button. */
export async function exchange(context: SyncContext, asked = false): Promise<Exchange> {
  const { db, clock, app } = context
  const failed = new Set<string>()
  context.at('tasks')
  const whole = asked || (await isWholeDue(context))
  const listing = await contained(() => pullBriefs(context, whole))
  let torn = new Map<string, Failure>()
  const mending = await contained(async () => void (torn = await mendForks(context)))
  const rows = await listInspections<Brief>(db)
  for (const { id, brief, withdrawn } of rows) {
    const failure = withdrawn ? null : await contained(() => pullPacket(context, brief))
    if (failure) torn.set(id, torn.get(id) ?? failure)
  }

  context.at('operations')
  let carried = new Set<string>()
  const carrying = await contained(async () => void (carried = await pushCarried(context)))
  const unsent = await inspectionsWithUnsent(db)
  const asides = new Map((await db.transfers.toArray()).map((row) => [row.insp, row]))
  let revoked: Interrupted | null = null
  let diverged = false
  let aside = 0
  for (const row of rows) {
    const { id, withdrawn } = row
    let failure = torn.get(id) ?? null
    let pushed: Failure | null = null
    const rests = unsent.has(id) && stands(asideOf(asides.get(id)), clock(), app)
    if (unsent.has(id) && !rests && !revoked) {
      pushed = await contained(async () => {
        try {
          await pushLog(context, id)
        } catch (error) {
          // A revoked phone may still read; what it holds stays in the outbox.
          revoked = revocation(error)
        }
      })
      failure = pushed ?? failure
    }
    // The server takes what was written before the substitution, and shows no more of the record.
    if (!withdrawn) {
      const pulled = await contained(async () => {
        if (unsent.has(id) || carried.has(id) || hasNews(row)) diverged = (await pullLog(context, id)) || diverged
        await pullImages(context, row.brief)
      })
      failure ??= pulled
    }
    if (rests) {
      aside += 1
      continue
    }
    if (failure?.final) aside += 1
    else if (failure) failed.add(id)
    const { code = '', detail = '' } = failure ?? {}
    await noteTransfer(db, id, failure && { at: localTime(clock()), code, detail, ...(pushed?.final ? { aside: app } : {}) })
  }
  if (revoked) throw revoked

  if (whole || diverged) await recheckFiles(context, new Set(rows.filter(({ brief }) => !CLOSED.includes(brief.state)).map(({ id }) => id)))
  const photosWait = !asked && !(await maySendFiles(context))
  if (!photosWait) {
    context.at('files')
    const sent = await pushFiles(context)
    aside += sent.refused
    for (const [insp, { code, detail }] of sent.failures) {
      failed.add(insp)
      await noteTransfer(db, insp, { at: localTime(clock()), code, detail })
    }
  }
  const failure = listing ?? mending ?? carrying
  if (failure) throw new Error(failure.detail)
  await writeMeta(db, 'synced', clock().toISOString())
  return { failed: failed.size, aside, photosWait }
}

function hasNews({ brief, head, chain, behind }: InspectionRow<Brief>): boolean {
  return !!behind || brief.head !== head || brief.chain !== chain
}

function asideOf(row: TransferRow | undefined): { at: string; app: string } | null {
  return row?.aside ? { at: row.at, app: row.aside } : null
}

/** When files may go by themselves; the button sends them at any time. */
export type FileRule = 'always' | 'wifi' | 'asked'

export async function fileRule(db: FieldDatabase): Promise<FileRule> {
  return (await readMeta<FileRule>(db, 'photos')) ?? 'always'
}

async function maySendFiles({ db, onWifi }: SyncContext): Promise<boolean> {
  const rule = await fileRule(db)
  // Where the browser does not tell, "on Wi-Fi only" can't be kept but by asking.
  return rule === 'always' || (rule === 'wifi' && onWifi() === true)
}

function revocation(error: unknown): Interrupted {
  if (isRevocation(error)) return new Interrupted('revoked')
  throw error
}
