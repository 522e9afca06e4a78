"""The inspector draw: who may go to an object and why not, and which team the seed gives. Pure.

There is no cap on a person's load, so one object's team never takes away another's: a dead end is only ever one
object's qualifications, and an exact search over them is the repair that a maximum flow would be."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.draws.balancing import balance
from backend.draws.documents import Assignment, Eligibility, Exclusion, InspectorRow, ObjectRow, Seat
from backend.draws.rules import VERSION, ticket_of
from backend.draws.staffing import Roster, Unit, staff
from backend.foundation.access.actor import region_covers


@dataclass(frozen=True)
class Visit:
    """One drawn object to be staffed: its place (region code), its ticket in the object draw, what its team and
    its experts must hold."""

    object_id: str
    stratum: str
    ticket: str
    region: str
    needs: frozenset[str] = frozenset()
    expert_needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """One inspector: home region (its subtree is the jurisdiction), certificate, qualifications, present
    load. An expert is the same with specialities; without a certificate the date is date.max."""

    inspector_id: str
    region: str
    certificate_until: date
    active: bool = True
    holds: frozenset[str] = frozenset()
    load: int = 0


def exclusion_reasons(
    visit: Visit,
    candidate: Candidate,
    *,
    recusals: Collection[tuple[str, str]],
    cool_off_until: Mapping[tuple[str, str], date],
    on_date: date,
) -> list[str]:
    """Why this inspector may not go to this object; empty = eligible. Pairs are (object_id, inspector_id);
    a certificate is good through its last day, cool-off ends on the day given."""
    pair = (visit.object_id, candidate.inspector_id)
    reasons = {
        "jurisdiction": not region_covers(candidate.region, visit.region),
        "certificate_expired": candidate.certificate_until < on_date,
        "inactive": not candidate.active,
        "recused": pair in recusals,
        "cooled_off": cool_off_until.get(pair, on_date) > on_date,
    }
    return [reason for reason, applies in reasons.items() if applies]


def build_eligibility(
    visits: Iterable[Visit],
    candidates: Iterable[Candidate],
    *,
    recusals: Collection[tuple[str, str]],
    cool_off_until: Mapping[tuple[str, str], date],
    on_date: date,
    experts: Iterable[Candidate] = (),
) -> Eligibility:
    """The matching's inputs: for each object everyone of both rosters, as eligible or excluded with reasons."""
    inspectors = sorted(candidates, key=lambda candidate: candidate.inspector_id)
    specialists = sorted(experts, key=lambda candidate: candidate.inspector_id)

    def sort_out(visit: Visit, roster: Iterable[Candidate]) -> tuple[list[str], list[Exclusion]]:
        eligible: list[str] = []
        excluded: list[Exclusion] = []
        for candidate in roster:
            reasons = exclusion_reasons(
                visit, candidate, recusals=recusals, cool_off_until=cool_off_until, on_date=on_date
            )
            if reasons:
                excluded.append({"id": candidate.inspector_id, "reasons": reasons})
            else:
                eligible.append(candidate.inspector_id)
        return eligible, excluded

    objects: list[ObjectRow] = []
    for visit in sorted(visits, key=lambda visit: visit.object_id):
        eligible, excluded = sort_out(visit, inspectors)
        advisers, advisers_excluded = sort_out(visit, specialists)
        objects.append(
            {
                "id": visit.object_id,
                "stratum": visit.stratum,
                "ticket": visit.ticket,
                "needs": sorted(visit.needs),
                "eligible": eligible,
                "excluded": excluded,
                "expert_needs": sorted(visit.expert_needs),
                "experts": advisers,
                "experts_excluded": advisers_excluded,
            }
        )
    return {"v": VERSION, "objects": objects, "inspectors": _rows(inspectors), "experts": _rows(specialists)}


def _rows(roster: Iterable[Candidate]) -> list[InspectorRow]:
    return [{"id": person.inspector_id, "load": person.load, "holds": sorted(person.holds)} for person in roster]


