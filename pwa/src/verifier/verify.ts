/**
 * Recomputes a draw from its published bundle and names everything that does not hold; twin of
 * backend/draws/verifier.py, with the same codes. Needs no server and no secret. It is a generator that stops for
 * breath, so that a page can show which step it is at.
 *
 * What no bundle can prove by itself is that its commitment was published before the event: compare the digest that was
 * printed then, by `published`.
 */
import { digest, same } from './canonical'
import { type Assignment, type Bundle, type Leaf, misshapen, type Ranked, type Seat, type StratumResult } from './documents'
import { eligibilityGaps } from './eligibility'
import { type Code, Fault, type Finding, type Step } from './findings'
import { match } from './matching'
import { rootOf } from './merkle'
import {
  checkEventValue, commitmentFaults, CUSTODIAN_CODE, drawObjects, HASH, inspectorLeaf, isRatio, leafOf, NAME,
  NO_ELIGIBILITY, NO_PARENT, parentRef, quota, resultDigest, sealBundle, seedOf, VERSION,
} from './rules'
import { textHash } from './sha256'
import { byText } from './staffing'
import { checkRequest, Objects, standing } from './substitution'

export interface Given {
  bundle: unknown
  /** The object draw's bundle, which a draw of inspectors needs. */
  parent?: unknown
  /** What was shown before the visits, if the draw was sealed. */
  sealed?: unknown
  /** The commitment's digest as it was public before the event. */
  published?: string
}

/** Each yield names the step that is being done. */
type Steps<T = void> = Generator<Step, T>

export function* verify({ bundle, parent = null, sealed = null, published = '' }: Given): Steps<Finding[]> {
  if (sealed === null) return yield* new Verification(published).whole(bundle, parent)
  const found = yield* new Verification('').whole(sealed, null)
  found.push(...(yield* new Verification(published).whole(bundle, parent)))
  yield 'sealed'
  if (!found.length && !same(sealBundle(bundle as Bundle), sealed)) {
    found.push({ step: 'sealed', code: 'sealed_changed', where: '' })
  }
  return found
}

/** The same in one go. */
export function verifyNow(given: Given): Finding[] {
  const steps = verify(given)
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}

class Verification {
  private readonly found: Finding[] = []

  constructor(private readonly published: string) {}

  *whole(bundle: unknown, parent: unknown): Steps<Finding[]> {
    yield 'shape'
    for (const where of misshapen(bundle)) this.name('shape', 'malformed', where)
    if (parent !== null) for (const where of misshapen(parent)) this.name('shape', 'malformed', `parent:${where}`)
    if (this.found.length) return this.found
    yield* this.checks(bundle as Bundle, parent as Bundle | null)
    return this.found
  }

  private name(step: Step, code: Code, where: string): void {
    this.found.push({ step, code, where })
  }

  private unless(holds: boolean, step: Step, code: Code, where: string): void {
    if (!holds) this.name(step, code, where)
  }

  private *checks(b: Bundle, parent: Bundle | null): Steps {
    const commitment = digest(b.commitment)
    yield 'commitment'
    this.commitment(b, commitment)
    yield 'pool'
    yield* this.pool(b)
    yield 'result'
    this.result(b, commitment)
    if (b.mode === 'sealed') return this.sealed(b)
    yield 'codes'
    this.codes(b)
    if (b.commitment.kind === 'inspectors') yield* this.inspectors(b, parent, commitment)
    else {
      yield* this.objects(b)
      this.log(b, commitment)
    }
    yield 'seed'
    this.seed(b, commitment)
  }

