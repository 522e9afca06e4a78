/** Evens out the loads after all units are staffed; twin of backend/draws/balancing.py. */
import { hashAfter } from './sha256'
import { byText, type Roster, type Unit } from './staffing'

type Came = Map<string, { giver: string; unit: Unit } | null>
interface Move {
  giver: string
  unit: Unit
  taker: string
}

/** Moves seats along shortest paths while somebody has so much more than another that both come closer. */
export function* balance(units: readonly Unit[], roster: Roster): Generator<void, void> {
  const ticket = hashAfter(`${roster.seed}|balance|`)
  const order = new Map([...roster.loads.keys()].map((person) => [person, ticket(person)]))
  const weights = [...new Set(units.map((unit) => unit.weight))].sort((a, b) => b - a)
  for (const weight of weights) {
    const alike = units.filter((unit) => unit.weight === weight && unit.team.size)
    yield* new Repair(alike, weight, roster, order).run()
  }
}

class Repair {
  private readonly unitsOf = new Map<string, Unit[]>()
  private readonly place = new Map<Unit, number>()
  private readonly reachable = new Set<string>()

  constructor(
    units: readonly Unit[],
    private readonly weight: number,
    private readonly roster: Roster,
    private readonly order: ReadonlyMap<string, string>,
  ) {
    units.forEach((unit, place) => {
      this.place.set(unit, place)
      for (const person of unit.eligible) this.reachable.add(person)
      for (const person of unit.team.keys()) this.mine(person).push(unit)
    })
  }

  *run(): Generator<void, void> {
    const { load } = this.roster
    const settled = new Set<string>()
    while (this.reachable.size) {
      const least = [...this.reachable].reduce((low, person) => Math.min(low, load(person)), Infinity)
      const givers = [...this.unitsOf]
        .filter(([person, units]) => units.length && !settled.has(person) && load(person) - least > this.weight)
        .map(([person]) => person)
        .sort((a, b) => load(b) - load(a) || this.byOrder(a, b))
      const [start] = givers
      if (start === undefined) return
      const { end, came } = this.reach(start)
      if (end === null) for (const person of came.keys()) settled.add(person)
      else this.back(end, came).forEach((move) => this.move(move))
      yield
    }
  }

  /** The nearest person with so much less, widening step by step, and how everyone on the way was reached. */
  private reach(start: string): { end: string | null; came: Came } {
    const came: Came = new Map([[start, null]])
    let edge = [start]
    while (edge.length) {
      const reached: string[] = []
      for (const giver of edge) {
        const spent = new Set(this.back(giver, came).map(({ unit }) => unit))
        for (const unit of this.unitsOf.get(giver) ?? []) {
          if (spent.has(unit)) continue
          for (const taker of this.takers(unit, giver)) {
            if (came.has(taker)) continue
            came.set(taker, { giver, unit })
            reached.push(taker)
          }
        }
      }
      const { load } = this.roster
      edge = reached.sort((a, b) => load(a) - load(b) || this.byOrder(a, b))
      if (edge.length && load(start) - load(edge[0]!) > this.weight) return { end: edge[0]!, came }
    }
    return { end: null, came }
  }

  private takers(unit: Unit, giver: string): string[] {
    const stay = [...unit.team.keys()].filter((person) => person !== giver)
    const missing = this.roster.lacking(unit.needs, stay)
    return unit.eligible.filter((person) => !unit.team.has(person) && this.roster.holdsAll(person, missing))
  }

  private back(end: string, came: Came): Move[] {
    const path: Move[] = []
    for (let step = came.get(end), taker = end; step; taker = step.giver, step = came.get(taker)) {
      path.unshift({ ...step, taker })
    }
    return path
  }

  private move({ giver, unit, taker }: Move): void {
    const { loads, load } = this.roster
    unit.team.delete(giver)
    unit.team.set(taker, { load: load(taker), how: 'balance' })
    loads.set(giver, load(giver) - this.weight)
    loads.set(taker, load(taker) + this.weight)
    const given = this.mine(giver)
    given.splice(given.indexOf(unit), 1)
    this.mine(taker).push(unit)
    this.mine(taker).sort((a, b) => this.place.get(a)! - this.place.get(b)!)
  }

  private mine(person: string): Unit[] {
    let units = this.unitsOf.get(person)
    if (!units) this.unitsOf.set(person, (units = []))
    return units
  }

  private readonly byOrder = (a: string, b: string): number =>
    byText(this.order.get(a)!, this.order.get(b)!) || byText(a, b)
}
