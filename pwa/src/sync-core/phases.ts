// Who may write what in which phase: the server's decision table, which the phone asks too, beforehand.
// Twin of sync/phases.py.

import { held, OK, type Status } from './log'
import { OFFICE_KINDS } from './operations'

export type Phase =
  | 'assigned'
  | 'on_site'
  | 'sealed'
  | 'submitted'
  | 'returned'
  | 'approved'
  | 'signed_off'
  | 'published'

/** Why an operation is held. It is stored all the same, and shown to its author and to the reviewer. */
export type Code =
  | 'replica_revoked'
  | 'unassigned'
  | 'deferred'
  | 'invalid'
  | 'not_permitted'
  | 'rev_future'
  | 'rev_old'
  | 'rev_sealed'
  | 'not_open'
  | 'conflict_unresolved'
  | 'seal_incomplete'

const OPEN: readonly string[] = ['assigned', 'on_site', 'returned']

// The state machine: `seal` is the signature that makes the seal complete.
const TRANSITIONS: Readonly<Record<string, Phase>> = {
  'assigned set': 'on_site',
  'on_site seal': 'sealed',
  'returned seal': 'sealed',
  'sealed submit': 'submitted',
  'submitted review.return': 'returned',
  'submitted review.approve': 'approved',
  'approved publish.approve': 'signed_off',
}

/** The phase that an operation leads to, or undefined when it changes none. */
export function transition(phase: string, kind: string): Phase | undefined {
  return TRANSITIONS[`${phase} ${kind}`]
}

export interface Circumstances {
  readonly phase: string
  readonly rev: number
  readonly currentRev: number
  /** What checkOperation says. */
  readonly check?: string
  readonly isOffice?: boolean
  readonly isMember?: boolean
  readonly replicaActive?: boolean
  /** A `set` goes to a register open for writing. */
  readonly isOpen?: boolean
  readonly hasConflicts?: boolean
  /** Of admit and dismiss: which of the two the named operation allows, none once it was decided. */
  readonly target?: readonly string[]
}

/** `ok`, or `held` with the first reason that applies. */
export function admit(
  kind: string,
  {
    phase,
    rev,
    currentRev,
    check = '',
    isOffice = false,
    isMember = true,
    replicaActive = true,
    isOpen = true,
    hasConflicts = false,
    target = [],
  }: Circumstances,
): Status {
  if (!isOffice && !replicaActive) return because('replica_revoked')
  if (!isOffice && !isMember) return because('unassigned')
  if (check) return held(check)
  if ((OFFICE_KINDS as readonly string[]).includes(kind) !== isOffice) return because('not_permitted')
  if (rev !== currentRev) return because(rev > currentRev ? 'rev_future' : 'rev_old')
  if (['set', 'blob', 'sign'].includes(kind)) return write(kind, phase, isOpen)
  if (kind === 'submit') return submit(phase, hasConflicts)
  if (kind === 'admit') {
    if (!target.includes(kind)) return because('not_permitted')
    return OPEN.includes(phase) ? OK : because('rev_sealed')
  }
  const permitted = kind === 'dismiss' ? target.includes(kind) : transition(phase, kind) !== undefined
  return permitted ? OK : because('not_permitted')
}

function because(code: Code): Status {
  return held(code)
}

function write(kind: string, phase: string, isOpen: boolean): Status {
  if (!OPEN.includes(phase)) return because('rev_sealed')
  if (kind === 'sign' && phase === 'assigned') return because('not_permitted')
  return isOpen || kind !== 'set' ? OK : because('not_open')
}

function submit(phase: string, hasConflicts: boolean): Status {
  if (phase === 'sealed') return OK
  if (!OPEN.includes(phase)) return because('rev_sealed')
  return because(hasConflicts ? 'conflict_unresolved' : 'seal_incomplete')
}

/** Whether a register may be written: after a return (`points`) only those of the named points. */
export function isOpen(
  register: string,
  points: ReadonlySet<string> | null,
  items: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (points === null || register === 'remark') return true
  const [family, code = ''] = register.split('/')
  if (family === 'ans' || family === 'note' || family === 'photo') return points.has(code)
  return family === 'result' && (items.get(code) ?? []).some((point) => points.has(point))
}
