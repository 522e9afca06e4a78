/** Sending files: which the server lacks, one after the other; a file that it refuses holds up no other. */
import { missingFiles } from '../api/fieldwork'
import { ProblemError } from '../api/problem'
import type { FileRow } from '../device/database'
import { digestOf } from '../device/digest'
import { filesToAskAgain, markSent, offerAgain, refuseFile, unsentFiles } from '../device/exchange'
import { localTime } from '../device/records'
import type { SyncContext } from './context'
import { contained, DamagedFile, stands, type Failure } from './failures'

const QUESTION = 500

export interface Sent {
  /** Failures that may pass by themselves, by inspection. */
  failures: Map<string, Failure>
  /** How many files the server refuses. */
  refused: number
}

/** Sends every file that the server lacks. */
export async function pushFiles(context: SyncContext): Promise<Sent> {
  const { db, client, clock, app } = context
  const sent: Sent = { failures: new Map(), refused: 0 }
  const unsent = await unsentFiles(db)
  for (const insp of new Set(unsent.map((file) => file.insp))) {
    const files = unsent.filter((file) => file.insp === insp)
    const refused = files.filter((file) => stands(file.refused, clock(), app))
    sent.refused += refused.length
    const asked = files.filter((file) => !refused.includes(file))
    const failure = await contained(async () => {
      const missing = await lacking(asked, (part) => missingFiles(client, insp, part))
      for (const file of asked) {
        const failed = await contained(() => (missing.has(file.sha256) ? pushFile(context, file) : markSent(db, file, file.size)))
        if (!failed) continue
        if (failed.final) {
          const { code, detail } = failed
          await refuseFile(db, file, { at: localTime(clock()), code, detail, app })
          sent.refused += 1
        } else sent.failures.set(insp, failed)
      }
    })
    if (failure) sent.failures.set(insp, failure)
  }
  return sent
}

/** Asks for everything that the server once confirmed of these inspections, and offers again what it lost. */
export async function recheckFiles({ db, client }: SyncContext, insps: ReadonlySet<string>): Promise<void> {
  const files = await filesToAskAgain(db, insps)
  const missing = await lacking(files, (part) => missingFiles(client, null, part))
  await offerAgain(db, files.filter(({ sha256 }) => missing.has(sha256)))
}

async function lacking(files: readonly FileRow[], ask: (part: string[]) => Promise<Set<string>>): Promise<Set<string>> {
  const digests = [...new Set(files.map(({ sha256 }) => sha256))]
  const missing = new Set<string>()
  for (let start = 0; start < digests.length; start += QUESTION) {
    for (const sha256 of await ask(digests.slice(start, start + QUESTION))) missing.add(sha256)
  }
  return missing
}

async function pushFile({ db, upload }: SyncContext, file: FileRow): Promise<void> {
  const content = await db.bytes.get(file.sha256)
  if (!content) throw new DamagedFile(`no bytes of ${file.sha256}`)
  // One after the other, so that an earlier figure never comes last. It is only shown: what counts is marked at the end.
  let noted = Promise.resolve()
  const confirmed = (bytes: number): void => {
    noted = noted.then(() => markSent(db, file, Math.min(bytes, file.size - 1))).catch(() => undefined)
  }
  try {
    await upload(file, content.bytes, confirmed)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'fieldwork.checksum-mismatch') throw error
    // Damaged on the way, or here? Only the first can be mended by sending it again.
    if ((await digestOf(content.bytes)) !== file.sha256) throw new DamagedFile(`${file.sha256} has changed on this device`)
    await upload(file, content.bytes, confirmed)
  } finally {
    await noted
  }
  await markSent(db, file, file.size)
}
