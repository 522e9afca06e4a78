import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import ClassVar

import pytest

from backend.draws.documents import Assignment, Eligibility, SubstitutionRequest
from backend.draws.findings import DrawError
from backend.draws.matching import (
    Candidate,
    Visit,
    build_eligibility,
    check_substitution,
    draw_substitute,
    exclusion_reasons,
    match,
)
from backend.draws.rules import text_hash, ticket_of

TODAY = date(2026, 11, 21)
SEED = text_hash("matching")


def visit(object_id: str = "X1", **changes: object) -> Visit:
    return Visit(object_id, "A", text_hash(object_id), "130303", **changes)  # type: ignore[arg-type]  # passed on by name


def candidate(inspector_id: str = "I1", **changes: object) -> Candidate:
    return Candidate(
        **({"inspector_id": inspector_id, "region": "130303", "certificate_until": TODAY} | changes)  # type: ignore[arg-type]  # passed on by name
    )


class TestExclusionReasons:
    def reasons(self, person: Candidate, **changes: object) -> list[str]:
        arguments: dict[str, object] = {"recusals": set(), "cool_off_until": {}, "on_date": TODAY}
        return exclusion_reasons(visit(), person, **(arguments | changes))  # type: ignore[arg-type]  # passed on by name

    @pytest.mark.parametrize("region", ["130303", "130300", "130000"])
    def test_none_within_the_jurisdiction(self, region: str) -> None:
        assert self.reasons(candidate(region=region)) == []

    @pytest.mark.parametrize("region", ["130302", "130400", "140000"])
    def test_jurisdiction(self, region: str) -> None:
        assert self.reasons(candidate(region=region)) == ["jurisdiction"]

    def test_certificate_is_good_through_its_last_day(self) -> None:
        assert self.reasons(candidate()) == []
        assert self.reasons(candidate(certificate_until=TODAY - timedelta(1))) == ["certificate_expired"]

    def test_recusal_is_of_one_pair(self) -> None:
        assert self.reasons(candidate(), recusals={("X1", "I1")}) == ["recused"]
        assert self.reasons(candidate(), recusals={("X2", "I1"), ("X1", "I2")}) == []

    def test_cool_off_ends_on_its_day(self) -> None:
        assert self.reasons(candidate(), cool_off_until={("X1", "I1"): TODAY + timedelta(1)}) == ["cooled_off"]
        assert self.reasons(candidate(), cool_off_until={("X1", "I1"): TODAY}) == []

    def test_all_reasons_are_named(self) -> None:
        person = candidate(region="110000", active=False, certificate_until=date(2020, 1, 1))
        assert self.reasons(person, recusals={("X1", "I1")}) == [
            "jurisdiction",
            "certificate_expired",
            "inactive",
            "recused",
        ]


class TestBuildEligibility:
    def test_explains_everyone_for_every_object(self) -> None:
        eligibility = build_eligibility(
            [visit("X2"), visit("X1")],
            [candidate("I2"), candidate("I1", active=False)],
            recusals={("X2", "I2")},
            cool_off_until={},
            on_date=TODAY,
        )
        assert [row["id"] for row in eligibility["objects"]] == ["X1", "X2"]
        assert eligibility["objects"][0]["eligible"] == ["I2"]
        assert eligibility["objects"][1]["excluded"] == [
            {"id": "I1", "reasons": ["inactive"]},
            {"id": "I2", "reasons": ["recused"]},
        ]


def eligibility_of(
    objects: dict[str, list[str]],
    holds: dict[str, list[str]],
    needs: dict[str, list[str]],
    loads: dict[str, int],
) -> Eligibility:
    """Eligible people by object, all people by what they hold."""
    return {
        "v": "dsj1",
        "objects": [
            {
                "id": name,
                "stratum": "A",
                "ticket": text_hash(name),
                "needs": needs.get(name, []),
                "eligible": sorted(people),
                "excluded": [{"id": p, "reasons": ["recused"]} for p in sorted(holds) if p not in people],
            }
            for name, people in sorted(objects.items())
        ],
        "inspectors": [{"id": p, "load": loads.get(p, 0), "holds": sorted(holds[p])} for p in sorted(holds)],
    }


