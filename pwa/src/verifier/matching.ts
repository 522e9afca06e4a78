/** Which team the seed gives to each object; twin of match() in backend/draws/matching.py. */
import { balance } from './balancing'
import type { Assignment, Commitment, Eligibility, ObjectRow, Seat } from './documents'
import { ticketOf } from './rules'
import { byText, newUnit, Roster, staff, type Unit } from './staffing'

interface Group {
  number: number
  rows: ObjectRow[]
  team: Unit
  experts: Unit[]
}
type Make = (rows: readonly ObjectRow[]) => Unit

export function* match(
  eligibility: Eligibility,
  { seats, group_size, experts }: Commitment,
  seed: string,
): Generator<void, Assignment[]> {
  const inspectors = new Roster(seed, eligibility.inspectors)
  const specialists = new Roster(seed, eligibility.experts)
  const rows = [...eligibility.objects].sort((a, b) => byText(a.ticket, b.ticket) || byText(a.id, b.id))
  const groups: Group[] = []
  for (let first = 0, number = 1; first < rows.length; first += group_size, number++) {
    const run = rows.slice(first, first + group_size)
    for (const { unit, part } of staffRun(run, teamUnit, seats, inspectors)) {
      groups.push({ number: part === run ? number : 0, rows: part, team: unit, experts: [] })
    }
    if (number % 20 === 0) yield
  }
  yield* balance(groups.map((group) => group.team), inspectors)
  for (const group of groups) {
    if (experts && group.team.team.size) {
      group.experts = staffRun(group.rows, expertUnit, experts, specialists).map(({ unit }) => unit)
    }
  }
  yield* balance(groups.flatMap((group) => group.experts), specialists)
  return groups.flatMap((group) => assignmentsOf(group, seed))
}

const teamUnit: Make = (rows) => unitOf(rows, (row) => row.needs, (row) => row.eligible)
const expertUnit: Make = (rows) => unitOf(rows, (row) => row.expert_needs, (row) => row.experts)

function unitOf(
  rows: readonly ObjectRow[],
  needs: (row: ObjectRow) => string[],
  eligible: (row: ObjectRow) => string[],
): Unit {
  const [first, ...others] = rows.map(eligible)
  const also = others.map((people) => new Set(people))
  const all = first!.filter((person) => also.every((people) => people.has(person)))
  return newUnit(rows[0]!.id, rows.length, [...new Set(rows.flatMap(needs))].sort(byText), all)
}

function staffRun(run: ObjectRow[], make: Make, seats: number, roster: Roster): { unit: Unit; part: ObjectRow[] }[] {
  const whole = make(run)
  staff(whole, seats, roster)
  if (whole.team.size || run.length === 1) return [{ unit: whole, part: run }]
  return run.map((row) => {
    const unit = make([row])
    staff(unit, seats, roster)
    return { unit, part: [row] }
  })
}

function assignmentsOf(group: Group, seed: string): Assignment[] {
  const { team, experts } = group
  return group.rows.map((row, i) => {
    const beside = (experts.length > 1 ? experts[i] : experts[0]) ?? newUnit('', 0, [], [])
    return {
      object: row.id,
      group: group.number,
      limit: team.limit,
      seats: seatsOf(team, seed),
      reason: team.reason,
      missing: [...team.missing],
      experts: seatsOf(beside, seed),
      experts_limit: beside.limit,
      experts_reason: beside.reason,
      experts_missing: [...beside.missing],
    }
  })
}

/** The team in ticket order; the first leads. */
function seatsOf(unit: Unit, seed: string): Seat[] {
  return [...unit.team]
    .map(([id, { load, how }]) => ({ id, load, how, ticket: ticketOf(seed, unit.key, id) }))
    .sort((a, b) => byText(a.ticket, b.ticket) || byText(a.id, b.id))
    .map((seat, i) => ({ ...seat, seat: i + 1 }))
}
