/** What a draw stands for after its log of substitutions; twin of backend/draws/substitution.py. */
import { digest, same } from './canonical'
import type { Assignment, Bundle, ObjectRow, Ranked, Substitution, SubstitutionRequest } from './documents'
import { Fault } from './findings'
import { checkEventValue, eventFaults, HASH, NO_EVENT, ticketOf, VERSION } from './rules'
import { textHash } from './sha256'
import { byText } from './staffing'

const REASONS = ['recusal', 'illness', 'transfer', 'certificate']
const OBJECT_REASONS = ['deregistered', 'revoked', 'closed', 'moved', 'duplicate']

export interface Standing {
  /** Throws Fault when the seat or object is not there, or the reason or event is not allowed. */
  check(request: SubstitutionRequest): void
  /** Who or what follows. Throws Fault event_value. */
  follow(request: SubstitutionRequest, eventValue: string): Substitution
  apply(substitution: Substitution): void
}

/** Who goes to the objects of an inspector draw. */
export class Teams implements Standing {
  readonly people = new Map<string, string[]>()
  private readonly rows: Map<string, ObjectRow>
  private readonly holds: Map<string, ReadonlySet<string>>
  private readonly groups: Map<string, number>
  private readonly gone = new Map<string, Set<string>>()

  constructor({ eligibility, assignments }: Bundle) {
    this.rows = new Map(eligibility.objects.map((row) => [row.id, row]))
    this.holds = new Map([...eligibility.inspectors, ...eligibility.experts].map((row) => [row.id, new Set(row.holds)]))
    this.groups = new Map(assignments.map((row) => [row.object, row.group]))
    for (const row of assignments) {
      this.people.set(row.object, peopleOf(row))
      this.gone.set(row.object, new Set())
    }
  }

  check({ event, objects, out, reason }: SubstitutionRequest): void {
    const [fault] = eventFaults(event, 'event')
    if (fault) throw new Fault(fault[0])
    const known = objects.every((name) => {
      const people = this.people.get(name) ?? []
      return this.rows.has(name) && people.includes(out) && people.every((person) => this.holds.has(person))
    })
    if (!objects.length || !known || !REASONS.includes(reason)) throw new Fault('substitution')
    const groups = new Set(objects.map((name) => this.groups.get(name)))
    const kinds = new Set(objects.map((name) => this.rows.get(name)!.experts.includes(out)))
    const together = objects.length === 1 || (groups.size === 1 && !groups.has(0))
    if (kinds.size > 1 || !together) throw new Fault('substitution')
  }

  follow(request: SubstitutionRequest, eventValue: string): Substitution {
    // Without a value the request was withdrawn: nobody left, nobody came.
    if (!eventValue) return { request, event: { value: '' }, substitute: '', ticket: '' }
    checkEventValue(request.event.type, eventValue)
    const seed = textHash(`dsj1|substitute|${digest(request)}|${eventValue}`)
    const rows = request.objects.map((name) => this.rows.get(name)!)
    const fit = rows.map((row) => this.mayFollow(row, request.out)).reduce((all, some) => all.filter((p) => some.includes(p)))
    const [first] = fit
      .map((person) => ({ person, ticket: ticketOf(seed, rows[0]!.id, person) }))
      .sort((a, b) => byText(a.ticket, b.ticket) || byText(a.person, b.person))
    return { request, event: { value: eventValue }, substitute: first?.person ?? '', ticket: first?.ticket ?? '' }
  }

  apply({ request, event, substitute }: Substitution): void {
    if (!event.value) return
    for (const name of request.objects) {
      const stay = this.people.get(name)!.filter((person) => person !== request.out)
      this.people.set(name, substitute ? [...stay, substitute] : stay)
      this.gone.get(name)!.add(request.out)
    }
  }

  private mayFollow(row: ObjectRow, out: string): string[] {
    const expert = row.experts.includes(out)
    const [needs, eligible] = expert ? [row.expert_needs, row.experts] : [row.needs, row.eligible]
    const people = this.people.get(row.id)!
    const stay = people.filter((person) => person !== out && eligible.includes(person))
    const missing = needs.filter((need) => !stay.some((person) => this.holds.get(person)!.has(need)))
    return eligible.filter(
      (person) =>
        !people.includes(person) &&
        !this.gone.get(row.id)!.has(person) &&
        missing.every((need) => this.holds.get(person)!.has(need)),
    )
  }
}

/** The objects of an object draw, and the reserves left. */
export class Objects implements Standing {
  /** The stratum of each object that stands. */
  readonly stratum = new Map<string, string>()
  private readonly reserves = new Map<string, Ranked[]>()

  constructor({ result }: Bundle) {
    for (const { code, drawn, reserves } of result.strata) {
      for (const { id } of drawn) this.stratum.set(id, code)
      this.reserves.set(code, reserves)
    }
  }

  check({ event, objects, out, reason }: SubstitutionRequest): void {
    const named = this.stratum.has(out) && objects.length === 1 && objects[0] === out
    if (!named || !OBJECT_REASONS.includes(reason) || !same(event, NO_EVENT)) throw new Fault('substitution')
  }

  follow(request: SubstitutionRequest, eventValue: string): Substitution {
    if (eventValue) throw new Fault('event_value')
    const next = this.reserves.get(this.stratum.get(request.out)!)![0]
    return { request, event: { value: '' }, substitute: next?.id ?? '', ticket: next?.ticket ?? '' }
  }

  apply({ request, substitute }: Substitution): void {
    const code = this.stratum.get(request.out)!
    this.stratum.delete(request.out)
    if (!substitute) return
    this.stratum.set(substitute, code)
    this.reserves.set(code, this.reserves.get(code)!.slice(1))
  }
}

export const standing = (bundle: Bundle): Teams | Objects =>
  bundle.commitment.kind === 'inspectors' ? new Teams(bundle) : new Objects(bundle)

/** Throws Fault unless the request may be logged as number `number`. */
export function checkRequest(stand: Standing, request: SubstitutionRequest, commitment: string, number: number): void {
  if (request.requester === request.approver) throw new Fault('same_person')
  const named = request.v === VERSION && request.commitment === commitment && request.number === number
  const inOrder = request.objects.every((name, i) => !i || request.objects[i - 1]! < name)
  if (!named || !inOrder || !HASH.test(request.evidence)) throw new Fault('substitution')
  stand.check(request)
}

const peopleOf = (row: Assignment): string[] => [...row.seats, ...row.experts].map((seat) => seat.id)
