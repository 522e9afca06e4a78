/** Which failures stop the whole exchange, and which belong to one inspection only. */
import { NoAnswer, ProblemError } from '../api/problem'
import { Interrupted } from './context'

/** The interruption that a failure means, or null when it concerns one inspection. */
export function interruptionOf(error: unknown): Interrupted | null {
  if (error instanceof Interrupted) return error
  if (error instanceof NoAnswer) return new Interrupted('offline')
  if (!(error instanceof ProblemError)) return null
  if (error.status === 401) return new Interrupted('signed_out')
  if (error.status === 410) return new Interrupted('revoked')
  if (error.status === 426) return new Interrupted('update')
  if (error.status === 429 || error.status === 503) return new Interrupted('busy', error.retryAfter)
  // A gateway answers for a server that is down.
  return error.status === 502 || error.status === 504 ? new Interrupted('offline') : null
}

export interface Failure {
  code: string
  detail: string
}

/** A refused branch that could not be written again yet; it is kept on this phone. */
export class BranchKept extends Error {
  constructor(readonly failure: Failure, options: ErrorOptions) {
    super(failure.detail, options)
  }
}

export function describe(error: unknown): Failure {
  if (error instanceof BranchKept) return error.failure
  if (error instanceof ProblemError) return { code: error.code, detail: error.detail }
  return { code: 'device', detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
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