  private commitment(b: Bundle, computed: string): void {
    const c = b.commitment
    this.unless(b.v === VERSION, 'commitment', 'version', 'v')
    this.unless(b.mode === 'open' || b.mode === 'sealed', 'commitment', 'mode', 'mode')
    this.unless(computed === b.commitment_digest, 'commitment', 'commitment_digest', 'commitment_digest')
    const asPublished = !this.published || this.published === computed
    this.unless(asPublished, 'commitment', 'commitment_published', 'commitment_digest')
    for (const [code, where] of commitmentFaults(c)) this.name('commitment', code, where)
    const drawn = new Map(b.result.strata.map((row) => [row.code, row.drawn.length]))
    c.strata.forEach((row, i) => {
      if (!isRatio(row.ratio) || row.k === quota(row.n, row.ratio)) return
      // The number that was really drawn tells which of the two does not belong.
      const code = drawn.get(row.code) === row.k ? 'ratio' : 'k'
      this.name('commitment', code, `commitment.strata[${i}].${code}`)
    })
    this.attempt('seed', 'event.value', () => checkEventValue(c.event.type, b.event.value))
    const attempts = b.voids.length === Math.max(c.attempt - 1, 0) && b.voids.every((row, i) => row.attempt === i + 1)
    this.unless(attempts, 'log', 'void_list', 'voids')
    b.voids.forEach((row, i) => {
      this.unless(HASH.test(row.commitment) && row.reason !== '', 'log', 'void_list', `voids[${i}]`)
      this.unless(row.requester !== row.approver, 'log', 'same_person', `voids[${i}]`)
    })
  }

  private attempt(step: Step, where: string, act: () => void): boolean {
    try {
      act()
      return true
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.name(step, error.code, where)
      return false
    }
  }

  private *root(step: Step, leaves: readonly string[], root: string, code: Code, where: string): Steps {
    try {
      const tree = rootOf(leaves)
      let next = tree.next()
      while (!next.done) {
        yield step
        next = tree.next()
      }
      this.unless(next.value === root, step, code, where)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.name(step, error.code, 'leaves')
    }
  }

  private *pool(b: Bundle): Steps {
    const { commitment: c, leaves } = b
    if (b.mode === 'sealed' && c.kind === 'inspectors') return
    this.unless(c.pool.n === leaves.length, 'pool', 'pool_n', 'commitment.pool.n')
    const bad = leaves.findIndex((leaf) => !HASH.test(leaf.leaf))
    if (bad >= 0) return this.name('pool', 'hash', `leaves[${bad}].leaf`)
    yield* this.root('pool', leaves.map((leaf) => leaf.leaf), c.pool.root, 'pool_root', 'commitment.pool.root')
    const counts = new Map<string, number>()
    for (const leaf of leaves) counts.set(leaf.stratum, (counts.get(leaf.stratum) ?? 0) + 1)
    if (c.kind === 'objects') {
      c.strata.forEach((row, i) => {
        this.unless((counts.get(row.code) ?? 0) === row.n, 'pool', 'stratum_n', `commitment.strata[${i}].n`)
        counts.delete(row.code)
      })
      for (const code of counts.keys()) this.name('pool', 'stratum_unknown', code)
    }
    if (b.mode !== 'sealed') yield* this.leaves(leaves)
  }

  private *leaves(leaves: readonly Leaf[]): Steps {
    const seen = new Set<string>()
    for (const [i, row] of leaves.entries()) {
      const named = NAME.test(row.id) && NAME.test(row.salt) && NAME.test(row.stratum)
      this.unless(named, 'pool', 'name', `leaves[${i}]`)
      this.unless(leafOf(row.salt, row.stratum, row.id) === row.leaf, 'pool', 'leaf', `leaves[${i}]`)
      this.unless(!seen.has(row.id), 'pool', 'object_duplicate', `leaves[${i}]`)
      seen.add(row.id)
      if (i % 5000 === 0) yield 'pool'
    }
  }

  private sealed(b: Bundle): void {
    const expected = sealBundle(b)
    for (const key of Object.keys(b) as (keyof Bundle)[]) {
      this.unless(same(b[key], expected[key]), 'sealed', 'sealed_discloses', key)
    }
    this.unless(HASH.test(b.result.digest), 'sealed', 'hash', 'result.digest')
  }

  private codes({ commitment: { custodians }, codes }: Bundle): void {
    const oneEach = codes.length === custodians.length && codes.every(({ id }, i) => id === custodians[i]!.id)
    if (!oneEach) return this.name('codes', 'code_set', 'codes')
    codes.forEach(({ code }, i) => {
      this.unless(CUSTODIAN_CODE.test(code), 'codes', 'code_form', `codes[${i}]`)
      this.unless(textHash(code) === custodians[i]!.code_hash, 'codes', 'code', `codes[${i}]`)
    })
  }

