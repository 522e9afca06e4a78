/** Which failures stop the whole exchange, which belong to one inspection or file, and which of those are final. */
import { isRevocation, NoAnswer, ProblemError } from '../api/problem'
import type { Refusal } from '../device/database'
import { Interrupted } from './context'

/** The interruption that a failure means, or null when it concerns one inspection. */
export function interruptionOf(error: unknown): Interrupted | null {
  if (error instanceof Interrupted) return error
  if (error instanceof NoAnswer) return new Interrupted('offline')
  if (!(error instanceof ProblemError)) return null
  if (error.status === 401) return new Interrupted('signed_out')
  if (isRevocation(error)) return new Interrupted('revoked')
  if (error.status === 426) return new Interrupted('update')
  if (error.status === 511) return new Interrupted('captive')
  if (error.status === 429 || error.status === 503) return new Interrupted('busy', error.retryAfter)
  // A gateway answers for a server that is down.
  return error.status === 502 || error.status === 504 ? new Interrupted('offline') : null
}

export interface Failure {
  code: string
  detail: string
  /** The server has read it and will say the same again: set it aside rather than ask every minute. */
  final: boolean
}

/** A refused branch that could not be written again yet; it is kept on this phone. */
export class BranchKept extends Error {
  constructor(readonly failure: Failure, options: ErrorOptions) {
    super(failure.detail, options)
  }
}

/** The bytes on this phone are no longer those that were recorded. */
export class DamagedFile extends Error {}

// Somebody else is writing it, or it changed meanwhile: the next time may go well.
const PASSING = [408, 409, 423, 425]

export function describe(error: unknown): Failure {
  if (error instanceof BranchKept) return { ...error.failure, final: false }
  if (error instanceof DamagedFile) return { code: 'device.damaged', detail: error.message, final: true }
  if (error instanceof ProblemError) {
    const { code, detail, status } = error
    return { code, detail, final: status >= 400 && status < 500 && !PASSING.includes(status) }
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'device', detail, final: false }
}

const AGAIN_MS = 3_600_000

/** Whether a refusal still stands: another version of the app, or an hour later, may be answered otherwise. */
export function stands(refusal: Pick<Refusal, 'at' | 'app'> | null | undefined, now: Date, app: string): boolean {
  return !!refusal && refusal.app === app && now.getTime() - Date.parse(refusal.at) < AGAIN_MS
}

/** Runs one inspection's part: its own failure is returned, an interruption of everything is thrown. */
export async function contained(run: () => Promise<void>): Promise<Failure | null> {
  try {
    await run()
    return null
  } catch (error) {
    const interruption = interruptionOf(error)
    if (interruption) throw interruption
    return describe(error)
  }
}
