"""One visit for several tasks, differences between versions, and the document that was digested before."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.plans.models import Plan, Stratum, Task
from backend.plans.queries import plan_document
from backend.plans.rules import differences, merge_visits, months_before, strictest_cap
from backend.plans.rules.visits import DrawnVisit

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
SPRING = (date(2026, 3, 15), date(2026, 5, 31))
JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def visit(
    object_code: str, task: str, *items: str, period: tuple[date, date] = MARCH, merge: bool = True
) -> DrawnVisit:
    """One object drawn by one task."""
    return DrawnVisit(object_code, task, items, period, merge)


class TestMergeVisits:
    def test_puts_tasks_of_one_period_into_one_visit_with_every_item_once(self) -> None:
        merged = merge_visits(
            [visit("X", "T2", "B", "C", period=SPRING), visit("Y", "T1", "A"), visit("X", "T1", "A", "B")]
        )
        assert [(one.object, one.tasks, one.items) for one in merged] == [
            ("X", ("T1", "T2"), ("A", "B", "C")),
            ("Y", ("T1",), ("A",)),
        ]
        assert merged[0].period == (date(2026, 3, 15), date(2026, 3, 31))

    def test_keeps_apart_what_may_not_or_cannot_be_merged(self) -> None:
        drawn = [visit("X", "T1", "A"), visit("X", "T2", "B", merge=False), visit("X", "T3", "C", period=JUNE)]
        assert [one.tasks for one in merge_visits(drawn)] == [("T1",), ("T2",), ("T3",)]

    @given(
        st.lists(
            st.builds(
                visit,
                st.sampled_from("XY"),
                st.sampled_from(["T1", "T2", "T3"]),
                st.sampled_from("ABC"),
                period=st.sampled_from([MARCH, SPRING, JUNE]),
                merge=st.booleans(),
            ),
            unique_by=lambda one: (one.object, one.task),
        )
    )
    def test_serves_each_drawn_task_once_within_its_period_whatever_the_order(self, drawn: list[DrawnVisit]) -> None:
        merged = merge_visits(drawn)
        assert merged == merge_visits(list(reversed(drawn)))
        periods = {(one.object, one.task): one.period for one in drawn}
        served = [(one.object, task) for one in merged for task in one.tasks]
        assert sorted(served) == sorted(periods)
        for one in merged:
            assert all(periods[one.object, task][0] <= one.period[0] <= one.period[1] for task in one.tasks)


class TestLimits:
    @pytest.mark.parametrize(
        ("day", "months", "before"),
        [("2026-03-31", 1, "2026-02-28"), ("2026-01-15", 6, "2025-07-15"), ("2024-03-31", 13, "2023-02-28")],
    )
    def test_months_before_keeps_to_the_calendar(self, day: str, months: int, before: str) -> None:
        assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)

    def test_the_strictest_cap_counts(self) -> None:
        assert strictest_cap(2, [None, 1]) == 1
        assert strictest_cap(None, [None]) is None


def plan(document_v: int, **task: Any) -> Plan:
    """A plan with one task and one stratum."""
    fields: dict[str, Any] = {
        "code": "T",
        "name": "任务",
        "kind": "double_random",
        "region": "130300",
        "items": ["Q01"],
        "items_by_stratum": {},
        "scope": {"fact": "status", "in": ["active"]},
        "cut_off": date(2025, 12, 31),
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 12, 31),
        "method": "on_site",
        "mode": "市抽县查",
        "seats": 2,
        "match_within_days": 5,
        "publish_within_working_days": 20,
        "participants": [],
        "observation_risks": [],
        "merge_visits": False,
        "group_size": 1,
        "cool_off_months": 0,
        "experts": 0,
        "expert_specialities": [],
        "sealed": False,
    }
    strata = [Stratum(code="A", name="甲", rule=None, ratio="1/10", number=None, reserves=2)]
    return Plan(
        code="P",
        version=document_v,
        kind="annual",
        title="计划",
        year=2026,
        region="130300",
        body_code="QHD",
        document_v=document_v,
        tasks=[Task(**{**fields, **task}, strata=strata)],
    )


class TestDocument:
    def test_of_the_first_shape_says_what_it_always_said(self) -> None:
        document = plan_document(plan(1))
        assert set(document) == {"v", "code", "version", "title", "year", "region", "body", "tasks"}
        assert set(document["tasks"][0]["strata"][0]) == {"code", "name", "rule", "ratio", "reserves"}
        assert "kind" not in document["tasks"][0]

    def test_keeps_the_note_on_a_source_to_the_office(self) -> None:
        assert "source_note" not in plan_document(plan(2, source_note="张某投诉"))["tasks"][0]

    def test_of_both_shapes_are_compared_without_false_differences(self) -> None:
        before, after = plan_document(plan(1)), plan_document(plan(2))
        assert differences(before, after) == []
        changed = differences(before, plan_document(plan(2, group_size=5, name="新名")))
        assert [(one["field"], one["before"], one["after"]) for one in changed] == [
            ("name", "任务", "新名"),
            ("group_size", 1, 5),
        ]

    def test_names_what_came_and_went(self) -> None:
        before, after = plan_document(plan(2)), plan_document(plan(2, code="U", name="另一任务"))
        assert [(one["task"], one["field"], one["before"], one["after"]) for one in differences(before, after)] == [
            ("T", "task", "任务", None),
            ("U", "task", None, "另一任务"),
        ]
