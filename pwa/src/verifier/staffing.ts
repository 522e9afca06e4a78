/** Who goes where, for one roster at a time; twin of backend/draws/staffing.py. */
import { hashAfter } from './sha256'

/** What is staffed as one: an object or a group 编组. The team maps each person to load and way of this seat. */
export interface Unit {
  key: string
  weight: number
  needs: readonly string[]
  eligible: readonly string[]
  team: Map<string, { load: number; how: string }>
  limit: number
  reason: string
  missing: readonly string[]
}

export const newUnit = (key: string, weight: number, needs: readonly string[], eligible: readonly string[]): Unit => ({
  key,
  weight,
  needs,
  eligible,
  team: new Map(),
  limit: 0,
  reason: '',
  missing: [],
})

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The people of one draw; loads count up as units are staffed. */
export class Roster {
  readonly loads = new Map<string, number>()
  readonly holds = new Map<string, ReadonlySet<string>>()

  constructor(readonly seed: string, rows: readonly { id: string; load: number; holds: string[] }[]) {
    for (const row of rows) {
      this.loads.set(row.id, row.load)
      this.holds.set(row.id, new Set(row.holds))
    }
  }

  load = (person: string): number => this.loads.get(person)!

  /** Those of `needs` that nobody of `people` holds. */
  lacking(needs: readonly string[], people: readonly string[]): string[] {
    return needs.filter((need) => !people.some((person) => this.holds.get(person)!.has(need)))
  }

  holdsAll = (person: string, needs: readonly string[]): boolean =>
    needs.every((need) => this.holds.get(person)!.has(need))

  /** The first `count` by (load, ticket, id). Tickets are made only where loads do not decide. */
  lowest(unit: Unit, people: readonly string[], count: number): string[] {
    if (count < 1 || !people.length) return []
    const bound = people.map(this.load).sort((a, b) => a - b)[Math.min(count, people.length) - 1]!
    const ticket = hashAfter(`${this.seed}|${unit.key}|`)
    return people
      .filter((person) => this.load(person) <= bound)
      .map((person) => ({ person, load: this.load(person), ticket: ticket(person) }))
      .sort((a, b) => a.load - b.load || byText(a.ticket, b.ticket) || byText(a.person, b.person))
      .slice(0, count)
      .map(({ person }) => person)
  }
}

/** Gives the unit its team and counts the loads up, or says why none is possible. */
export function staff(unit: Unit, seats: number, roster: Roster): void {
  const { eligible: people, needs } = unit
  const lacking = roster.lacking(needs, people)
  if (people.length < seats || lacking.length) {
    unit.reason = people.length < seats ? 'too_few' : 'unqualified'
    unit.missing = lacking
    return
  }
  const lot = roster.lowest(unit, people, seats)
  let fixed: string[] = []
  let team = lot
  if (roster.lacking(needs, lot).length) {
    const stay = lot.slice(0, -1)
    const missing = roster.lacking(needs, stay)
    const holders = people.filter((person) => roster.holdsAll(person, missing) && !stay.includes(person))
    fixed = roster.lowest(unit, holders, 1)
    if (!fixed.length) fixed = cover(unit, seats, roster)
    if (!fixed.length) {
      unit.reason = 'unqualified'
      unit.missing = needs
      return
    }
    const others = people.filter((person) => !fixed.includes(person))
    team = [...fixed, ...roster.lowest(unit, others, seats - fixed.length)]
  }
  unit.limit = roster.load(lot.at(-1)!)
  for (const person of team) {
    const load = roster.load(person)
    unit.team.set(person, { load, how: fixed.includes(person) ? 'qualification' : 'lot' })
    roster.loads.set(person, load + unit.weight)
  }
}

/** The smallest set of people, first by (load, ticket, id), that holds all needs together; empty if there is none. */
function cover(unit: Unit, seats: number, roster: Roster): string[] {
  const alike = new Map<string, string[]>()
  for (const person of unit.eligible) {
    const held = unit.needs.filter((need) => roster.holds.get(person)!.has(need)).join(' ')
    if (held) alike.set(held, [...(alike.get(held) ?? []), person])
  }
  const firsts = [...alike.values()].map((people) => roster.lowest(unit, people, 1)[0]!)
  const ordered = roster.lowest(unit, firsts, firsts.length)
  for (let size = 1; size <= Math.min(seats, ordered.length); size++) {
    for (const group of combinations(ordered, size)) {
      if (!roster.lacking(unit.needs, group).length) return group
    }
  }
  return []
}

/** All choices of `size` items in the order of the list. */
function* combinations(items: readonly string[], size: number): Generator<string[]> {
  if (!size) yield []
  for (let i = 0; i + size <= items.length && size; i++) {
    for (const rest of combinations(items.slice(i + 1), size - 1)) yield [items[i]!, ...rest]
  }
}