  /** The draw is recomputed from the seed that the result states; here that seed must follow. */
  private seed(b: Bundle, commitment: string): void {
    if (b.result.seed === seedOf(commitment, b.event.value, b.codes)) return
    // Tickets that fit the stated seed, codes that fit the commitment: what remains is the event's value.
    const other = new Set<Code>(['commitment_digest', 'code', 'code_set', 'ticket', 'inspector', 'expert', 'seat'])
    if (this.found.some(({ code }) => other.has(code))) this.name('seed', 'seed', 'result.seed')
    else this.name('seed', 'event', 'event.value')
  }

  private *objects(b: Bundle): Steps {
    const { commitment, leaves, result } = b
    this.unless(!b.assignments.length, 'draw', 'kind', 'assignments')
    this.unless(same(b.eligibility, NO_ELIGIBILITY), 'draw', 'kind', 'eligibility')
    this.unless(same(b.parent, NO_PARENT), 'draw', 'kind', 'parent')
    const rows = commitment.strata
    const asCommitted = result.strata.length === rows.length && result.strata.every(({ code }, i) => code === rows[i]!.code)
    if (!asCommitted) return this.name('draw', 'stratum_unknown', 'result.strata')
    const pool = new Map(rows.map(({ code }): [string, string[]] => [code, []]))
    const known = new Set<string>()
    let repeated = false
    for (const { id, stratum } of leaves) {
      if (!pool.has(stratum)) continue
      repeated ||= known.has(id)
      known.add(id)
      pool.get(stratum)!.push(id)
    }
    if (repeated) return // Named by the pool's check; no draw over it can be right.
    const drawing = drawObjects(rows, pool, result.seed)
    let next = drawing.next()
    while (!next.done) {
      yield 'draw'
      next = drawing.next()
    }
    next.value.forEach((mine, i) => this.stratum(mine, result.strata[i]!, rows[i]!.k, `result.strata[${i}]`))
  }

  private stratum(mine: StratumResult, theirs: StratumResult, k: number, where: string): void {
    this.unless(theirs.drawn.length === k, 'draw', 'drawn_count', `${where}.drawn`)
    this.unless(theirs.reserves.length === mine.reserves.length, 'draw', 'reserve_count', `${where}.reserves`)
    this.ranking(mine.drawn, theirs.drawn, ['drawn', 'order'], `${where}.drawn`)
    this.ranking(mine.reserves, theirs.reserves, ['reserves', 'reserve_order'], `${where}.reserves`)
    const tickets = new Map([...mine.drawn, ...mine.reserves].map((row) => [row.id, row.ticket]))
    for (const { id, ticket } of [...theirs.drawn, ...theirs.reserves]) {
      this.unless((tickets.get(id) ?? ticket) === ticket, 'draw', 'ticket', `${where}: ${id}`)
    }
  }

  private ranking(mine: Ranked[], theirs: Ranked[], [other, order]: [Code, Code], where: string): void {
    const ids = (rows: Ranked[]): string[] => rows.map(({ id }) => id)
    if (!same(ids(mine).sort(), ids(theirs).sort())) return this.name('draw', other, where)
    this.unless(mine.every(({ id, rank }, i) => theirs[i]!.id === id && theirs[i]!.rank === rank), 'draw', order, where)
  }

  private *inspectors(b: Bundle, parent: Bundle | null, commitment: string): Steps {
    yield 'parent'
    yield* this.parent(b, parent)
    yield 'lists'
    yield* this.roster(b)
    const gaps = eligibilityGaps(b.eligibility)
    for (const where of gaps) this.name('lists', 'eligibility_gap', where)
    if (gaps.length) return // Over lists with gaps no team can be recomputed.
    yield* this.teams(b)
    this.log(b, commitment)
  }

