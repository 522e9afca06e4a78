"""Plans over HTTP: drafted by one, approved by another, published, revised."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from backend.foundation.database import db, transaction
from backend.plans.models import Plan, Task
from backend.plans.queries import plan_document

SignIn = Callable[..., dict[str, str]]

ACTIVE = {"fact": "status", "in": ["active"]}
WHY = {"reason": "上级部署新增抽查事项"}


def task_in(**changes: Any) -> dict[str, Any]:
    """A valid task of a draft."""
    return {
        "code": "秦市监抽查〔2026〕9号",
        "name": "计量专项抽查",
        "region": "130303",
        "items": ["Q01", "Q09"],
        "items_by_stratum": {},
        "scope": ACTIVE,
        "cut_off": "2025-12-31",
        "period_from": "2026-12-01",
        "period_to": "2026-12-31",
        "method": "on_site",
        "mode": "市抽县查",
        "strata": [
            {
                "code": "METERING",
                "name": "计量单位",
                "rule": {"fact": "tags", "has": "metering"},
                "ratio": "1/10",
                "reserves": 2,
            },
            {"code": "OTHER", "name": "其他", "rule": None, "ratio": "1/200", "reserves": 0},
        ],
        **changes,
    }


def plan_in(**changes: Any) -> dict[str, Any]:
    """A valid draft."""
    return {"title": "2026年计量专项计划", "year": 2026, "tasks": [task_in()], **changes}


@pytest.fixture
def draft(client: FlaskClient, sign_in: SignIn) -> dict[str, Any]:
    """A draft by the planner."""
    answer = client.post("/api/v1/plans", json=plan_in(), headers=sign_in("planner"))
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json
    return plan


@pytest.fixture
def move(client: FlaskClient, sign_in: SignIn) -> Callable[..., dict[str, Any]]:
    """`move(plan, "approve", "supervisor")` -> the plan afterwards."""

    def post(plan: dict[str, Any], verb: str, username: str, body: Any = None) -> dict[str, Any]:
        answer = client.post(f"/api/v1/plans/{plan['id']}/{verb}", json=body, headers=sign_in(username))
        assert answer.status_code in (200, 201), answer.text
        after: dict[str, Any] = answer.json
        return after

    return post


class TestShowPlans:
    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/plans", headers=sign_in("inspector1")).status_code == 403

    def test_shows_a_county_the_plans_of_its_city(self, client: FlaskClient, sign_in: SignIn) -> None:
        city = client.get("/api/v1/plans", headers=sign_in("planner")).json["items"]
        county = client.get("/api/v1/plans", headers=sign_in("dispatcher")).json["items"]
        assert [plan["code"] for plan in county] == [plan["code"] for plan in city]
        assert {plan["region"] for plan in city} == {"130300"}
        assert all(plan["may"] == [] for plan in county)


class TestDraft:
    def test_refuses_who_is_no_planner(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.post("/api/v1/plans", json=plan_in(), headers=sign_in("reviewer")).status_code == 403

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"region": "130400"}, "/tasks/0/region"),
            ({"region": "130399"}, "/tasks/0/region"),
            ({"items": ["Q01", "Q77"]}, "/tasks/0/items/1"),
            ({"items": ["Q01", "Q01"]}, "/tasks/0/items/1"),
            ({"items_by_stratum": {"NONE": ["Q01"]}}, "/tasks/0/items_by_stratum/NONE"),
            ({"items_by_stratum": {"OTHER": ["Q04"]}}, "/tasks/0/items_by_stratum/OTHER"),
            ({"scope": {"fact": "colour", "in": ["red"]}}, "/tasks/0/scope/fact"),
            ({"scope": {}}, "/tasks/0/scope"),
            ({"period_to": "2026-11-01"}, "/tasks/0/period_to"),
            ({"cut_off": "2026-12-01"}, "/tasks/0/cut_off"),
        ],
    )
    def test_names_each_fault_of_a_task(
        self, client: FlaskClient, sign_in: SignIn, changes: dict[str, Any], pointer: str
    ) -> None:
        answer = client.post("/api/v1/plans", json=plan_in(tasks=[task_in(**changes)]), headers=sign_in("planner"))
        assert answer.status_code == 422
        assert answer.json["code"] == "plans.plan-invalid"
        assert pointer in [error["pointer"] for error in answer.json["errors"]]

    @pytest.mark.parametrize("ratio", ["0/5", "3", "2/1", "1/0", "01/5", "5%", "１/2"])
    def test_refuses_a_ratio_that_is_none(self, client: FlaskClient, sign_in: SignIn, ratio: str) -> None:
        task = task_in()
        task["strata"][0]["ratio"] = ratio
        answer = client.post("/api/v1/plans", json=plan_in(tasks=[task]), headers=sign_in("planner"))
        assert [error["pointer"] for error in answer.json["errors"]] == ["/tasks/0/strata/0/ratio"]

    def test_caps_a_stratum_checked_for_general_items_only(self, client: FlaskClient, sign_in: SignIn) -> None:
        task = task_in()
        task["strata"][0]["ratio"] = "11/100"
        refused = client.post("/api/v1/plans", json=plan_in(tasks=[task]), headers=sign_in("planner"))
        assert [error["code"] for error in refused.json["errors"]] == ["ratio_cap"]
        task["items"].append("Q12")
        allowed = client.post("/api/v1/plans", json=plan_in(tasks=[task]), headers=sign_in("planner"))
        assert allowed.status_code == 201

    @pytest.mark.parametrize("sign", ["\x00", "\ud800"])
    def test_refuses_signs_that_cannot_be_stored(self, client: FlaskClient, sign_in: SignIn, sign: str) -> None:
        body = plan_in(tasks=[task_in(scope={"fact": "name", "in": [f"甲{sign}"]})])
        # Escaped as any client may send it; the test client's own writer refuses a lone surrogate.
        data, kind = json.dumps(body), "application/json"
        answer = client.post("/api/v1/plans", data=data, content_type=kind, headers=sign_in("planner"))
        assert [error["pointer"] for error in answer.json["errors"]] == ["/tasks/0/scope"]

    def test_refuses_unknown_fields_and_wrong_types(self, client: FlaskClient, sign_in: SignIn) -> None:
        body = plan_in(year="soon", state="published")
        answer = client.post("/api/v1/plans", json=body, headers=sign_in("planner"))
        assert {error["pointer"] for error in answer.json["errors"]} == {"/year", "/state"}

    def test_makes_a_draft_with_tasks_and_ordered_strata(self, draft: dict[str, Any]) -> None:
        assert draft["code"] == "QHD-2026-03"
        assert (draft["version"], draft["state"], draft["digest"]) == (1, "draft", None)
        assert draft["may"] == ["edit"]
        task = draft["tasks"][0]
        assert [(s["seq"], s["code"]) for s in task["strata"]] == [(1, "METERING"), (2, "OTHER")]
        assert (task["seats"], task["match_within_days"], task["publish_within_working_days"]) == (2, 5, 20)


class TestShowPlan:
    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        answer = client.get("/api/v1/plans/none", headers=sign_in("planner"))
        assert (answer.status_code, answer.json["code"]) == (404, "foundation.not-found")

    def test_hides_the_plan_of_another_city(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]
    ) -> None:
        # The sample has one city; a sister county stands for a region that is neither above nor below.
        with app.app_context(), transaction() as session:
            session.execute(update(Plan).where(Plan.id == draft["id"]).values(region="130304"))
        assert client.get(f"/api/v1/plans/{draft['id']}", headers=sign_in("dispatcher")).status_code == 404
        listed = client.get("/api/v1/plans", headers=sign_in("dispatcher")).json["items"]
        assert draft["id"] not in [plan["id"] for plan in listed]

    def test_shows_tasks_with_the_names_of_items(
        self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]
    ) -> None:
        shown = client.get(f"/api/v1/plans/{draft['id']}", headers=sign_in("dispatcher")).json
        assert shown["tasks"][0]["items"][0] == {"code": "Q01", "name": "登记事项检查"}
        assert shown["drafted_by"]["name"]


class TestChange:
    def put(self, client: FlaskClient, plan: dict[str, Any], headers: dict[str, str], **changes: Any) -> Any:
        body = {**plan_in(), "row_version": plan["row_version"], **changes}
        return client.put(f"/api/v1/plans/{plan['id']}", json=body, headers=headers)

    def test_refuses_who_is_no_planner(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        assert self.put(client, draft, sign_in("dispatcher")).status_code == 403

    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert self.put(client, {"id": "none", "row_version": 1}, sign_in("planner")).status_code == 404

    def test_refuses_bad_input_and_keeps_the_draft(
        self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]
    ) -> None:
        assert self.put(client, draft, sign_in("planner"), tasks=[task_in(items=["Q99"])]).status_code == 422
        again = client.get(f"/api/v1/plans/{draft['id']}", headers=sign_in("planner")).json
        assert again == draft

    def test_refuses_a_version_that_was_read_before_another_change(
        self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]
    ) -> None:
        first = self.put(client, draft, sign_in("planner"), tasks=[task_in(seats=3)])
        assert first.json["row_version"] > draft["row_version"]
        late = self.put(client, draft, sign_in("planner"), title="迟到的修改")
        assert (late.status_code, late.json["code"]) == (409, "plans.plan-changed")
        kept = client.get(f"/api/v1/plans/{draft['id']}", headers=sign_in("planner")).json
        assert kept["tasks"][0]["seats"] == 3

    def test_refuses_an_approved_plan(
        self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any], move: Callable[..., Any]
    ) -> None:
        approved = move(draft, "approve", "supervisor")
        answer = self.put(client, approved, sign_in("planner"))
        assert (answer.status_code, answer.json["code"]) == (409, "plans.wrong-plan-state")


class TestApprove:
    def test_refuses_who_is_no_approver(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        assert client.post(f"/api/v1/plans/{draft['id']}/approve", headers=sign_in("planner")).status_code == 403

    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.post("/api/v1/plans/none/approve", headers=sign_in("supervisor")).status_code == 404

    def test_refuses_the_drafter(self, app: Flask, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        supervisor = client.get("/api/v1/me", headers=sign_in("supervisor")).json["person"]
        with app.app_context(), transaction() as session:
            session.execute(update(Plan).where(Plan.id == draft["id"]).values(drafted_by=supervisor))
        answer = client.post(f"/api/v1/plans/{draft['id']}/approve", headers=sign_in("supervisor"))
        assert (answer.status_code, answer.json["code"]) == (403, "plans.approver-is-drafter")

    def test_fixes_the_digest_of_the_document_once(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any], move: Callable[..., Any]
    ) -> None:
        approved = move(draft, "approve", "supervisor")
        assert approved["state"] == "approved"
        assert approved["approved_by"]["person"] != approved["drafted_by"]["person"]
        with app.app_context():
            document = plan_document(db.session.get_one(Plan, draft["id"]))
        assert approved["digest"] == hashlib.sha256(rfc8785.dumps(document)).hexdigest()
        again = client.post(f"/api/v1/plans/{draft['id']}/approve", headers=sign_in("supervisor"))
        assert (again.status_code, again.json["code"]) == (409, "plans.wrong-plan-state")


class TestPublish:
    def test_refuses_who_is_no_liaison(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        answer = client.post(f"/api/v1/plans/{draft['id']}/publish", headers=sign_in("supervisor"))
        assert answer.status_code == 403

    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.post("/api/v1/plans/none/publish", headers=sign_in("planner")).status_code == 404

    def test_refuses_what_is_not_approved(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        answer = client.post(f"/api/v1/plans/{draft['id']}/publish", headers=sign_in("planner"))
        assert (answer.status_code, answer.json["code"]) == (409, "plans.wrong-plan-state")

    def test_publishes_an_approved_plan(self, draft: dict[str, Any], move: Callable[..., Any]) -> None:
        move(draft, "approve", "supervisor")
        published = move(draft, "publish", "planner")
        assert published["state"] == "published"
        assert published["published_at"]
        assert published["may"] == ["revise"]


class TestRevise:
    def test_refuses_who_is_no_planner(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        assert (
            client.post(f"/api/v1/plans/{draft['id']}/revise", json=WHY, headers=sign_in("dispatcher")).status_code
            == 403
        )

    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.post("/api/v1/plans/none/revise", json=WHY, headers=sign_in("planner")).status_code == 404

    def test_refuses_a_draft(self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any]) -> None:
        answer = client.post(f"/api/v1/plans/{draft['id']}/revise", json=WHY, headers=sign_in("planner"))
        assert (answer.status_code, answer.json["code"]) == (409, "plans.wrong-plan-state")

    def test_refuses_once_a_task_has_begun(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any], move: Callable[..., Any]
    ) -> None:
        move(draft, "approve", "supervisor")
        move(draft, "publish", "planner")
        with app.app_context(), transaction() as session:
            session.execute(update(Task).where(Task.plan_id == draft["id"]).values(state="pool_frozen"))
        answer = client.post(f"/api/v1/plans/{draft['id']}/revise", json=WHY, headers=sign_in("planner"))
        assert (answer.status_code, answer.json["code"]) == (409, "plans.plan-under-way")

    def test_makes_version_two_and_closes_version_one_when_published(
        self, client: FlaskClient, sign_in: SignIn, draft: dict[str, Any], move: Callable[..., Any]
    ) -> None:
        move(draft, "approve", "supervisor")
        first = move(draft, "publish", "planner")
        second = move(first, "revise", "planner", WHY)
        assert (second["code"], second["version"], second["state"]) == (first["code"], 2, "draft")
        again = client.post(f"/api/v1/plans/{first['id']}/revise", json=WHY, headers=sign_in("planner"))
        assert (again.status_code, again.json["code"]) == (409, "plans.later-version")
        assert second["reason"] == WHY["reason"]
        approved = move(second, "approve", "supervisor")
        assert approved["may"] == []
        refused = client.post(f"/api/v1/plans/{second['id']}/publish", headers=sign_in("planner"))
        assert (refused.status_code, refused.json["code"]) == (409, "plans.not-filed")
        move(second, "filing", "planner", {"filing": "河北省市场监督管理局 冀备〔2026〕7号"})
        again = client.post(f"/api/v1/plans/{second['id']}/filing", json={"filing": "再次"}, headers=sign_in("planner"))
        assert (again.status_code, again.json["code"]) == (409, "plans.wrong-plan-state")
        assert move(second, "publish", "planner")["digest"] != first["digest"]
        closed = client.get(f"/api/v1/plans/{first['id']}", headers=sign_in("planner")).json
        assert closed["state"] == "closed"
        tasks = client.get("/api/v1/tasks", headers=sign_in("planner")).json["items"]
        assert [task["plan"]["version"] for task in tasks if task["plan"]["code"] == first["code"]] == [2]


class TestShowTasks:
    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/tasks", headers=sign_in("inspector1")).status_code == 403

    def test_refuses_a_state_that_is_none(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/tasks?state=lost", headers=sign_in("planner")).status_code == 422

    def test_lists_by_state(self, client: FlaskClient, sign_in: SignIn) -> None:
        planned = client.get("/api/v1/tasks?state=planned", headers=sign_in("dispatcher")).json["items"]
        assert [task["code"] for task in planned] == ["秦市监抽查〔2026〕1号", "秦市监抽查〔2021〕1号"]
        assert client.get("/api/v1/tasks?state=drawn", headers=sign_in("dispatcher")).json["items"] == []


class TestShowForecast:
    def test_hides_what_is_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/tasks/none", headers=sign_in("planner")).status_code == 404
        assert client.get("/api/v1/tasks/none/forecast", headers=sign_in("planner")).status_code == 404

    def test_adds_up_to_the_directory(self, client: FlaskClient, sign_in: SignIn) -> None:
        task = client.get("/api/v1/tasks", headers=sign_in("planner")).json["items"][1]
        shown = client.get(f"/api/v1/tasks/{task['id']}/forecast", headers=sign_in("planner")).json
        assert sum(stratum["n"] for stratum in shown["strata"]) == shown["n"]
        assert sum(region["n"] for region in shown["regions"]) == shown["n"]
        assert shown["n"] + sum(excluded["n"] for excluded in shown["excluded"]) == 3000
        assert all(s["n"] == 0 or 0 < s["k"] <= s["n"] for s in shown["strata"])
        platform = next(s for s in shown["strata"] if s["code"] == "ENT-PLATFORM")
        assert platform["k"] == platform["n"]
