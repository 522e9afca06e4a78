"""Pure rules of plans: quotas, the first stratum that fits, sight across regions, the state tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.access.actor import Actor
from backend.plans.problems import WrongPlanState, WrongTaskState
from backend.plans.rules import (
    PLAN_MOVES,
    TASK_MOVES,
    check_plan_move,
    check_task_move,
    place,
    quota,
    regions_above,
    sees,
)
from schemas.vocabulary import PlanState, TaskState

SCOPE = {"fact": "status", "in": ["active"]}
STRATA = [("LAB", {"fact": "tags", "has": "lab"}), ("SHOP", {"fact": "kind", "in": ["enterprise"]})]
CUT_OFF = date(2025, 12, 31)


def facts(**changes: object) -> dict[str, object]:
    """An object of the scope."""
    return {"status": "active", "kind": "enterprise", "tags": ["lab"], "registered_on": "2020-01-01", **changes}


def actor(region: str) -> Actor:
    """Somebody of a region."""
    return Actor("a", "p", "甄", frozenset(), region, "B")


class TestQuota:
    @pytest.mark.parametrize(
        ("n", "ratio", "k"), [(0, "1/1", 0), (200, "1/200", 1), (201, "1/200", 2), (7, "3/100", 1)]
    )
    def test_rounds_up(self, n: int, ratio: str, k: int) -> None:
        assert quota(n, ratio) == k

    @given(st.integers(0, 10**12), st.integers(1, 10**9 - 1), st.integers(1, 10**9 - 1))
    def test_is_exact(self, n: int, p: int, q: int) -> None:
        k = quota(n, f"{p}/{q}")
        assert (k - 1) * q < n * p <= k * q


class TestPlace:
    def test_takes_the_first_stratum_that_fits(self) -> None:
        assert place(facts(), scope=SCOPE, cut_off=CUT_OFF, strata=STRATA) == ("LAB", "")
        assert place(facts(tags=[]), scope=SCOPE, cut_off=CUT_OFF, strata=STRATA) == ("SHOP", "")

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"registered_on": "2026-01-01"}, "after_cut_off"),
            ({"status": "revoked"}, "out_of_scope"),
            ({"tags": [], "kind": "cooperative"}, "no_stratum"),
        ],
    )
    def test_names_why_not(self, changes: dict[str, object], reason: str) -> None:
        assert place(facts(**changes), scope=SCOPE, cut_off=CUT_OFF, strata=STRATA) == ("", reason)

    def test_counts_the_cut_off_day_itself_in(self) -> None:
        assert place(facts(registered_on="2025-12-31"), scope=SCOPE, cut_off=CUT_OFF, strata=STRATA)[1] == ""


class TestSees:
    @pytest.mark.parametrize(
        ("home", "region", "seen"),
        [
            ("130303", "130303", True),
            ("130303", "130300", True),
            ("130303", "130000", True),
            ("130300", "130303", True),
            ("130303", "130304", False),
            ("130303", "130400", False),
            ("130400", "130303", False),
        ],
    )
    def test_looks_up_and_down_but_not_aside(self, home: str, region: str, seen: bool) -> None:
        assert sees(actor(home), region) is seen

    def test_the_regions_above_are_those_seen_upwards(self) -> None:
        assert regions_above("130303") == ["130000", "130300", "130303"]
        assert regions_above("130300") == ["130000", "130300"]


class TestMoves:
    @pytest.mark.parametrize("state", PlanState)
    @pytest.mark.parametrize("to", PlanState)
    def test_a_plan_follows_its_table_only(self, state: PlanState, to: PlanState) -> None:
        if (state, to) in PLAN_MOVES:
            check_plan_move(state.value, to)
        else:
            with pytest.raises(WrongPlanState):
                check_plan_move(state.value, to)

    @pytest.mark.parametrize("state", TaskState)
    @pytest.mark.parametrize("to", TaskState)
    def test_a_task_follows_its_table_only(self, state: TaskState, to: TaskState) -> None:
        if (state, to) in TASK_MOVES:
            check_task_move(state.value, to)
        else:
            with pytest.raises(WrongTaskState):
                check_task_move(state.value, to)
