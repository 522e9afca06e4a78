"""Evens out the loads after all units are staffed: seats move from who has more to who has less. Pure."""

from collections.abc import Iterable, Sequence

from backend.draws.rules import ticket_of
from backend.draws.staffing import Roster, Unit

# Who was reached: from whom, and with which unit; None for the start.
Came = dict[str, tuple[str, Unit] | None]


def balance(units: Sequence[Unit], roster: Roster) -> None:
    """Move seats along shortest paths while somebody has so much more than another that both come closer.

    From the highest load down; a path takes one unit from each person on it to the next and never takes away a
    qualification that a team needs. Who finds nobody with so much less is settled, with all whom he reached."""
    order = {person: ticket_of(roster.seed, "balance", person) for person in roster.loads}
    for weight in sorted({unit.weight for unit in units}, reverse=True):
        _Repair([unit for unit in units if unit.weight == weight and unit.team], weight, roster, order).run()


class _Repair:
    def __init__(self, units: Sequence[Unit], weight: int, roster: Roster, order: dict[str, str]) -> None:
        self.weight, self.roster, self.order = weight, roster, order
        self.units_of: dict[str, list[Unit]] = {}
        for unit in units:
            for person in unit.team:
                self.units_of.setdefault(person, []).append(unit)
        self.place = {unit: place for place, unit in enumerate(units)}
        self.reachable = {person for unit in units for person in unit.eligible}

    def run(self) -> None:
        loads, settled = self.roster.loads, set[str]()
        while True:
            least = min((loads[person] for person in self.reachable), default=0)
            givers = [
                person
                for person, units in self.units_of.items()
                if units and person not in settled and loads[person] - least > self.weight
            ]
            start = min(givers, key=lambda person: (-loads[person], self.order[person], person), default=None)
            if start is None:
                return
            end, came = self._reach(start)
            if end is None:
                settled |= came.keys()
            else:
                for giver, unit, taker in self._back(end, came):
                    self._move(giver, unit, taker)

    def _reach(self, start: str) -> tuple[str | None, Came]:
        """The nearest person with so much less, widening step by step, the lowest one of a step; and how everyone
        on the way was reached."""
        loads, came = self.roster.loads, Came({start: None})
        edge = [start]
        while edge:
            reached: list[str] = []
            for person in edge:
                # One unit changes once on a path, so that no two changes together leave a team short.
                spent = {unit for _, unit, _ in self._back(person, came)}
                for unit in self.units_of.get(person, ()):
                    if unit in spent:
                        continue
                    for other in self._takers(unit, person):
                        if other not in came:
                            came[other] = (person, unit)
                            reached.append(other)
            edge = self._by_load(reached)
            if edge and loads[start] - loads[edge[0]] > self.weight:
                return edge[0], came
        return None, came

    def _takers(self, unit: Unit, giver: str) -> Iterable[str]:
        """Who may take the giver's seat without leaving the team short of a qualification."""
        missing = unit.needs - self.roster.held(person for person in unit.team if person != giver)
        holds = self.roster.holds
        return (p for p in unit.eligible if p not in unit.team and (not missing or missing <= holds[p]))

    def _back(self, end: str, came: Came) -> list[tuple[str, Unit, str]]:
        path: list[tuple[str, Unit, str]] = []
        while (step := came[end]) is not None:
            path.insert(0, (step[0], step[1], end))
            end = step[0]
        return path

    def _by_load(self, people: Iterable[str]) -> list[str]:
        return sorted(people, key=lambda person: (self.roster.loads[person], self.order[person], person))

    def _move(self, giver: str, unit: Unit, taker: str) -> None:
        loads = self.roster.loads
        del unit.team[giver]
        unit.team[taker] = (loads[taker], "balance")
        loads[giver] -= self.weight
        loads[taker] += self.weight
        self.units_of[giver].remove(unit)
        mine = self.units_of.setdefault(taker, [])
        mine.append(unit)
        mine.sort(key=lambda unit: self.place[unit])
