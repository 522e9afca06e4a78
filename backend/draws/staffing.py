"""Who goes where, for one roster at a time: the lot among the least loaded, and the qualifications that a team
must hold. Pure. A unit is one object or one group 编组; its team is the same for all of its objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import nsmallest
from itertools import combinations


@dataclass(eq=False)
class Unit:
    """What is staffed as one. `key` is the object whose id makes the tickets, `weight` the number of objects.

    The team maps each person to (load when the seat was given, how)."""

    key: str
    weight: int
    needs: frozenset[str]
    eligible: Sequence[str]
    team: dict[str, tuple[int, str]] = field(default_factory=dict)
    limit: int = 0
    reason: str = ""
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Roster:
    """The people of one draw, inspectors or experts. Loads count up as units are staffed."""

    seed: str
    loads: dict[str, int]
    holds: Mapping[str, frozenset[str]]

    def held(self, people: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.holds[person] for person in people))

    def lowest(self, unit: Unit, people: Sequence[str], count: int) -> list[str]:
        """The first `count` by (load, ticket, id). Tickets are made only where loads do not decide."""
        if count < 1 or not people:
            return []
        loads, begin = self.loads, sha256(f"{self.seed}|{unit.key}|".encode()).copy
        bound = sorted(loads[person] for person in people)[min(count, len(people)) - 1]
        ordered: list[tuple[int, bytes, str]] = []
        for person in people:
            if loads[person] <= bound:
                # The same bytes as ticket_of, the beginning hashed once.
                hashed = begin()
                hashed.update(person.encode())
                ordered.append((loads[person], hashed.digest(), person))
        return [person for _, _, person in nsmallest(count, ordered)]


def staff(unit: Unit, *, seats: int, roster: Roster) -> None:
    """Give the unit its team and count the loads up, or say why none is possible."""
    people, needs = unit.eligible, unit.needs
    held = roster.held(people)
    if len(people) < seats or not needs <= held:
        unit.reason = "too_few" if len(people) < seats else "unqualified"
        unit.missing = sorted(needs - held)
        return
    lot, fixed = roster.lowest(unit, people, seats), list[str]()
    team = lot
    if not needs <= roster.held(lot):
        stay = lot[:-1]
        missing = needs - roster.held(stay)
        holders = [person for person in people if missing <= roster.holds[person] and person not in stay]
        fixed = roster.lowest(unit, holders, 1) or _cover(unit, seats, roster)
        if not fixed:
            unit.reason, unit.missing = "unqualified", sorted(needs)
            return
        others = [person for person in people if person not in fixed]
        team = [*fixed, *roster.lowest(unit, others, seats - len(fixed))]
    unit.limit = roster.loads[lot[-1]]
    for person in team:
        unit.team[person] = (roster.loads[person], "qualification" if person in fixed else "lot")
        roster.loads[person] += unit.weight


def _cover(unit: Unit, seats: int, roster: Roster) -> list[str]:
    """The smallest set of people, first by (load, ticket, id), that holds all needs together; empty if no
    `seats` people do.

    The first of each distinct set of needed qualifications is enough: the search is complete and small."""
    alike: dict[frozenset[str], list[str]] = {}
    for person in unit.eligible:
        if roster.holds[person] & unit.needs:
            alike.setdefault(roster.holds[person] & unit.needs, []).append(person)
    firsts = [roster.lowest(unit, people, 1)[0] for people in alike.values()]
    ordered = roster.lowest(unit, firsts, len(firsts))
    for size in range(1, seats + 1):
        for group in combinations(ordered, size):
            if unit.needs <= roster.held(group):
                return list(group)
    return []
