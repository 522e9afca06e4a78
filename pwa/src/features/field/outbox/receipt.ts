/** What the server has confirmed of a submitted record: the inspector's proof of having delivered. */
import type { FileRow } from '../../../device/database'
import type { Inspection } from '../inspection'

export interface Receipt {
  object: string
  task: string
  rev: number
  /** Digest of the sealed record. */
  digest: string
  /** Position of the submission in the server's log, and the log's chain there. */
  position: number
  chain: string
  received: string
  operations: number
  files: number
}

/** The receipt, or null while anything of the record is not acknowledged. */
export function receiptOf({ rows, state, brief }: Inspection, files: readonly FileRow[]): Receipt | null {
  const seal = state.seals.at(-1)
  const submission = rows.filter(({ op, pos, st }) => op.k === 'submit' && pos > 0 && st === 'ok').sort((a, b) => b.pos - a.pos)[0]
  const waits = rows.some(({ acked }) => !acked) || files.some(({ uploaded }) => !uploaded)
  if (!seal || !submission || waits || submission.op.rev !== seal.rev) return null
  return {
    object: brief.object.name,
    task: brief.task.code,
    rev: seal.rev,
    digest: seal.digest,
    position: submission.pos,
    chain: submission.chain,
    received: submission.recv,
    operations: rows.length,
    files: files.length,
  }
}