  private *parent(b: Bundle, parent: Bundle | null): Steps {
    if (parent === null) return this.name('parent', 'parent_missing', 'parent')
    const above = new Verification('').whole(parent, null)
    let next = above.next()
    while (!next.done) {
      yield 'parent'
      next = above.next()
    }
    for (const { code, where } of next.value) this.name('parent', code, `parent:${where}`)
    const fits = parent.commitment.kind === 'objects' && parent.mode === 'open' && b.commitment.task === parent.commitment.task
    this.unless(fits, 'parent', 'parent', 'parent')
    const tied = same(b.parent, parentRef(parent)) && b.commitment.parent === parent.result.digest
    this.unless(tied, 'parent', 'parent', 'commitment.parent')
    const steppedIn = new Set(parent.substitutions.map((row) => row.substitute))
    const drawn = new Map<string, string>()
    for (const { code, drawn: rows, reserves } of parent.result.strata) {
      for (const row of [...rows, ...reserves.filter(({ id }) => steppedIn.has(id))]) drawn.set(row.id, `${code}|${row.ticket}`)
    }
    b.eligibility.objects.forEach((row, i) => {
      const there = drawn.get(row.id)
      if (there === undefined) this.name('parent', 'object_not_drawn', `eligibility.objects[${i}]`)
      else this.unless(there === `${row.stratum}|${row.ticket}`, 'parent', 'object_ticket', `eligibility.objects[${i}]`)
    })
    const leaves = new Map(parent.leaves.map((leaf) => [leaf.id, leaf]))
    b.leaves.forEach((leaf, i) => this.unless(same(leaf, leaves.get(leaf.id) ?? null), 'parent', 'leaf', `leaves[${i}]`))
  }

  private *roster(b: Bundle): Steps {
    const { commitment: c, eligibility } = b
    const people = [...eligibility.inspectors, ...eligibility.experts]
    this.unless(digest(eligibility) === c.eligibility, 'lists', 'eligibility', 'eligibility')
    this.unless(people.length === c.roster.n, 'lists', 'roster_n', 'commitment.roster.n')
    const leaves = people.map(inspectorLeaf).sort(byText)
    yield* this.root('lists', leaves, c.roster.root, 'roster_root', 'commitment.roster.root')
    const entries = (rows: { id: string; stratum: string }[]): string[] => rows.map((row) => `${row.id}|${row.stratum}`).sort()
    this.unless(same(entries(eligibility.objects), entries(b.leaves)), 'lists', 'object_set', 'eligibility.objects')
    this.unless(b.result.assignments === digest(b.assignments), 'result', 'assignments', 'result.assignments')
    this.unless(!b.result.strata.length, 'result', 'kind', 'result.strata')
  }

  private *teams(b: Bundle): Steps {
    const c = b.commitment
    if (c.seats < 1 || c.group_size < 1) return // Named by the commitment's check.
    const matching = match(b.eligibility, c, b.result.seed)
    let next = matching.next()
    while (!next.done) {
      yield 'teams'
      next = matching.next()
    }
    const mine = next.value
    const inOrder = mine.length === b.assignments.length && mine.every(({ object }, i) => b.assignments[i]!.object === object)
    if (!inOrder) return this.name('teams', 'assignment_order', 'assignments')
    mine.forEach((row, i) => {
      if (!same(row, b.assignments[i])) this.name('teams', assignmentFault(row, b.assignments[i]!), `assignments[${i}]`)
    })
  }

  /** Replays the log in order over what was drawn; each leaves all other seats and objects as they are. */
  private log(b: Bundle, commitment: string): void {
    const stand = standing(b)
    b.substitutions.forEach((theirs, i) => {
      const where = `substitutions[${i}]`
      this.attempt('log', where, () => {
        checkRequest(stand, theirs.request, commitment, i + 1)
        const mine = stand.follow(theirs.request, theirs.event.value)
        this.unless(same(mine, theirs), 'log', stand instanceof Objects ? 'reserve_step' : 'substitute', where)
        stand.apply(mine)
      })
    })
  }

  private result({ mode, result, commitment: c }: Bundle, commitment: string): void {
    const named = result.v === VERSION && result.draw === c.draw && result.kind === c.kind && result.commitment === commitment
    this.unless(named, 'result', 'result', 'result')
    this.unless(c.kind === 'inspectors' || !result.assignments, 'result', 'kind', 'result.assignments')
    this.unless(mode !== 'open' || result.digest === resultDigest(result), 'result', 'result_digest', 'result.digest')
  }
}

function assignmentFault(mine: Assignment, theirs: Assignment): Code {
  const reasons = (row: Assignment): unknown => [row.reason, row.missing, row.experts_reason, row.experts_missing]
  const people = (seats: Seat[]): string[] => seats.map((seat) => seat.id).sort()
  if (!same(reasons(mine), reasons(theirs))) return 'insufficient'
  if (!same(people(mine.seats), people(theirs.seats))) return 'inspector'
  if (!same(people(mine.experts), people(theirs.experts))) return 'expert'
  return mine.group === theirs.group ? 'seat' : 'group'
}
