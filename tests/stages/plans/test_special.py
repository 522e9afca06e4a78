"""Special and single-case inspections over HTTP: their own plan and source, drawn once approved; and who stays out."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.foundation.database import db, transaction
from backend.plans.models import Task
from backend.plans.queries import forecast_tasks, run_scope, task_values
from backend.registry.models import InspectedObject, InspectionItem, ObjectVisit
from tests.conftest import Clock
from tests.stages.draws.ceremony import Ceremony
from tests.stages.plans.test_plans import plan_in, task_in

SignIn = Callable[..., dict[str, str]]
ALL = [{"code": "ALL", "name": "全部", "rule": None, "ratio": "1/1", "reserves": 0}]


@pytest.fixture
def ceremony(client: FlaskClient, sign_in: SignIn, clock: Clock) -> Ceremony:
    """The people of the city."""
    return Ceremony(client, sign_in, clock)


def single_case(codes: list[str], **changes: Any) -> dict[str, Any]:
    """A task that names its objects."""
    return task_in(
        kind="single_case",
        source="complaint",
        source_note="12315 投诉第 8 号，附照片",
        scope={"fact": "code", "in": codes},
        strata=ALL,
        **changes,
    )


def some_objects(app: Flask, count: int) -> list[str]:
    """Codes of active objects of a county."""
    found = select(InspectedObject.code).where(InspectedObject.region == "130303", InspectedObject.status == "active")
    with app.app_context():
        return list(db.session.scalars(found.order_by(InspectedObject.code).limit(count)))


class TestSingleCase:
    def test_names_its_objects_and_is_drawn_once_another_person_approved(self, app: Flask, ceremony: Ceremony) -> None:
        codes = some_objects(app, 3)
        body = plan_in(kind="special", tasks=[single_case(codes)])
        plan = ceremony.do("POST", "/plans", "planner", body)
        [task] = plan["tasks"]
        assert (plan["kind"], task["kind"], task["source"], plan["due_on"]) == (
            "special",
            "single_case",
            "complaint",
            None,
        )
        early = ceremony.call("POST", f"/tasks/{task['id']}/pool", "planner")
        assert (early.status_code, early.json["code"]) == (409, "draws.plan-not-published")
        ceremony.do("POST", f"/plans/{plan['id']}/approve", "supervisor")
        pool = ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
        assert pool["n"] == 3
        # Who complained stays in the office.
        ceremony.do("POST", f"/plans/{plan['id']}/publish", "planner")
        public = ceremony.client.get(f"/portal/v1/plans/{plan['code']}")
        assert public.status_code == 200
        assert "12315" not in public.text

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"source_note": None}, "/tasks/0/source_note"),
            ({"source": None}, "/tasks/0/source"),
            ({"scope": {"fact": "status", "in": ["active"]}}, "/tasks/0/scope"),
            ({"scope": {"fact": "code", "in": ["911303000000000000"]}}, "/tasks/0/scope/in/0"),
            ({"strata": [{**ALL[0], "ratio": "1/2"}]}, "/tasks/0/strata"),
        ],
    )
    def test_refuses_what_is_no_case(
        self, app: Flask, ceremony: Ceremony, changes: dict[str, Any], pointer: str
    ) -> None:
        task = {**single_case(some_objects(app, 1)), **changes}
        refused = ceremony.call("POST", "/plans", "planner", plan_in(kind="special", tasks=[task]))
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]

    def test_an_unpublished_annual_plan_is_not_drawn(self, ceremony: Ceremony) -> None:
        plan = ceremony.do("POST", "/plans", "planner", plan_in())
        ceremony.do("POST", f"/plans/{plan['id']}/approve", "supervisor")
        refused = ceremony.call("POST", f"/tasks/{plan['tasks'][0]['id']}/pool", "planner")
        assert (refused.status_code, refused.json["code"]) == (409, "draws.plan-not-published")


class TestSpecial:
    def test_has_its_own_ratio_and_no_cap(self, ceremony: Ceremony) -> None:
        strata = [{**ALL[0], "ratio": "1/2"}]
        task = task_in(kind="special", source="monitoring", trigger="投诉量环比上升 50%", strata=strata)
        plan = ceremony.do("POST", "/plans", "planner", plan_in(kind="special", tasks=[task]))
        assert plan["tasks"][0]["trigger"] == "投诉量环比上升 50%"

    def test_takes_an_item_that_is_not_fit_for_random_draw(self, app: Flask, ceremony: Ceremony) -> None:
        with app.app_context(), transaction() as session:
            values = {"random_fit": False, "unfit_reason": "须逐户许可核查"}
            session.execute(update(InspectionItem).where(InspectionItem.code == "Q09").values(**values))
        refused = ceremony.call("POST", "/plans", "planner", plan_in())
        [error] = refused.json["errors"]
        assert (error["pointer"], error["code"]) == ("/tasks/0/items/1", "not_random_fit")
        assert "须逐户许可核查" in error["message"]
        task = task_in(kind="special", source="superior")
        assert ceremony.call("POST", "/plans", "planner", plan_in(kind="special", tasks=[task])).status_code == 201


class TestNumberOfObjects:
    def test_is_refused_where_a_cap_binds_and_drawn_up_to_what_there_is(self, ceremony: Ceremony) -> None:
        strata = [{**task_in()["strata"][0], "ratio": None, "number": 7}, {**ALL[0], "ratio": None, "number": 100_000}]
        refused = ceremony.call("POST", "/plans", "planner", plan_in(tasks=[task_in(strata=strata)]))
        assert {error["pointer"] for error in refused.json["errors"]} == {
            "/tasks/0/strata/0/number",
            "/tasks/0/strata/1/number",
        }
        task = task_in(items=["Q12"], strata=strata)
        plan = ceremony.do("POST", "/plans", "planner", plan_in(tasks=[task]))
        task_id = plan["tasks"][0]["id"]
        sizes = ceremony.do("GET", f"/tasks/{task_id}/forecast", "planner")["strata"]
        assert [row["k"] for row in sizes] == [7, sizes[1]["n"]]
        assert sizes[0]["ratio"] == f"7/{sizes[0]['n']}"
        ceremony.do("POST", f"/plans/{plan['id']}/approve", "supervisor")
        ceremony.do("POST", f"/plans/{plan['id']}/publish", "planner")
        ceremony.do("POST", f"/tasks/{task_id}/pool", "planner")
        draw = ceremony.create({"id": task_id}, "planner", kind="objects", region="130303")
        assert [row["k"] for row in ceremony.commit(draw, "planner")["strata"]] == [row["k"] for row in sizes]

    @pytest.mark.parametrize("wrong", [{"ratio": None, "number": None}, {"ratio": "1/2", "number": 3}])
    def test_stands_instead_of_a_ratio(self, ceremony: Ceremony, wrong: dict[str, Any]) -> None:
        task = task_in(items=["Q12"], strata=[{**ALL[0], **wrong}])
        refused = ceremony.call("POST", "/plans", "planner", plan_in(tasks=[task]))
        assert [error["code"] for error in refused.json["errors"]] == ["ratio_or_number"]


class TestWhoStaysOut:
    def test_a_forecast_counts_as_the_pool_does(self, app: Flask, ceremony: Ceremony) -> None:
        """Every reason at once, groups against the run object by object."""
        visited = some_objects(app, 40)
        with app.app_context(), transaction() as session:
            for code in visited:
                session.add(
                    ObjectVisit(
                        object_code=code,
                        task_id="t",
                        task_name="t",
                        region="130303",
                        year=2026,
                        planned_on=date(2026, 3, 1),
                    )
                )
        rules = {
            "LATE": {"fact": "registered_on", "on_or_after": "2018-06-01"},
            "EARLY": {"not": {"fact": "registered_on", "on_or_before": "2012-03-31"}},
            "TAGGED": {
                "any": [
                    {"fact": "tags", "has_any": ["metering", "ebike"]},
                    {"fact": "licences", "has": "food_business"},
                ]
            },
            "RISKY": {"fact": "risk", "in": ["C", "D"]},
        }
        strata = [{**ALL[0], "code": code, "rule": rule, "ratio": "1/7"} for code, rule in rules.items()]
        task = task_in(
            region="130300",
            items=["Q12"],
            strata=strata,
            cut_off="2022-05-31",
            frequency_cap=1,
            observation_months=30,
            observation_risks=["A", "B"],
        )
        plan = ceremony.do("POST", "/plans", "planner", plan_in(tasks=[task]))
        shown = ceremony.do("GET", f"/tasks/{plan['tasks'][0]['id']}/forecast", "planner")
        with app.app_context():
            row = db.session.get_one(Task, plan["tasks"][0]["id"])
            placed = [(stratum, region, reason) for _, region, stratum, reason in run_scope(db.session(), row)]
            assert forecast_tasks(db.session(), [task_values(row)]) == [shown]
        for cell in shown["cells"]:
            assert sum(one[:2] == (cell["stratum"], cell["region"]) for one in placed) == cell["n"]
        counts = {one["reason"]: one["n"] for one in shown["excluded"]}
        assert counts == {reason: sum(one[2] == reason for one in placed) for reason in counts}
        assert shown["n"] == sum(not reason for *_, reason in placed)
        assert all(counts.values()), counts

    def test_a_draft_is_forecast_before_it_is_kept(self, ceremony: Ceremony) -> None:
        names = ("kind", "region", "items", "scope", "cut_off", "period_from", "strata")
        task = task_in(region="130300", kind="double_random", items=["Q12"])
        body = {"tasks": [{name: task[name] for name in names}]}
        shown = ceremony.do("POST", "/plans/forecast", "planner", body)
        [one] = shown["tasks"]
        assert sum(region["k"] for region in one["regions"]) == pytest.approx(one["k"], abs=0.1)
        assert shown["coverage"]["part"] == one["k"]
        assert shown["coverage"]["enough"] is (one["k"] * 20 >= shown["coverage"]["whole"])
        assert shown["risk_use"] == {"part": 0, "whole": 0, "least": "3/5", "enough": True}
        joint = {**body["tasks"][0], "participants": ["A"], "scope": {"fact": "risk", "in": ["D"]}}
        assert ceremony.do("POST", "/plans/forecast", "planner", {"tasks": [joint]})["risk_use"]["part"] == 1
        wrong = {"tasks": [{**body["tasks"][0], "region": "110000"}]}
        assert ceremony.call("POST", "/plans/forecast", "planner", wrong).status_code == 422
        assert ceremony.call("POST", "/plans/forecast", "reviewer", body).status_code == 403
