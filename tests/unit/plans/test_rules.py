"""Pure rules of plans: quotas, the first stratum that fits, sight across regions, the state tables."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.access.actor import Actor
from backend.plans.problems import WrongPlanState, WrongTaskState
from backend.plans.rules import (
    PLAN_MOVES,
    TASK_MOVES,
    Admission,
    check_plan_move,
    check_task_move,
    effective_ratio,
    looks_at,
    place,
    quota,
    region_loads,
    regions_above,
    sees,
    share,
)
from schemas.vocabulary import PlanState, TaskState

SCOPE = {"fact": "status", "in": ["active"]}
STRATA = [("LAB", {"fact": "tags", "has": "lab"}), ("SHOP", {"fact": "kind", "in": ["enterprise"]})]
TASK = Admission(
    scope=SCOPE,
    cut_off=date(2025, 12, 31),
    strata=STRATA,
    observed_after=date(2025, 6, 30),
    observed_risks=["A", "B"],
    visited={"VISITED"},
)


def facts(**changes: object) -> dict[str, object]:
    """An object of the scope."""
    return {
        "code": "X1",
        "status": "active",
        "kind": "enterprise",
        "tags": ["lab"],
        "risk": "A",
        "registered_on": "2020-01-01",
        **changes,
    }


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
        assert place(facts(), TASK) == ("LAB", "")
        assert place(facts(tags=[]), TASK) == ("SHOP", "")

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"registered_on": "2026-01-01"}, "after_cut_off"),
            ({"status": "revoked"}, "out_of_scope"),
            ({"tags": [], "kind": "cooperative"}, "no_stratum"),
            ({"registered_on": "2025-07-01"}, "observation"),
            ({"registered_on": "2025-07-01", "risk": "C"}, ""),
            ({"registered_on": "2025-06-30"}, ""),
            ({"code": "VISITED"}, "frequency_cap"),
            ({"code": "VISITED", "tags": [], "kind": "cooperative"}, "no_stratum"),
        ],
    )
    def test_names_why_not(self, changes: dict[str, object], reason: str) -> None:
        assert place(facts(**changes), TASK)[1] == reason

    def test_counts_the_cut_off_day_itself_in(self) -> None:
        assert place(facts(registered_on="2025-12-31", risk="C"), TASK)[1] == ""


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


VECTORS = json.loads((Path(__file__).parents[3] / "schemas" / "vectors" / "forecast.json").read_text("utf-8"))


class TestForecastVectors:
    @pytest.mark.parametrize("case", VECTORS["quotas"])
    def test_quotas(self, case: dict[str, Any]) -> None:
        assert quota(case["n"], effective_ratio(case["n"], case["ratio"], case["number"])) == case["k"]

    @pytest.mark.parametrize("case", VECTORS["loads"], ids=lambda case: case["about"])
    def test_loads(self, case: dict[str, Any]) -> None:
        cells = [(stratum, region, n) for stratum, region, n in case["cells"]]
        found = region_loads(cells, quotas=case["quotas"], seats=case["seats"], inspectors=case["inspectors"])
        for region, load in found.items():
            assert load.pop("inspectors") == case["inspectors"].get(region, 0)
        assert found == case["loads"]

    @pytest.mark.parametrize("case", VECTORS["shares"])
    def test_shares(self, case: dict[str, Any]) -> None:
        assert share(case["part"], case["whole"], Fraction(case["least"]))["enough"] is case["enough"]

    @pytest.mark.parametrize("case", VECTORS["facts"])
    def test_facts(self, case: dict[str, Any]) -> None:
        assert looks_at(case["condition"], case["fact"]) is case["asked"]
