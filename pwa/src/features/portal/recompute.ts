/**
 * Recomputes a draw from its bundle in the visitor's browser: everything of an object draw, and of a match all but
 * the choice of candidates by load, which the command line checks. Knows no page.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

import { hexDigest } from '../../sync-core/canonical'
import type { Bundle, Ranked } from './documents'

export type Step = 'commitment' | 'codes' | 'seed' | 'pool' | 'drawn' | 'seats' | 'result'

export interface Check {
  step: Step
  holds: boolean
}

const hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

export const ticketOf = (seed: string, stratum: string, object: string): string => hash(`${seed}|${stratum}|${object}`)

/** Every step with its outcome. `published` is the commitment's digest as it was public before the event. */
export function recompute(bundle: Bundle, published: string): Check[] {
  const { commitment, result } = bundle
  const digest = hexDigest(commitment)
  const seed = hash(['dsj1', 'seed', digest, bundle.event.value, ...bundle.codes.map((code) => code.code)].join('|'))
  const bare = Object.fromEntries(Object.entries(result).filter(([key]) => key !== 'digest'))
  const checks: Check[] = [
    { step: 'commitment', holds: digest === bundle.commitment_digest && digest === published },
    { step: 'codes', holds: codesHold(bundle) },
    { step: 'seed', holds: seed === result.seed && digest === result.commitment },
    { step: 'pool', holds: poolHolds(bundle) },
  ]
  if (commitment.kind === 'objects') checks.push({ step: 'drawn', holds: drawnHolds(bundle, seed) })
  else checks.push({ step: 'seats', holds: seatsHold(bundle, seed) })
  return [...checks, { step: 'result', holds: hexDigest(bare) === result.digest && result.draw === commitment.draw }]
}

function codesHold({ commitment, codes }: Bundle): boolean {
  return (
    codes.length === commitment.custodians.length &&
    commitment.custodians.every(({ id, code_hash }, i) => codes[i]?.id === id && hash(codes[i].code) === code_hash)
  )
}

function poolHolds({ commitment, leaves }: Bundle): boolean {
  const fits = leaves.every(
    (row, i) =>
      hash(`dsj1|leaf|${row.salt}|${row.stratum}|${row.id}`) === row.leaf && (!i || leaves[i - 1]!.leaf < row.leaf),
  )
  const once = new Set(leaves.map((row) => row.id)).size === leaves.length
  return fits && once && leaves.length === commitment.pool.n && rootOf(leaves.map((row) => row.leaf)) === commitment.pool.root
}

/** The tree of RFC 6962 built level by level: an odd last node moves up, which gives the same root. */
function rootOf(leaves: string[]): string {
  let level = leaves.map((leaf) => sha256(concatBytes(Uint8Array.of(0), hexToBytes(leaf))))
  if (!level.length) return hash('')
  while (level.length > 1) {
    const above: Uint8Array<ArrayBuffer>[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]]
      above.push(right ? sha256(concatBytes(Uint8Array.of(1), left, right)) : left)
    }
    level = above
  }
  return bytesToHex(level[0]!)
}

function drawnHolds({ commitment, leaves, result }: Bundle, seed: string): boolean {
  return commitment.strata.every((row, i) => {
    const [p = 0n, q = 1n] = row.ratio.split('/').map(BigInt)
    const ranked: Ranked[] = leaves
      .filter((leaf) => leaf.stratum === row.code)
      .map((leaf) => ({ id: leaf.id, ticket: ticketOf(seed, row.code, leaf.id) }))
      .sort((a, b) => (a.ticket < b.ticket ? -1 : a.ticket > b.ticket ? 1 : a.id < b.id ? -1 : 1))
      .map((entry, index) => ({ rank: index + 1, ...entry }))
    const shown = result.strata[i]
    return (
      ranked.length === row.n &&
      (BigInt(row.n) * p + q - 1n) / q === BigInt(row.k) &&
      shown?.code === row.code &&
      same(shown.drawn, ranked.slice(0, row.k)) &&
      same(shown.reserves, ranked.slice(row.k, row.k + row.reserves))
    )
  })
}

const same = (shown: Ranked[], mine: Ranked[]): boolean =>
  shown.length === mine.length &&
  mine.every(({ rank, id, ticket }, i) => shown[i]!.rank === rank && shown[i]!.id === id && shown[i]!.ticket === ticket)

function seatsHold({ assignments, result }: Bundle, seed: string): boolean {
  const tickets = assignments.every((row) => row.seats.every((seat) => hash(`${seed}|${row.object}|${seat.id}`) === seat.ticket))
  return tickets && hexDigest(assignments) === result.assignments
}
