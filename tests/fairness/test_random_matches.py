"""Matching over many random instances, judged by trying all teams, and by the verifier."""

from collections import Counter

import pytest

from backend.draws.documents import Assignment, Bundle, Eligibility
from backend.draws.matching import build_eligibility, match
from backend.draws.rules import text_hash
from backend.draws.verifier import verify_bundle
from tests.fairness import matchers
from tests.fairness.inspectors import Matcher
from tests.fairness.instances import Instance, faults, instance
from tests.fairness.registered import CONSTANT, INSTANCES
from tests.unit.draws.samples import ON_DATE, inspector_draw, object_draw

PARENTS = [object_draw(f"parent-{i}", [("A", 5, "1/1", 0), ("B", 3, "1/1", 0)]) for i in range(16)]


def staffed(case: Instance, number: int, parent: Bundle) -> Bundle:
    """The instance as a whole published draw."""
    return inspector_draw(
        f"instance-{number}",
        parent,
        case.candidates,
        visits=case.visits,
        recusals=case.recusals,
        cool_off_until=case.cool_off_until,
        seats=case.seats,
        group_size=case.group_size,
        experts=case.expert_seats,
        specialists=case.experts,
    )


def lists_of(case: Instance) -> Eligibility:
    return build_eligibility(
        case.visits,
        case.candidates,
        recusals=set(case.recusals),
        cool_off_until=case.cool_off_until,
        on_date=ON_DATE,
        experts=case.experts,
    )


def matched(matcher: Matcher, case: Instance, number: int) -> list[Assignment]:
    return matcher(
        lists_of(case),
        seats=case.seats,
        seed=text_hash(f"{CONSTANT}|match|{number}"),
        group_size=case.group_size,
        experts=case.expert_seats,
    )


@pytest.mark.timeout(1800)
def test_no_team_breaks_a_rule_and_none_is_missed() -> None:
    outcomes: Counter[str] = Counter()
    for number in range(INSTANCES):
        case = instance(number, PARENTS[number % len(PARENTS)])
        teams = matched(match, case, number)
        assert faults(case, teams) == [], number
        for assignment in teams:
            outcomes[assignment["reason"] or "team"] += 1
            outcomes.update(seat["how"] for seat in assignment["seats"])
            outcomes["group"] += assignment["group"] > 0 and case.group_size > 1
            outcomes["experts"] += bool(assignment["experts"])
    # Every way that a team can come about or fail was really met.
    for outcome in ("team", "too_few", "unqualified", "lot", "qualification", "balance", "group", "experts"):
        assert outcomes[outcome] > INSTANCES / 50, outcomes


@pytest.mark.timeout(1800)
def test_the_verifier_accepts_every_honest_draw() -> None:
    for number in range(0, INSTANCES, 5):
        parent = PARENTS[number % len(PARENTS)]
        assert verify_bundle(staffed(instance(number, parent), number, parent), parent) == [], number


@pytest.mark.parametrize(
    ("matcher", "fault"),
    [
        (matchers.recusals_ignored, "not eligible"),
        (matchers.one_goes_alone, "size"),
        (matchers.called_insufficient, "a team exists"),
        (matchers.same_person_twice, "twice"),
        (matchers.needs_ignored, "needs"),
        (matchers.without_balance, "balance"),
        (matchers.in_turn, "not eligible"),
        (matchers.hidden_load, "spread"),
    ],
)
def test_a_wrong_matcher_is_seen(matcher: Matcher, fault: str) -> None:
    found: set[str] = set()
    for number in range(200):
        case = instance(number, PARENTS[number % len(PARENTS)])
        found |= set(faults(case, matched(matcher, case, number)))
    assert fault in found
