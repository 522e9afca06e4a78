"""Random small instances of the inspector draw, made from the registered text: inspectors with qualifications, loads,
other counties, expired certificates, recusals and cool-off; objects with needs; sometimes groups and experts."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from backend.draws.documents import Assignment, Bundle, Seat
from backend.draws.matching import Candidate, Visit
from tests.fairness.inspectors import EXPERTS, INSPECTORS
from tests.fairness.registered import CONSTANT
from tests.unit.draws.samples import ON_DATE

QUALIFICATIONS = ["boiler", "food", "lift"]


@dataclass(frozen=True)
class Instance:
    """`complete`: everybody may go everywhere, nobody needs to hold anything, all begin with the same load.
    `nearly`: the same but for a recusal in twenty."""

    candidates: list[Candidate]
    visits: list[Visit]
    recusals: list[tuple[str, str]]
    cool_off_until: dict[tuple[str, str], date]
    seats: int
    group_size: int
    experts: list[Candidate]
    expert_seats: int
    complete: bool
    nearly: bool


def instance(number: int, parent: Bundle) -> Instance:
    rng = random.Random(f"{CONSTANT}|instance|{number}")
    kind = ("any", "any", "complete", "nearly")[number % 4]
    plain = kind != "any"
    drawn = [(stratum["code"], row) for stratum in parent["result"]["strata"] for row in stratum["drawn"]]
    visits = [
        Visit(
            row["id"],
            code,
            row["ticket"],
            "130303",
            frozenset() if plain else frozenset(rng.sample(QUALIFICATIONS, rng.choice([0, 0, 1, 1, 2]))),
            frozenset() if plain else frozenset(rng.sample(QUALIFICATIONS, rng.choice([0, 0, 1]))),
        )
        for code, row in rng.sample(drawn, rng.randint(1, len(drawn)))
    ]
    count = rng.randint(6, 9) if kind == "nearly" else rng.randint(2, 9) if plain else rng.randint(1, 9)
    candidates = [_candidate(name, rng, plain) for name in INSPECTORS[:count]]
    experts = [_candidate(name, rng, plain) for name in EXPERTS[: rng.choice([0, 0, 0, 1, 3])]]
    share = {"any": rng.choice([0.0, 0.2, 0.5]), "complete": 0.0, "nearly": 0.05}[kind]
    pairs = [(visit.object_id, person.inspector_id) for visit in visits for person in [*candidates, *experts]]
    cool_off = [pair for pair in pairs if not plain and rng.random() < 0.1]
    return Instance(
        candidates,
        visits,
        [pair for pair in pairs if rng.random() < share],
        {pair: ON_DATE + timedelta(days=rng.choice([0, 1])) for pair in cool_off},
        seats=min(count, rng.choice([2, 2, 3])) if plain else rng.choice([2, 2, 3]),
        group_size=1 if plain else rng.choice([1, 1, 2, 3]),
        experts=experts,
        expert_seats=rng.choice([1, 2]) if experts else 0,
        complete=kind == "complete",
        nearly=kind == "nearly",
    )


def _candidate(name: str, rng: random.Random, plain: bool) -> Candidate:
    if plain:
        return Candidate(name, "130300", ON_DATE)
    return Candidate(
        name,
        rng.choice(["130300", "130303", "130303", "130303", "130304"]),
        ON_DATE + timedelta(days=rng.choice([-1, 0, 30, 30, 30])),
        active=rng.random() < 0.9,
        holds=frozenset(rng.sample(QUALIFICATIONS, rng.choice([0, 1, 1, 2]))),
        load=rng.randint(0, 3),
    )


def may_go(person: Candidate, visit: Visit, case: Instance) -> bool:
    """Said again in other words than the rules do: who may go there on that day."""
    home = person.region.rstrip("0")
    fit = person.active and person.certificate_until >= ON_DATE and visit.region.startswith(home)
    pair = (visit.object_id, person.inspector_id)
    return fit and pair not in case.recusals and case.cool_off_until.get(pair) in (None, ON_DATE)


def faults(case: Instance, assignments: list[Assignment]) -> list[str]:
    """What is wrong with the teams of an instance, found without the rules' help: by trying all teams."""
    found: list[str] = []
    visits = {visit.object_id: visit for visit in case.visits}
    in_order = sorted(case.visits, key=lambda visit: (visit.ticket, visit.object_id))
    if [assignment["object"] for assignment in assignments] != [visit.object_id for visit in in_order]:
        return ["objects"]
    groups: dict[int, set[tuple[str, ...]]] = {}
    for assignment in assignments:
        visit = visits[assignment["object"]]
        groups.setdefault(assignment["group"], set()).add(_ids(assignment["seats"]))
        found += _team_faults(assignment["seats"], case.seats, visit.needs, case.candidates, visit, case)
        if assignment["seats"] and case.expert_seats:
            beside = assignment["experts"]
            found += _team_faults(beside, case.expert_seats, visit.expert_needs, case.experts, visit, case)
        elif assignment["experts"]:
            found.append("experts")
    found += ["group"] * any(number and len(teams) > 1 for number, teams in groups.items())
    loads = {person.inspector_id: person.load for person in case.candidates}
    for assignment in assignments:
        for seat in assignment["seats"]:
            loads[seat["id"]] += 1
    spread = max(loads.values()) - min(loads.values())
    found += ["spread"] * (spread > (1 if case.complete else 2) and (case.complete or case.nearly))
    if case.group_size == 1 and _improvable(case, assignments, loads):
        found.append("balance")
    return found


def _ids(seats: list[Seat]) -> tuple[str, ...]:
    return tuple(seat["id"] for seat in seats)


def _team_faults(
    seats: list[Seat], size: int, needs: frozenset[str], roster: list[Candidate], visit: Visit, case: Instance
) -> list[str]:
    fit = [person for person in roster if may_go(person, visit, case)]
    holds = {person.inspector_id: person.holds for person in fit}
    team = _ids(seats)
    if not team:
        return ["a team exists"] * any(needs <= _held(group) for group in combinations(fit, size))
    found = ["not eligible"] * (not set(team) <= holds.keys())
    found += ["twice"] * (len(set(team)) < len(team)) + ["size"] * (len(team) != size)
    return found or ["needs"] * (not needs <= frozenset().union(*(holds[name] for name in team)))


def _held(group: Collection[Candidate]) -> frozenset[str]:
    return frozenset[str]().union(*(person.holds for person in group))


def _improvable(case: Instance, assignments: list[Assignment], loads: dict[str, int]) -> bool:
    """Whether somebody could hand a seat to somebody eligible who has at least two less."""
    visits = {visit.object_id: visit for visit in case.visits}
    holds = {person.inspector_id: person.holds for person in case.candidates}
    for assignment in assignments:
        visit, team = visits[assignment["object"]], _ids(assignment["seats"])
        for giver in team:
            kept = frozenset[str]().union(*(holds[name] for name in team if name != giver))
            for taker in case.candidates:
                name = taker.inspector_id
                less = name not in team and loads[giver] - loads[name] > 1
                if less and visit.needs <= kept | holds[name] and may_go(taker, visit, case):
                    return True
    return False
