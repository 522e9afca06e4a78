// Chains: each replica's own, checked when operations come in, and the server's, checked when a phone reads.
// Twin of sync/log.py.

import { shortHash } from './canonical'
import type { Entry } from './messages'
import { operationHash, type Operation } from './operations'

/** The server's decision when it took an operation in: `ok`, or `held` with a code. Fixed for ever. */
export interface Status {
  readonly st: 'ok' | 'held'
  readonly code: string
}

export const OK: Status = { st: 'ok', code: '' }

export function held(code: string): Status {
  return { st: 'held', code }
}

/** How a batch joins a chain: it continues it, something is missing before `expect`, or it is another history. */
export type BatchCheck =
  | { readonly result: 'accepted'; readonly duplicates: readonly number[]; readonly fresh: readonly Operation[] }
  | { readonly result: 'gap'; readonly expect: number }
  | { readonly result: 'fork'; readonly seq: number }

/** The server's log is not the one that was read before: it came back from a backup, so read it from 0. */
export class Diverged extends Error {}

/**
 * How a batch of one replica joins the chain known so far: taken whole or not at all.
 *
 * `known` maps seq to hash, at least from the one before the batch's first up to the newest; all will do.
 */
export function checkBatch(known: ReadonlyMap<number, string>, ops: readonly Operation[]): BatchCheck {
  let expect = Math.min(ops[0]!.seq, Math.max(0, ...known.keys()) + 1)
  let previous = expect > 1 ? known.get(expect - 1)! : ''
  const duplicates: number[] = []
  const fresh: Operation[] = []
  for (const op of ops) {
    if (op.seq !== expect) return { result: 'gap', expect }
    const own = operationHash(op)
    if (op.prev !== previous || (known.get(expect) ?? own) !== own) return { result: 'fork', seq: expect }
    if (known.has(expect)) duplicates.push(expect)
    else fresh.push(op)
    expect += 1
    previous = own
  }
  return { result: 'accepted', duplicates, fresh }
}

/** The server's chain after one more operation; before the first it is the empty string. */
export function nextChain(chain: string, ownHash: string, { st, code }: Status): string {
  return shortHash(`${chain}|${ownHash}|${code ? `${st}:${code}` : st}`)
}

/** Follow the server's chain over entries read after position `after`; the new chain. Throws Diverged. */
export function verifyEntries(after: number, chain: string, entries: readonly Entry[]): string {
  entries.forEach((entry, index) => {
    chain = nextChain(chain, operationHash(entry.op), entry)
    if (entry.pos !== after + index + 1 || entry.chain !== chain) throw new Diverged(`position ${after + index + 1}`)
  })
  return chain
}