def random_instances(count: int) -> Iterator[tuple[int, Eligibility]]:
    for number in range(count):
        rng = random.Random(number)
        people = [f"I{i:02d}" for i in range(rng.randint(1, 12))]
        holds = {p: rng.sample(["boiler", "food", "lift"], rng.choice([0, 0, 1, 1, 2])) for p in people}
        names = [f"X{i:02d}" for i in range(rng.randint(1, 25))]
        share = rng.choice([0.3, 0.6, 0.95])
        objects = {x: [p for p in people if rng.random() < share] for x in names}
        needs = {x: sorted(rng.sample(["boiler", "food", "lift"], rng.choice([0, 0, 1, 2, 3]))) for x in names}
        loads = {p: rng.randint(0, 3) for p in people}
        yield rng.choice([2, 2, 3]), eligibility_of(objects, holds, needs, loads)


def team(assignment: Assignment) -> list[str]:
    return [seat["id"] for seat in assignment["seats"]]


class TestMatch:
    def test_300_random_instances_break_no_rule_and_miss_no_team(self) -> None:
        outcomes = {"": 0, "too_few": 0, "unqualified": 0}
        for seats, eligibility in random_instances(300):
            holds = {row["id"]: set(row["holds"]) for row in eligibility["inspectors"]}
            loads = {row["id"]: row["load"] for row in eligibility["inspectors"]}
            rows = {row["id"]: row for row in eligibility["objects"]}
            assignments = match(eligibility, seats=seats, seed=SEED)
            tickets = [rows[a["object"]]["ticket"] for a in assignments]
            assert tickets == sorted(row["ticket"] for row in rows.values())
            for assignment in assignments:
                row, people = rows[assignment["object"]], team(assignment)
                possible = any(
                    set(row["needs"]) <= set().union(*(holds[p] for p in group))
                    for group in combinations(row["eligible"], seats)
                )
                outcomes[assignment["reason"]] += 1
                assert bool(people) == possible == (assignment["reason"] == "")
                if not possible:
                    continue
                assert len(set(people)) == len(people) == seats
                assert set(people) <= set(row["eligible"])
                assert set(row["needs"]) <= set().union(*(holds[p] for p in people))
                expected = sorted((ticket_of(SEED, row["id"], p), p) for p in people)
                assert [(s["ticket"], s["id"]) for s in assignment["seats"]] == expected
                assert [s["seat"] for s in assignment["seats"]] == list(range(1, seats + 1))
                for seat in assignment["seats"]:
                    assert seat["load"] == loads[seat["id"]]
                    assert seat["load"] <= assignment["limit"] or seat["how"] == "qualification"
                for person in people:
                    loads[person] += 1
        assert min(outcomes.values()) > 100

    def loads_after(self, *, people: int, objects: int, seats: int, seed: str) -> list[int]:
        """Sorted loads of a match in which everyone may go everywhere."""
        names = {f"I{i:02d}": list[str]() for i in range(people)}
        loads = dict.fromkeys(names, 0)
        eligibility = eligibility_of({f"X{i}": list(names) for i in range(objects)}, names, {}, {})
        for assignment in match(eligibility, seats=seats, seed=seed):
            for person in team(assignment):
                loads[person] += 1
        return sorted(loads.values())

    def test_loads_of_a_county_stay_within_four(self) -> None:
        for number in range(20):
            loads = self.loads_after(people=40, objects=300, seats=2, seed=text_hash(str(number)))
            assert loads[-1] - loads[0] <= 4

    @pytest.mark.parametrize("seats", [2, 3])
    def test_nobody_is_more_than_two_above_the_last_who_fills_a_team(self, seats: int) -> None:
        # Fewer than `seats` people may lag further behind by bad luck: the window looks at the q-th lowest.
        for number in range(40):
            rng = random.Random(number)
            loads = self.loads_after(
                people=rng.randint(seats, 40),
                objects=rng.randint(1, 120),
                seats=seats,
                seed=text_hash(str(number)),
            )
            assert loads[-1] - loads[seats - 1] <= 2

    def test_everyone_who_may_go_has_a_chance(self) -> None:
        people = {f"I{i}": list[str]() for i in range(6)}
        eligibility = eligibility_of({"X": list(people)}, people, {}, {})
        pairs = {tuple(team(match(eligibility, seats=2, seed=text_hash(str(i)))[0])) for i in range(600)}
        assert len(pairs) == 30

    def test_who_has_done_more_waits(self) -> None:
        people = {f"I{i}": list[str]() for i in range(4)}
        (assignment,) = match(eligibility_of({"X": list(people)}, people, {}, {"I0": 2, "I1": 9}), seats=2, seed=SEED)
        assert assignment["limit"] == 1
        assert set(team(assignment)) == {"I2", "I3"}

    def test_the_last_seat_goes_to_a_needed_qualification(self) -> None:
        people: dict[str, list[str]] = {f"I{i}": [] for i in range(8)} | {"I8": ["boiler"]}
        needs = {"X": ["boiler"]}
        for i in range(20):
            seed = text_hash(str(i))
            (assignment,) = match(eligibility_of({"X": list(people)}, people, needs, {}), seats=2, seed=seed)
            lowest = sorted(people, key=lambda p: ticket_of(seed, "X", p))
            first = lowest[0] if lowest[0] != "I8" else lowest[1]
            assert set(team(assignment)) == {"I8", first}

    def test_repairs_a_dead_end_of_several_qualifications(self) -> None:
        people = {"I0": [], "I1": ["a", "b"], "I2": ["c"], "I3": ["a"], "I4": ["b"], "I5": []}
        for i in range(30):
            eligibility = eligibility_of({"X": list(people)}, people, {"X": ["a", "b", "c"]}, {})
            (assignment,) = match(eligibility, seats=2, seed=text_hash(str(i)))
            assert set(team(assignment)) == {"I1", "I2"}

    def test_names_the_missing_qualification(self) -> None:
        people = {"I0": ["a"], "I1": ["a"], "I2": []}
        (assignment,) = match(eligibility_of({"X": list(people)}, people, {"X": ["a", "b"]}, {}), seats=2, seed=SEED)
        assert (assignment["reason"], assignment["missing"], assignment["seats"]) == (
            "unqualified",
            ["b"],
            [],
        )


