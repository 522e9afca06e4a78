// The state of one inspection: a fold over the server's log. The phone folds its unsent operations on top.
// Twin of sync/state.py.

import type { Json } from './canonical'
import { nextChain, type Status } from './log'
import { checkNew, checkOperation, dot, isOffice, operationHash, type Operation } from './operations'
import * as phases from './phases'
import type { Phase } from './phases'
import { EMPTY, inConflict, write, type Registers } from './registers'
import * as seal from './seal'
import type { Cover, SealStatus, Sheet, Snapshot } from './seal'

/** A complete seal: what was signed and by which operations. Stays as history after a return. */
export interface Seal {
  readonly rev: number
  readonly digest: string
  readonly cover: Cover
  readonly signatures: Readonly<Record<string, string>>
  readonly head: number
}

/** The reviewer's return: only the named points (and remark) are open in the new revision. */
export interface Returned {
  readonly comment: string
  readonly points: readonly { readonly point: string; readonly text: string }[]
}

/** Everything that follows from the log. `held`: operations that wait for a decision, with their code. */
export interface InspectionState {
  readonly sheet: Sheet
  readonly phase: Phase
  readonly rev: number
  readonly registers: Registers
  readonly seals: readonly Seal[]
  readonly returned: Returned | null
  readonly held: ReadonlyMap<string, { readonly op: Operation; readonly code: string }>
  readonly unknown: readonly string[]
  readonly tips: ReadonlyMap<string, { readonly seq: number; readonly hash: string }>
  readonly counting: Cover
  readonly lam: number
  readonly head: number
  readonly chain: string
}

export type LogLine = readonly [op: Operation, status: Status]

/** The operation does not follow on its replica's previous one. */
export class BrokenChain extends Error {}

export function begin(sheet: Sheet): InspectionState {
  return {
    sheet,
    phase: 'assigned',
    rev: 1,
    registers: new Map(),
    seals: [],
    returned: null,
    held: new Map(),
    unknown: [],
    tips: new Map(),
    counting: {},
    lam: 0,
    head: 0,
    chain: '',
  }
}

export function apply(sheet: Sheet, log: Iterable<LogLine>): InspectionState {
  let state = begin(sheet)
  for (const [op, status] of log) state = step(state, op, status)
  return state
}

/** The state that somebody saw whose knowledge was `cover`: the log without what came after it. */
export function atCover(sheet: Sheet, log: readonly LogLine[], cover: Cover): InspectionState {
  return apply(sheet, log.filter(([op]) => op.seq <= (cover[op.rep] ?? 0)))
}

/** The highest seq of every replica in the log: the cover of a signature made now. */
export function coverOf(state: InspectionState): Cover {
  return Object.fromEntries([...state.tips].map(([rep, { seq }]) => [rep, seq]))
}

/** After a return the points that may be written; null when all may. */
export function openPoints(state: InspectionState): ReadonlySet<string> | null {
  return state.returned && new Set(state.returned.points.map(({ point }) => point))
}

export function follows(state: InspectionState, op: Operation): boolean {
  const tip = state.tips.get(op.rep)
  return op.seq === (tip?.seq ?? 0) + 1 && op.prev === (tip?.hash ?? '')
}

/** The status that the server gives to the operation if it comes next. */
export function decide(state: InspectionState, op: Operation, isMember = true, replicaActive = true): Status {
  const check = checkNew(op)
  const who = { phase: state.phase, currentRev: state.rev, check, isMember, replicaActive }
  if (check) return phases.admit('', { ...who, rev: state.rev })
  return phases.admit(op.k, {
    ...who,
    rev: op.rev,
    isOffice: isOffice(op.rep),
    // A conflict can always be settled, even where a return has closed the register.
    isOpen:
      phases.isOpen(op.reg, openPoints(state), state.sheet.items) || inConflict(state.registers.get(op.reg) ?? EMPTY),
    hasConflicts: conflicts(state).length > 0,
    target: targetOf(state, op),
  })
}

function targetOf(state: InspectionState, op: Operation): string[] {
  if (op.k !== 'admit' && op.k !== 'dismiss') return []
  const held = state.held.get((op.val as { op: string }).op)
  if (!held) return []
  // A signature or a submission of another moment cannot be brought into force later; only content can.
  const isContent = checkNew(held.op) === '' && (held.op.k === 'set' || held.op.k === 'blob')
  return isContent ? ['admit', 'dismiss'] : ['dismiss']
}

