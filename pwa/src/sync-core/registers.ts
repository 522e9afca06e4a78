// The multi-value register: what stands is every value that no later writer has seen and replaced.
// Nothing wins by clock, and nothing is dropped. Twin of sync/registers.py.

import { canonical, type Json } from './canonical'
import { dot, type Operation } from './operations'

/** Heads in display order (lam, rep, seq), and every dot that some counting operation has replaced. */
export interface Register {
  readonly heads: readonly Operation[]
  readonly gone: ReadonlySet<string>
}

export type Registers = ReadonlyMap<string, Register>

export const EMPTY: Register = { heads: [], gone: new Set() }

/** Whether the heads disagree. Equal values agree; a cleared value disagrees with a present one. */
export function inConflict(register: Register): boolean {
  // One head agrees with itself; asked of every register at every edit, so it must cost nothing.
  return register.heads.length > 1 && new Set(register.heads.map((head) => canonical(head.val))).size > 1
}

/** The value that all heads agree on; null when it is cleared, never set, or in conflict. */
export function valueOf(register: Register): Json {
  const [first] = register.heads
  return first && !inConflict(register) ? first.val : null
}

/** The register after one more counting operation. Any order and any repetition give the same register. */
export function write(register: Register, op: Operation): Register {
  const gone = new Set([...register.gone, ...op.sup])
  const heads = new Map([...register.heads, op].map((head) => [dot(head), head]))
  const standing = [...heads].filter(([name]) => !gone.has(name)).map(([, head]) => head)
  return { heads: standing.sort(displayOrder), gone }
}

/** Lamport first, so that an operation never stands before one that its author had seen. */
export function displayOrder(a: Operation, b: Operation): number {
  return a.lam - b.lam || compareText(a.rep, b.rep) || a.seq - b.seq
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The registers that a set of counting operations makes. */
export function merge(ops: Iterable<Operation>): Map<string, Register> {
  const registers = new Map<string, Register>()
  for (const op of ops) registers.set(op.reg, write(registers.get(op.reg) ?? EMPTY, op))
  return registers
}