@dataclass
class _Group:
    """Objects that are staffed as one, in ticket order: their number (0 = alone) and units."""

    number: int
    rows: list[ObjectRow]
    team: Unit
    experts: list[Unit]


def match(
    eligibility: Eligibility, *, seats: int, seed: str, group_size: int = 1, experts: int = 0
) -> list[Assignment]:
    """A team of exactly `seats` for each object in ticket order, or the reason why none is possible.

    Runs of `group_size` objects get one team together; where nobody fits the whole run, its objects get one each.
    Each team gets `experts` experts beside it, or the reason why not. Then loads are evened out."""
    inspectors, specialists = (_roster(eligibility[kind], seed) for kind in ("inspectors", "experts"))
    rows = sorted(eligibility["objects"], key=lambda row: (row["ticket"], row["id"]))
    groups: list[_Group] = []
    for number, first in enumerate(range(0, len(rows), group_size), start=1):
        run = rows[first : first + group_size]
        for unit, part in _staff_run(run, _team_unit, seats, inspectors):
            groups.append(_Group(number if part == run else 0, part, unit, []))
    balance([group.team for group in groups], inspectors)
    for group in groups:
        if experts and group.team.team:
            group.experts = [unit for unit, _ in _staff_run(group.rows, _expert_unit, experts, specialists)]
    balance([unit for group in groups for unit in group.experts], specialists)
    return [assignment for group in groups for assignment in _assignments(group, seed)]


def _roster(rows: Iterable[InspectorRow], seed: str) -> Roster:
    kept = list(rows)
    return Roster(seed, {row["id"]: row["load"] for row in kept}, {row["id"]: frozenset(row["holds"]) for row in kept})


def _team_unit(rows: Sequence[ObjectRow]) -> Unit:
    return _unit(rows, [row["needs"] for row in rows], [row["eligible"] for row in rows])


def _expert_unit(rows: Sequence[ObjectRow]) -> Unit:
    return _unit(rows, [row["expert_needs"] for row in rows], [row["experts"] for row in rows])


def _unit(rows: Sequence[ObjectRow], needs: Sequence[list[str]], eligible: Sequence[list[str]]) -> Unit:
    all_may = eligible[0] if len(rows) == 1 else sorted(set(eligible[0]).intersection(*eligible[1:]))
    return Unit(rows[0]["id"], len(rows), frozenset[str]().union(*needs), all_may)


def _staff_run(
    rows: list[ObjectRow], make: Callable[[Sequence[ObjectRow]], Unit], seats: int, roster: Roster
) -> list[tuple[Unit, list[ObjectRow]]]:
    """The run as one unit, or object by object where nobody fits the whole."""
    whole = make(rows)
    staff(whole, seats=seats, roster=roster)
    if whole.team or len(rows) == 1:
        return [(whole, rows)]
    alone = [(make([row]), [row]) for row in rows]
    for unit, _ in alone:
        staff(unit, seats=seats, roster=roster)
    return alone


def _assignments(group: _Group, seed: str) -> list[Assignment]:
    team, found = group.team, list[Assignment]()
    for i, row in enumerate(group.rows):
        # One unit of experts for the whole group, or one for each object.
        beside = group.experts[i if len(group.experts) > 1 else 0] if group.experts else Unit("", 0, frozenset(), ())
        found.append(
            {
                "object": row["id"],
                "group": group.number,
                "limit": team.limit,
                "seats": _seats(team, seed),
                "reason": team.reason,
                "missing": list(team.missing),
                "experts": _seats(beside, seed),
                "experts_limit": beside.limit,
                "experts_reason": beside.reason,
                "experts_missing": list(beside.missing),
            }
        )
    return found


def _seats(unit: Unit, seed: str) -> list[Seat]:
    """The team in ticket order; the first leads."""
    ordered = sorted((ticket_of(seed, unit.key, person), person) for person in unit.team)
    return [
        Seat(seat=seat, id=person, ticket=ticket, load=unit.team[person][0], how=unit.team[person][1])
        for seat, (ticket, person) in enumerate(ordered, start=1)
    ]