/** The state after one more line of the log. Throws BrokenChain; refuses nothing for its content. */
export function step(before: InspectionState, op: Operation, status: Status): InspectionState {
  if (!follows(before, op)) throw new BrokenChain(dot(op))
  const hash = operationHash(op)
  const understood = checkOperation(op) === ''
  const state: InspectionState = {
    ...before,
    tips: new Map(before.tips).set(op.rep, { seq: op.seq, hash }),
    head: before.head + 1,
    chain: nextChain(before.chain, hash, status),
    lam: understood ? Math.max(before.lam, op.lam) : before.lam,
  }
  if (status.st !== 'ok') return { ...state, held: new Map(state.held).set(dot(op), { op, code: status.code }) }
  if (!understood) return { ...state, unknown: [...state.unknown, dot(op)] }
  return take(state, op)
}

function take(before: InspectionState, op: Operation): InspectionState {
  if (op.k === 'admit' || op.k === 'dismiss') return decided(before, op)
  let state = before
  if (op.reg) {
    const written = write(state.registers.get(op.reg) ?? EMPTY, op)
    state = { ...state, registers: new Map(state.registers).set(op.reg, written) }
  }
  if (op.k === 'set') state = counted(state, op)
  if (op.k === 'sign') return sealed(state)
  // Counted: in old logs a restored server may have given the number that a signer saw to another operation.
  if (op.k === 'review.return') state = { ...counted(state, op), rev: state.rev + 1, returned: op.val as unknown as Returned }
  return { ...state, phase: phases.transition(state.phase, op.k) ?? state.phase }
}

function decided(state: InspectionState, op: Operation): InspectionState {
  const name = (op.val as { op: string }).op
  const target = state.held.get(name)
  if (!target) return state
  const held = new Map(state.held)
  held.delete(name)
  const rest = { ...state, held }
  // The decision itself must be covered by the signatures, or one made before it would still stand.
  return op.k === 'admit' ? take(counted(rest, op), target.op) : rest
}

function counted(state: InspectionState, op: Operation): InspectionState {
  const highest = Math.max(op.seq, state.counting[op.rep] ?? 0)
  return { ...state, counting: { ...state.counting, [op.rep]: highest } }
}

function sealed(state: InspectionState): InspectionState {
  const status = sealStatus(state)
  const phase = phases.transition(state.phase, 'seal')
  if (!status.complete || !phase) return state
  const cover: Record<string, number> = {}
  for (const op of status.signed.values())
    for (const [rep, seq] of Object.entries((op.val as unknown as { cover: Cover }).cover))
      cover[rep] = Math.max(seq, cover[rep] ?? 0)
  const signatures = Object.fromEntries([...status.signed].map(([slot, op]) => [slot, dot(op)]))
  const complete: Seal = { rev: state.rev, digest: status.digest!, cover, signatures, head: state.head }
  return { ...state, phase, seals: [...state.seals, complete] }
}

/** The registers whose writers disagree, in order of name. */
export function conflicts(state: InspectionState): string[] {
  return seal.conflictsOf(state.registers)
}

/** The record as it would be signed now. Throws Unresolved. */
export function snapshot(state: InspectionState): Snapshot {
  if (state.unknown.length) throw new seal.Unresolved(state.unknown.join(', '))
  return seal.snapshotOf(state.sheet, state.rev, state.registers)
}

export function sealStatus(state: InspectionState): SealStatus {
  return seal.sealStatusOf(state.sheet, state.rev, state.registers, {
    have: coverOf(state),
    counting: state.counting,
    unknown: state.unknown.length > 0,
  })
}

/** SHA-256 of each file that a standing value names (photo, pad, strokes); publication waits for all. */
export function namedBlobs(state: InspectionState): Set<string> {
  const names = new Set<string>()
  for (const { heads } of state.registers.values())
    for (const { val } of heads)
      for (const field of ['sha256', 'pad', 'strokes']) {
        const name = (val as Record<string, Json> | null)?.[field]
        if (typeof name === 'string') names.add(name)
      }
  return names
}
