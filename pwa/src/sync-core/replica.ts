// The writing side: how a phone makes its next operation from what it knows. Twin of sync/replica.py.

import { hexDigest, type Json } from './canonical'
import { checkNew, checkOperation, dot, isOffice, operationHash, VERSION, type Kind, type Operation } from './operations'
import { compareText, EMPTY } from './registers'
import type { Cover } from './seal'
import { coverOf, decide, follows, snapshot, step, type InspectionState } from './state'

/** One installation for one user. */
export interface Replica {
  readonly rep: string
  readonly usr: string
}

/** The caller asked for an operation that the protocol does not know: a wrong register, value or time. */
export class InvalidOperation extends Error {}

export interface Edit {
  readonly kind: Kind
  readonly register?: string
  readonly value?: Json
  /** The device's time as it is. */
  readonly at: string
  /** Its skew in ms, estimated at last contact. */
  readonly off?: number | null
}

/**
 * The replica's next operation on top of what `state` shows; it replaces every value now standing there.
 * Throws InvalidOperation.
 */
export function issue(
  state: InspectionState,
  { rep, usr }: Replica,
  { kind, register = '', value = null, at, off = null }: Edit,
): Operation {
  const tip = state.tips.get(rep)
  const standing = kind === 'blob' ? [] : (state.registers.get(register) ?? EMPTY).heads
  const op: Operation = {
    v: VERSION,
    rep,
    seq: (tip?.seq ?? 0) + 1,
    prev: tip?.hash ?? '',
    insp: state.sheet.inspection,
    rev: state.rev,
    usr,
    k: kind,
    reg: register,
    val: value,
    sup: standing.map(dot),
    lam: Math.min(state.lam + 1, Number.MAX_SAFE_INTEGER),
    at,
    off,
  }
  if (checkNew(op)) throw new InvalidOperation(`${kind} ${register}`)
  return op
}

export interface SignValue {
  readonly role: 'lead' | 'member' | 'representative'
  readonly name: string
  readonly digest: string
  readonly cover: Cover
  readonly pad: string | null
  readonly strokes: string | null
  readonly refused: { readonly why: string; readonly witness: string } | null
}

/**
 * The value of a signature over the record as it stands; `pad` and `strokes` are SHA-256 of files.
 * Throws Unresolved when the record has no single content.
 */
export function signValue(
  state: InspectionState,
  { role, name, pad, strokes, refused = null }: Omit<SignValue, 'digest' | 'cover' | 'refused'> & Partial<SignValue>,
): SignValue & { readonly [key: string]: Json } {
  return { role, name, digest: hexDigest(snapshot(state)), cover: coverOf(state), pad, strokes, refused }
}

/**
 * The log's state with unplaced operations on top: own unsent ones, and others' from a bundle.
 *
 * Each gets the status that the server would give now. What is in the log already, or lacks its
 * predecessor, is left out, and so is the office's: only the server speaks for it.
 */
export function overlay(state: InspectionState, loose: Iterable<Operation>): InspectionState {
  const chains = new Map([...loose].filter((op) => !isOffice(op.rep)).map((op) => [dot(op), op]))
  const replicas = new Set([...chains.values()].map((op) => op.rep))
  for (;;) {
    const ready = [...replicas]
      .map((rep) => chains.get(`${rep}:${(state.tips.get(rep)?.seq ?? 0) + 1}`))
      .filter((op): op is Operation => op !== undefined && follows(state, op))
    const [op] = ready.sort(causeFirst)
    if (!op) return state
    state = step(state, op, decide(state, op))
  }
}

// A newer version's operation may have no usable Lamport number; nothing that we understand waits for it.
function causeFirst(a: Operation, b: Operation): number {
  const lam = (op: Operation) => (checkOperation(op) === '' ? op.lam : 0)
  return lam(a) - lam(b) || compareText(a.rep, b.rep)
}

/**
 * The operations of a forked branch under a new replica id, in the same revision, values and times.
 * Signatures are left behind: their covers name the old replica, so they are made again.
 */
export function reissue(state: InspectionState, { rep }: Replica, ops: readonly Operation[]): Operation[] {
  const names = new Map<string, string>()
  const tip = state.tips.get(rep)
  let seq = tip?.seq ?? 0
  let prev = tip?.hash ?? ''
  return ops
    .filter((op) => op.k !== 'sign')
    .map((op) => {
      seq += 1
      const renamed: Operation = { ...op, rep, seq, prev, sup: op.sup.map((name) => names.get(name) ?? name) }
      prev = operationHash(renamed)
      names.set(dot(op), dot(renamed))
      return renamed
    })
}
