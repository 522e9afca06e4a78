import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest

from backend.draws.documents import Assignment, Eligibility
from backend.draws.matching import Candidate, Visit, build_eligibility, exclusion_reasons, match
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
                "expert_needs": [],
                "experts": [],
                "experts_excluded": [],
            }
            for name, people in sorted(objects.items())
        ],
        "inspectors": [{"id": p, "load": loads.get(p, 0), "holds": sorted(holds[p])} for p in sorted(holds)],
        "experts": [],
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


def evener_team_exists(eligibility: Eligibility, assignments: list[Assignment]) -> bool:
    """Whether a chain of replacements, each in another team, leads from somebody to somebody with two less."""
    holds = {row["id"]: set(row["holds"]) for row in eligibility["inspectors"]}
    loads = {row["id"]: row["load"] for row in eligibility["inspectors"]}
    rows = {row["id"]: row for row in eligibility["objects"]}
    teams = {a["object"]: set(team(a)) for a in assignments if a["seats"]}
    for people in teams.values():
        for person in people:
            loads[person] += 1

    def chain(start: str, giver: str, used: frozenset[str]) -> bool:
        for name, people in teams.items():
            if giver not in people or name in used:
                continue
            for taker in set(rows[name]["eligible"]) - people:
                kept = set().union(*(holds[p] for p in (people - {giver}) | {taker}))
                if set(rows[name]["needs"]) <= kept and (
                    loads[taker] <= loads[start] - 2 or (len(used) < 2 and chain(start, taker, used | {name}))
                ):
                    return True
        return False

    return any(chain(person, person, frozenset()) for person in loads)


class TestMatch:
    def test_300_random_instances_break_no_rule_and_miss_no_team(self) -> None:
        outcomes = {"": 0, "too_few": 0, "unqualified": 0}
        for seats, eligibility in random_instances(300):
            holds = {row["id"]: set(row["holds"]) for row in eligibility["inspectors"]}
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
                    assert seat["load"] <= assignment["limit"] or seat["how"] != "lot"
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

    @pytest.mark.parametrize("seats", [2, 3])
    def test_where_everyone_may_go_everywhere_loads_differ_by_one_at_most(self, seats: int) -> None:
        for number in range(40):
            rng = random.Random(number)
            loads = self.loads_after(
                people=rng.randint(seats, 40),
                objects=rng.randint(1, 120),
                seats=seats,
                seed=text_hash(str(number)),
            )
            assert loads[-1] - loads[0] <= 1

    def test_no_move_of_seats_makes_loads_more_even(self) -> None:
        """Against every sequence of up to three moves, over random lists, needs and loads."""
        moved = 0
        for seats, eligibility in random_instances(60):
            assignments = match(eligibility, seats=seats, seed=SEED)
            moved += sum(seat["how"] == "balance" for a in assignments for seat in a["seats"])
            assert not evener_team_exists(eligibility, assignments)
        assert moved > 20

    def test_everyone_who_may_go_has_a_chance(self) -> None:
        people = {f"I{i}": list[str]() for i in range(6)}
        eligibility = eligibility_of({"X": list(people)}, people, {}, {})
        pairs = {tuple(team(match(eligibility, seats=2, seed=text_hash(str(i)))[0])) for i in range(600)}
        assert len(pairs) == 30

    def test_who_has_done_more_waits(self) -> None:
        people = {f"I{i}": list[str]() for i in range(4)}
        (assignment,) = match(eligibility_of({"X": list(people)}, people, {}, {"I0": 2, "I1": 9}), seats=2, seed=SEED)
        assert assignment["limit"] == 0
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


class TestGroups:
    def test_a_group_has_one_team_that_may_go_to_all_of_it_and_holds_all_it_needs(self) -> None:
        people: dict[str, list[str]] = {f"I{i}": [] for i in range(6)} | {"I6": ["a"], "I7": ["b"]}
        objects = {f"X{i}": [p for p in people if p != f"I{i % 3}"] for i in range(9)}
        needs = {"X0": ["a"], "X1": ["b"]}
        assignments = match(eligibility_of(objects, people, needs, {}), seats=2, seed=SEED, group_size=3)
        assert [a["group"] for a in assignments] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
        for i in range(0, 9, 3):
            group = assignments[i : i + 3]
            assert group[0]["seats"] == group[1]["seats"] == group[2]["seats"]
            needed = {need for a in group for need in needs.get(a["object"], [])}
            assert needed <= {held for p in team(group[0]) for held in people[p]}
            assert all(set(team(a)) <= set(objects[a["object"]]) for a in group)

    def test_loads_count_every_object_of_a_group(self) -> None:
        people = {f"I{i}": list[str]() for i in range(4)}
        eligibility = eligibility_of({f"X{i}": list(people) for i in range(5)}, people, {}, {})
        assignments = match(eligibility, seats=2, seed=SEED, group_size=3)
        assert [len({p for a in assignments[i:j] for p in team(a)}) for i, j in ((0, 3), (3, 5))] == [2, 2]
        assert {seat["load"] for a in assignments for seat in a["seats"]} == {0}

    def test_where_nobody_fits_the_whole_group_its_objects_are_staffed_alone(self) -> None:
        people = {f"I{i}": list[str]() for i in range(4)}
        objects = {"X0": ["I0", "I1"], "X1": ["I2", "I3"]}
        assignments = match(eligibility_of(objects, people, {}, {}), seats=2, seed=SEED, group_size=2)
        assert {a["object"]: (a["group"], sorted(team(a))) for a in assignments} == {
            "X0": (0, ["I0", "I1"]),
            "X1": (0, ["I2", "I3"]),
        }


class TestExperts:
    def matched(self, *, experts: int, people: int = 3) -> list[Assignment]:
        needs = frozenset(["chemistry"])
        return match(
            build_eligibility(
                [visit(f"X{i}", expert_needs=needs) for i in range(4)],
                [candidate(f"I{i}") for i in range(people)],
                recusals={("X0", "E0")},
                cool_off_until={},
                on_date=TODAY,
                experts=[
                    candidate("E0", holds=needs, certificate_until=date.max),
                    candidate("E1", holds=needs, certificate_until=date.max),
                    candidate("E2", certificate_until=date.max),
                    candidate("E3", region="110000", holds=needs),
                ],
            ),
            seats=2,
            seed=SEED,
            experts=experts,
        )

    def test_come_beside_the_team_with_the_speciality_and_without_recusal(self) -> None:
        for assignment in self.matched(experts=1):
            (expert,) = assignment["experts"]
            assert expert["id"] in ({"E1"} if assignment["object"] == "X0" else {"E0", "E1"})
            assert len(assignment["seats"]) == 2
            assert {seat["id"] for seat in assignment["seats"]} <= {"I0", "I1", "I2"}

    def test_that_are_missing_are_reported_and_the_team_stands(self) -> None:
        reasons = {a["object"]: (a["experts_reason"], len(a["seats"])) for a in self.matched(experts=3)}
        assert reasons == {"X0": ("too_few", 2), "X1": ("", 2), "X2": ("", 2), "X3": ("", 2)}

    def test_stay_at_home_where_there_is_no_team(self) -> None:
        for assignment in self.matched(experts=1, people=1):
            assert (assignment["reason"], assignment["experts"], assignment["experts_reason"]) == ("too_few", [], "")
