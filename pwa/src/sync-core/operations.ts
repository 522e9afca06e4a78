// The operation: one edit, signature or decision, as it is hashed, signed and kept for ever. Twin of sync/operations.py.
// Who may do what and when is in phases.

import { canonical, isInteger, isObject, NotCanonical, shortHash, type Json } from './canonical'
import * as values from './values'

export const VERSION = 1
export const MAX_OPERATION_BYTES = 65_536

export const OFFICE_KINDS = ['admit', 'dismiss', 'review.return', 'review.approve', 'publish.approve'] as const
export const KINDS = ['set', 'sign', 'submit', 'blob', ...OFFICE_KINDS] as const
export type Kind = (typeof KINDS)[number]

export interface Operation {
  readonly v: number
  readonly rep: string
  readonly seq: number
  readonly prev: string
  readonly insp: string
  readonly rev: number
  readonly usr: string
  /** A Kind, or one that only a newer version knows. */
  readonly k: string
  readonly reg: string
  readonly val: Json
  readonly sup: readonly string[]
  readonly lam: number
  readonly at: string
  readonly off: number | null
}

/** Not an operation of any version: the members that carry the chain cannot be used. */
export class MalformedOperation extends Error {}

const ENVELOPE: Record<string, values.Check> = {
  v: values.sequence,
  rep: values.replicaId,
  seq: values.sequence,
  prev: values.matches('(?:|[A-Za-z0-9_-]{43})'),
  insp: values.matches(values.UUID),
}
const BODY = values.record({
  ...ENVELOPE,
  rev: values.sequence,
  usr: values.matches('[A-Za-z0-9._:-]{1,64}'),
  k: values.text(40, 1),
  reg: values.text(200),
  val: () => true,
  sup: values.setOf(values.dot, 64),
  lam: values.sequence,
  at: values.time,
  off: values.maybe((value) => isInteger(value)),
})
const REGISTERS: Partial<Record<Kind, values.RegisterChecks>> = {
  set: values.SET,
  sign: values.SIGN,
  blob: values.BLOB,
}
const VALUES: Partial<Record<Kind, values.Check>> = {
  submit: values.nothing,
  admit: values.decision,
  dismiss: values.decision,
  'review.return': values.returned,
  'review.approve': values.approval,
  'publish.approve': values.approval,
}

/**
 * An operation of any version off the wire. Throws MalformedOperation when it cannot even be chained.
 *
 * What it may lack beyond that (an unknown kind, a wrong value) is for checkOperation: such an operation is
 * stored and held, never lost.
 */
export function readOperation(raw: unknown): Operation {
  if (!isObject(raw)) throw new MalformedOperation('an operation is an object')
  for (const [name, check] of Object.entries(ENVELOPE)) if (!check(raw[name])) throw new MalformedOperation(name)
  if ((raw.seq === 1) !== (raw.prev === '')) throw new MalformedOperation('prev')
  if (canonicalSize(raw) > MAX_OPERATION_BYTES) throw new MalformedOperation('too large')
  return raw as unknown as Operation
}

function canonicalSize(raw: unknown): number {
  try {
    return new TextEncoder().encode(canonical(raw)).length
  } catch (error) {
    if (error instanceof NotCanonical) throw new MalformedOperation(error.message)
    throw error
  }
}

/** Empty when this version understands the operation, else its code. */
export function checkOperation(op: Operation): '' | 'deferred' | 'invalid' {
  const kind: unknown = op.k
  if (op.v > VERSION || (typeof kind === 'string' && kind !== '' && !isKind(kind))) return 'deferred'
  if (!BODY(op)) return 'invalid'
  const ahead = op.sup.some((name) => splitDot(name)[0] === op.rep && splitDot(name)[1] >= op.seq)
  return !ahead && fits(op) ? '' : 'invalid'
}

/**
 * What checkOperation says, and `invalid` too when a text holds a control character but line feed and tab.
 * Asked of what is written or taken in now. The fold does not ask: a log from before this rule stays as it was.
 */
export function checkNew(op: Operation): '' | 'deferred' | 'invalid' {
  return checkOperation(op) || (values.printable(op.val) ? '' : 'invalid')
}

function isKind(kind: string): kind is Kind {
  return (KINDS as readonly string[]).includes(kind)
}

function fits({ k, reg, val, sup }: Operation): boolean {
  const kind = k as Kind
  const registers = REGISTERS[kind]
  if (!registers) return reg === '' && sup.length === 0 && VALUES[kind]!(val)
  const check = registers.find(([pattern]) => pattern(reg))?.[1]
  if (!check || !(val === null || check(val))) return false
  const second = reg.split('/')[1]
  if (kind === 'sign') return val === null || (val as { role: string }).role === second
  if (kind === 'blob') return val !== null && sup.length === 0 && (val as { sha256: string }).sha256 === second
  return true
}

/** base64url(SHA-256(JCS(operation))): its identity, and the `prev` of the replica's next operation. */
export function operationHash(op: Operation): string {
  const known = hashes.get(op)
  if (known) return known
  const hash = shortHash(canonical(op))
  hashes.set(op, hash)
  return hash
}

/** Operations never change, and whoever reads a log asks for each hash more than once. */
const hashes = new WeakMap<Operation, string>()

/** The operation's name within its inspection: `replica:seq`. */
export function dot(op: Operation): string {
  return `${op.rep}:${op.seq}`
}

export function splitDot(name: string): [replica: string, seq: number] {
  const colon = name.lastIndexOf(':')
  return [name.slice(0, colon), Number(name.slice(colon + 1))]
}

/** Whether a replica's name is one of the office: `office` in old logs, since then a new one after every restore. */
export function isOffice(rep: string): boolean {
  return values.officeId(rep)
}

/** What a phone signs for a batch (see README): the hash of its last operation, in ASCII. */
export function signedBytes(ops: readonly Operation[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(operationHash(ops[ops.length - 1]!))
}
