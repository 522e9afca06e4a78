"""合并上门 over HTTP, from plans to results: what two tasks drew is visited once, and counted once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.draws.verifier import verify_bundle
from backend.foundation.database import db, transaction
from backend.registry.models import InspectedObject, InspectionItem, Inspector, ObjectVisit
from tests.conftest import Clock
from tests.stages.draws.ceremony import Ceremony, Json
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.fieldwork.world import give_account
from tests.stages.plans.test_plans import task_in
from tests.stages.reviews.desk import publish_record

SignIn = Callable[..., dict[str, str]]
COUNTY = "130303"
A, B = "甲〔2026〕1号", "乙〔2026〕2号"
USERS = {"SHG-0001": "inspector1", "SHG-0002": "inspector2", "SHG-0003": "inspector3"}


def merged_task(code: str, objects: list[str], items: list[str], **changes: Any) -> Json:
    """A special task that draws all of some objects."""
    task = task_in(
        code=code,
        name=f"任务{code[0]}",
        kind="special",
        source="monitoring",
        merge_visits=True,
        items=items,
        scope={"fact": "code", "in": objects},
        strata=[{"code": "ALL", "name": "全部", "rule": None, "ratio": "1/1", "reserves": 0}],
    )
    return {**task, **changes}


def publish_plans(ceremony: Ceremony, *tasks: Json) -> None:
    """One plan of special checks with these tasks, approved and published."""
    body = {"title": "2026年专项检查计划", "year": 2026, "kind": "special", "tasks": list(tasks)}
    plan = ceremony.do("POST", "/plans", "planner", body)
    ceremony.publish_plan({"plan": plan})


def dispatch(ceremony: Ceremony, code: str) -> tuple[Json, Json]:
    """Draw the objects of a task and dispatch them: the task and the draw."""
    task = ceremony.task(code)
    ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
    draw = ceremony.publish(task, "planner", kind="objects", region=COUNTY)
    ceremony.do("POST", f"/tasks/{task['id']}/dispatch", "planner")
    return task, draw


def merges(ceremony: Ceremony, draw: Json) -> dict[str, str]:
    """How each object of a draw that another task drew too was decided."""
    rows = ceremony.do("GET", f"/draws/{draw['id']}/drawn", "dispatcher")["items"]
    return {row["object_code"]: row["merge"]["outcome"] for row in rows if row["merge"]}


def bundle(ceremony: Ceremony, draw: Json) -> Json:
    """The bundle of a draw."""
    found: Json = json.loads(ceremony.call("GET", f"/draws/{draw['id']}/bundle", "planner").data)
    return found


@pytest.fixture
def objects(app: Flask) -> list[str]:
    """Four enterprises of the county that nobody is recused from; the second sells online."""
    give_account(app, username="inspector3", inspector="SHG-0003")
    with app.app_context(), transaction() as session:
        found = select(InspectedObject).where(
            InspectedObject.region == COUNTY,
            InspectedObject.kind == "enterprise",
            InspectedObject.status == "active",
        )
        chosen = [row.code for row in session.scalars(found.order_by(InspectedObject.code.desc()).limit(4))]
        session.scalars(found.where(InspectedObject.code == chosen[1])).one().tags = ["ecommerce"]
        return chosen


class TestOneVisit:
    def test_serves_two_tasks_unless_it_has_begun(
        self, app: Flask, client: FlaskClient, ceremony: Ceremony, sign_in: SignIn, clock: Clock, objects: list[str]
    ) -> None:
        only_a, both, begun, only_b = objects
        publish_plans(
            ceremony,
            merged_task(A, [only_a, both, begun], ["Q04", "Q01"]),
            merged_task(B, [both, begun, only_b], ["Q01", "Q02"], publish_within_working_days=10),
            merged_task("丙", objects, ["Q01"], frequency_cap=2, merge_visits=False),
        )
        task_a, draw_a = dispatch(ceremony, A)
        match_a = ceremony.publish(task_a, "dispatcher", kind="inspectors", region=COUNTY)
        teams = {
            row["object_code"]: [seat["inspector_code"] for seat in row["seats"]]
            for row in ceremony.do("GET", f"/draws/{match_a['id']}/drawn", "dispatcher")["items"]
        }

        def phone_for(code: str) -> Phone:
            phone = Phone(client, USERS[teams[code][0]], clock=clock)
            phone.sign_in()
            must(phone.enrol(), 201)
            [mine] = [row for row in phone.call("GET", "/inspections").json["items"] if row["object"]["code"] == code]
            return phone.open(mine["id"])

        early = phone_for(begun)
        early.edit("remark", "已到现场")
        must(early.push())
        phone = phone_for(both)
        before = must(phone.call("GET", f"/inspections/{phone.inspection}")).json
        since = must(phone.call("GET", "/inspections")).json["next_since"]
        clock.advance(minutes=5)

        task_b, draw_b = dispatch(ceremony, B)
        assert merges(ceremony, draw_b) == {both: "merged", begun: "begun"}
        public = client.get(f"/portal/v1/draws/{draw_b['id']}").json["document"]["merged"]
        assert [(row["object"], row["draw"], row["task"]["code"]) for row in public] == [(both, draw_a["id"], A)]
        match_b = ceremony.publish(task_b, "dispatcher", kind="inspectors", region=COUNTY)
        teams_b, objects_b = bundle(ceremony, match_b), bundle(ceremony, draw_b)
        assert {row["object"] for row in teams_b["assignments"]} == {begun, only_b}
        assert verify_bundle(teams_b, objects_b) == []
        assert ceremony.task(B)["state"] == "matched"

        phone.sign_in()
        changed = phone.call("GET", "/inspections", query_string={"since": since}).json["items"]
        [brief] = [row for row in changed if row["object"]["code"] == both]
        packet = must(phone.call("GET", f"/inspections/{phone.inspection}")).json
        assert brief["checklist_digest"] == packet["checklist"]["digest"] != before["checklist_digest"]
        document = packet["checklist"]["document"]
        assert [item["code"] for item in document["items"]] == ["Q04", "Q01", "Q02"]
        assert [(one["code"], one["items"]) for one in document["tasks"]] == [
            (A, ["Q04", "Q01"]),
            (B, ["Q01", "Q02"]),
        ]
        # What several items ask is asked once, by the first of them.
        keys = [point["shared_key"] for point in document["points"] if point["shared_key"]]
        assert len(keys) == len(set(keys))
        assert packet["team"] == before["team"]
        assert packet["source"]["kind"] == "special"

        phone.open(phone.inspection).fill().sign_all().submit()
        must(phone.push())
        phone.upload_files()
        sign_in("reviewer", fresh=True)
        sign_in("supervisor", fresh=True)
        publish_record(client, sign_in, phone.inspection)
        shown = {
            one: client.get(f"/portal/v1/results/{task['id']}.{both}").json["document"]
            for one, task in ((A, task_a), (B, task_b))
        }
        assert [item["code"] for item in shown[A]["items"]] == ["Q04", "Q01"]
        assert [item["code"] for item in shown[B]["items"]] == ["Q01", "Q02"]
        assert (shown[A]["draw"]["id"], shown[B]["draw"]["id"]) == (draw_a["id"], draw_b["id"])
        assert shown[A]["match"] == shown[B]["match"]
        assert [one["code"] for one in shown[B]["shared_with"]] == [A]
        assert shown[B]["kind"] == {"code": "special", "name": "专项检查"}
        assert shown[A]["record"] == shown[B]["record"]

        # The merged visit counts once for a cap of two, the two visits to the one that had begun twice.
        pool = ceremony.do("POST", f"/tasks/{ceremony.task('丙')['id']}/pool", "planner")
        assert {row["reason"]: row["n"] for row in pool["excluded"]}["frequency_cap"] == 1
        with app.app_context():
            visits = select(ObjectVisit.object_code, ObjectVisit.task_id).where(ObjectVisit.object_code == both)
            assert db.session.execute(visits).all() == [(both, task_a["id"])]

    def test_is_made_by_a_team_that_fits_all_its_tasks_or_not_at_all(
        self, app: Flask, ceremony: Ceremony, objects: list[str]
    ) -> None:
        with app.app_context(), transaction() as session:
            item = update(InspectionItem).where(InspectionItem.code == "Q02")
            session.execute(item.values(qualifications=["metering"]))
            holders = update(Inspector).where(Inspector.region == COUNTY)
            session.execute(holders.values(qualifications=[]))
            session.execute(holders.where(Inspector.code == "SHG-0002").values(qualifications=["metering"]))
        one, other, late = objects[:3]
        publish_plans(
            ceremony,
            merged_task(A, [one, other, late], ["Q01"]),
            merged_task(B, [one, other], ["Q02"]),
            merged_task("三人", [one], ["Q01"], seats=3),
            merged_task("重抽", [one, other], ["Q03"]),
            merged_task("元旦", [one], ["Q01"], period_from="2027-01-01", period_to="2027-01-31"),
        )
        task_a, draw_a = dispatch(ceremony, A)
        task_b, draw_b = dispatch(ceremony, B)
        # Nothing of it is left to match: its visits are those of the other task.
        assert merges(ceremony, draw_b) == {one: "merged", other: "merged"}
        assert ceremony.task(B)["state"] == "matched"
        asked = ceremony.draw_in(kind="inspectors", region=COUNTY)
        refused = ceremony.call("POST", f"/tasks/{task_b['id']}/draws", "dispatcher", asked)
        assert (refused.status_code, refused.json["code"]) == (409, "draws.task-not-ready")
        # It can still be given up, as no team rests on it.
        again, draw_again = dispatch(ceremony, "重抽")
        assert set(merges(ceremony, draw_again).values()) == {"merged"}
        ceremony.do("POST", f"/draws/{draw_again['id']}/void", "planner", {"reason": "名单登记有误"})
        ceremony.do("POST", f"/draws/{draw_again['id']}/void/approve", "supervisor")
        assert ceremony.task(again["code"])["state"] == "pool_frozen"
        assert merges(ceremony, dispatch(ceremony, "三人")[1]) == {one: "staffing"}
        assert merges(ceremony, dispatch(ceremony, "元旦")[1]) == {}

        # An object that leaves the task which would visit it waits for a team of the other again.
        request = ceremony.ask(draw_a, "planner", [other], other, "closed")
        ceremony.do("POST", f"/substitutions/{request['id']}/approve", "supervisor", {})
        assert merges(ceremony, draw_b) == {one: "merged"}
        public = ceremony.client.get(f"/portal/v1/draws/{draw_b['id']}").json["document"]["merged"]
        assert [row["object"] for row in public] == [one]
        [county] = ceremony.do("GET", f"/tasks/{task_b['id']}/dispatch", "planner")["counties"]
        assert (county["waiting"], county["matched"]) == (1, False)

        match = ceremony.publish(task_a, "dispatcher", kind="inspectors", region=COUNTY)
        rows = {row["id"]: row["needs"] for row in bundle(ceremony, match)["eligibility"]["objects"]}
        assert rows == {one: ["metering"], late: []}
        row = next(row for row in bundle(ceremony, match)["assignments"] if row["object"] == one)
        assert "SHG-0002" in {seat["id"] for seat in row["seats"]}
        # Both now rest on this match.
        refused = ceremony.call("POST", f"/draws/{draw_b['id']}/void", "planner", {"reason": "名单登记有误"})
        assert (refused.status_code, refused.json["code"]) == (409, "draws.draw-in-use")
