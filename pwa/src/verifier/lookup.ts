/** Where one object stands in a bundle: its ticket and rank, or its team. */
import type { Assignment, Bundle } from './documents'
import { ticketOf } from './rules'
import { hashAfter } from './sha256'
import { Objects, standing, Teams } from './substitution'

export interface Place {
  stratum: string
  ticket: string
  /** Rank among the n of its stratum, from 1; only of an object draw. */
  rank?: number
  n: number
  k: number
  outcome: 'drawn' | 'reserve' | 'not_drawn' | 'replaced' | 'stepped_in' | 'team'
  assignment?: Assignment
  /** Who goes there now, after substitutions. */
  people: string[]
}

/** The place of an object of an open bundle that verifies; null = not in the pool. */
export function lookUp(bundle: Bundle, id: string): Place | null {
  const leaf = bundle.leaves.find((row) => row.id === id)
  if (!leaf) return null
  const { stratum } = leaf
  const stand = standing(bundle)
  bundle.substitutions.forEach((row) => stand.apply(row))
  if (stand instanceof Teams) {
    const assignment = bundle.assignments.find((row) => row.object === id)
    const { ticket = '' } = bundle.eligibility.objects.find((row) => row.id === id) ?? {}
    return { stratum, ticket, n: 0, k: 0, outcome: 'team', assignment, people: stand.people.get(id) ?? [] }
  }
  const { seed } = bundle.result
  const { n = 0, k = 0, reserves = 0 } = bundle.commitment.strata.find((row) => row.code === stratum) ?? {}
  const ticket = ticketOf(seed, stratum, id)
  const other = hashAfter(`${seed}|${stratum}|`)
  const before = bundle.leaves.filter((row) => row.stratum === stratum && other(row.id) + row.id < ticket + id).length
  const outcome = outcomeOf(stand, id, before, k, reserves)
  return { stratum, ticket, rank: before + 1, n, k, outcome, people: [] }
}

function outcomeOf(stand: Objects, id: string, before: number, k: number, reserves: number): Place['outcome'] {
  const stands = stand.stratum.has(id)
  if (before < k) return stands ? 'drawn' : 'replaced'
  if (before < k + reserves) return stands ? 'stepped_in' : 'reserve'
  return 'not_drawn'
}