class TestSubstitution:
    REQUEST: ClassVar[SubstitutionRequest] = {
        "v": "dsj1",
        "commitment": text_hash("c"),
        "number": 1,
        "object": "X",
        "out": "I0",
        "reason": "recusal",
        "evidence": text_hash("e"),
        "requester": "P1",
        "approver": "P2",
        "event": {"type": "dice", "id": "会议室", "due": "2026-11-22T09:00:00+08:00"},
    }
    PEOPLE: ClassVar[dict[str, list[str]]] = {"I0": ["a"], "I1": [], "I2": ["a"], "I3": [], "I4": ["a"]}

    def substitute(self, value: str, *, gone: tuple[str, ...] = ()) -> str:
        needs = {"X": ["a"]}
        (row,) = eligibility_of({"X": ["I0", "I1", "I2", "I3", "I4"]}, self.PEOPLE, needs, {})["objects"]
        person, _ = draw_substitute(
            self.REQUEST, event_value=value, row=row, team=["I0", "I1"], gone=gone, holds=self.PEOPLE
        )
        return person

    def test_only_the_event_decides_among_those_who_keep_the_team_qualified(self) -> None:
        assert {self.substitute(f"{i:020d}") for i in range(40)} == {"I2", "I4"}

    def test_nobody_comes_back_and_nobody_left_is_said(self) -> None:
        assert {self.substitute(f"{i:020d}", gone=("I2",)) for i in range(20)} == {"I4"}
        assert self.substitute("0" * 20, gone=("I2", "I4")) == ""

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("same_person", {"approver": "P1"}),
            ("substitution", {"out": "I9"}),
            ("substitution", {"reason": "busy"}),
        ],
    )
    def test_refuses_a_request(self, code: str, changes: dict[str, str]) -> None:
        with pytest.raises(DrawError, match=code):
            check_substitution(self.REQUEST | changes, ["I0", "I1"])  # type: ignore[arg-type]  # passed on by name
