"""Entering and changing objects, inspectors and experts over HTTP, with the owner rule and the history."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.foundation.audit import AuditEvent, find_break
from backend.foundation.database import db, transaction
from backend.registry.actions import record_visits, remove_visits
from backend.registry.queries import visit_counts
from backend.sample_city.generator import credit_code

SignIn = Callable[..., dict[str, str]]
CODE = credit_code(1, "130303", 90001)
OBJECT = {
    "code": CODE,
    "kind": "enterprise",
    "name": "山海关𠮷祥食品有限公司",
    "region": "130303",
    "authority": "SHG",
    "registered_on": "2024-05-06",
    "tags": ["ebike"],
    "licences": ["food_production"],
    "libraries": ["食品"],
    "risk": "B",
    "legal_representative": "甄查一",
}
INSPECTOR = {
    "code": "SHG-0100",
    "name": "甄新",
    "region": "130303",
    "certificate_no": "NEW-1",
    "certificate_expires_on": "2027-01-01",
    "qualifications": ["general"],
}
EXPERT = {"code": "EXP-1", "name": "郝专", "organisation": "燕山大学", "region": "130303", "specialities": ["锅炉"]}


def errors(answer: Any) -> set[tuple[str, str]]:
    """The places and codes of a problem's errors."""
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}


class TestObjects:
    def test_are_entered_found_and_changed_with_their_history(
        self, app: Flask, client: FlaskClient, sign_in: SignIn
    ) -> None:
        liaison = sign_in("liaison")
        assert client.post("/api/v1/objects", json=OBJECT, headers=sign_in("dispatcher")).status_code == 403
        bad = {**OBJECT, "code": CODE[:-1] + ("1" if CODE[-1] != "1" else "2"), "authority": "BDH"}
        assert errors(client.post("/api/v1/objects", json=bad, headers=liaison)) == {
            ("/code", "credit_code"),
            ("/authority", "authority_elsewhere"),
        }
        elsewhere = {**OBJECT, "region": "130304", "authority": "BDH"}
        assert errors(client.post("/api/v1/objects", json=elsewhere, headers=liaison)) == {("/region", "elsewhere")}
        made = client.post("/api/v1/objects", json=OBJECT, headers=liaison)
        assert made.status_code == 201, made.text
        assert (made.json["maintained_by"], made.json["risk"], made.json["mine"]) == ("SHG", "B", True)
        assert [row["risk"] for row in made.json["risk_history"]] == ["B"]
        assert client.post("/api/v1/objects", json=OBJECT, headers=liaison).json["code"] == "registry.already-listed"

        change = {"status": "deregistered", "tags": [], "risk": "D", "reason": "已办理注销", "row_version": 1}
        changed = client.patch(f"/api/v1/objects/{CODE}", json=change, headers=liaison)
        assert changed.status_code == 200, changed.text
        assert (changed.json["status"], changed.json["tags"], changed.json["risk"]) == ("deregistered", [], "D")
        newest, oldest = changed.json["changes"]
        assert oldest["fields"] == []
        assert (newest["reason"], newest["person"], newest["source"]) == ("已办理注销", "廉络", "office")
        assert {field["field"]: field["before"] for field in newest["fields"]} == {
            "status": "active",
            "tags": ["ebike"],
            "risk": "B",
        }
        stale = client.patch(f"/api/v1/objects/{CODE}", json=change, headers=liaison)
        assert stale.json["code"] == "registry.entry-changed"
        with app.app_context():
            steps = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == CODE)).all()
            assert steps == ["registry.create_object", "registry.change_object"]
            assert find_break(db.session()) is None

    def test_are_searched_by_everything_they_have(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        client.post("/api/v1/objects", json=OBJECT, headers=liaison)

        def found(query: str) -> Any:
            return client.get(f"/api/v1/objects?{query}", headers=liaison).json

        only = "library=食品"
        queries = (
            "q=𠮷祥", f"q={CODE[:17].lower()}", only, f"{only}&tag=ebike&licence=food_production", f"{only}&risk=B",
            f"{only}&status=active&kind=enterprise&authority=SHG", f"{only}&registered_from=2024-05-06",
            f"{only}&registered_to=2024-05-06&q=食品",
        )  # fmt: skip
        for query in queries:
            assert [row["code"] for row in found(query)["items"]] == [CODE], query
            assert found(query)["total"] == {"count": 1, "more": False}
        for query in ("risk=A", "tag=cotton", "registered_to=2024-05-05", "registered_from=2024-05-07", "q=𠮷样"):
            assert found(f"{only}&{query}")["items"] == [], query
        first = found("limit=10")
        assert first["total"]["count"] > 10
        assert found(f"limit=10&cursor={first['next']}")["total"] is None
        assert "食品" in client.get("/api/v1/object-marks", headers=liaison).json["libraries"]

    def test_belong_to_who_entered_them(self, client: FlaskClient, sign_in: SignIn) -> None:
        city, county = sign_in("planner"), sign_in("liaison")
        client.post("/api/v1/objects", json={**OBJECT, "authority": "QHD"}, headers=city)
        change = {"phone": "1", "row_version": 1}
        # The city entered it and registers it, so the county sees it and leaves it alone.
        seen = client.get(f"/api/v1/objects/{CODE}", headers=county).json
        assert (seen["mine"], seen["maintained_by_name"]) == (False, "秦皇岛市市场监督管理局")
        refused = client.patch(f"/api/v1/objects/{CODE}", json=change, headers=county)
        assert (refused.status_code, refused.json["code"]) == (403, "registry.not-yours")
        # What the county registers it maintains with the city, which stands above it in its line.
        given = client.patch(f"/api/v1/objects/{CODE}", json={"authority": "SHG", "row_version": 1}, headers=city)
        assert given.status_code == 200, given.text
        kept = client.patch(f"/api/v1/objects/{CODE}", json={"phone": "1", "row_version": 2}, headers=county)
        assert (kept.status_code, kept.json["maintained_by"]) == (200, "QHD")
        taken = {"maintained_by": "QHD", "row_version": 3}
        unchanged = client.patch(f"/api/v1/objects/{CODE}", json=taken, headers=county)
        assert unchanged.status_code == 200
        other = client.get("/api/v1/objects?region=130304&limit=1", headers=city).json["items"][0]
        assert client.patch(f"/api/v1/objects/{other['code']}", json=change, headers=county).status_code == 404
        assert client.patch("/api/v1/objects/none", json=change, headers=city).status_code == 404


class TestVisits:
    def test_are_counted_by_year_and_region_and_shown(self, app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        client.post("/api/v1/objects", json=OBJECT, headers=liaison)
        visit = {
            "object_code": CODE, "task_id": "t1", "task_name": "任务一", "region": "130303", "year": 2026,
            "planned_on": date(2026, 12, 1), "visited_on": None, "result": None,
        }  # fmt: skip
        with app.app_context():
            with transaction() as session:
                record_visits(session, [visit, {**visit, "task_id": "t2"}, {**visit, "task_id": "t3", "year": 2025}])
            with transaction() as session:
                record_visits(session, [{**visit, "visited_on": date(2026, 12, 3), "result": "1"}])
            session = db.session()
            assert visit_counts(session, region="130300", year=2026) == {CODE: 2}
            assert visit_counts(session, region="130304", year=2026) == {}
            with transaction() as session:
                remove_visits(session, task_id="t1")
                remove_visits(session, task_id="t2", codes=["other"])
            assert visit_counts(db.session(), region="130303", year=2026) == {CODE: 2}
            with transaction() as session:
                remove_visits(session, task_id="t2")
            assert visit_counts(db.session(), region="130303", year=2026) == {CODE: 1}
            db.session.rollback()
        visits = client.get(f"/api/v1/objects/{CODE}", headers=liaison).json["visits"]
        assert [(row["task_id"], row["visited_on"], row["result"]) for row in visits] == [
            ("t1", "2026-12-03", "1"),
            ("t3", None, None),
        ]


class TestPeople:
    def test_inspectors_are_entered_warned_about_and_transferred(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        made = client.post("/api/v1/inspectors", json=INSPECTOR, headers=liaison)
        assert (made.status_code, made.json["certificate_state"]) == (201, "expiring")
        taken = {**INSPECTOR, "code": "SHG-0101"}
        answer = client.post("/api/v1/inspectors", json=taken, headers=liaison)
        assert answer.json["code"] == "registry.already-listed"
        assert "SHG-0100" in answer.json["detail"]
        assert client.post("/api/v1/inspectors", json=INSPECTOR, headers=liaison).status_code == 409
        change = {
            "status": "transferred",
            "name": "甄新新",
            "department": "食品科",
            "reason": "调往市局",
            "row_version": 1,
        }
        changed = client.patch("/api/v1/inspectors/SHG-0100", json=change, headers=liaison).json
        assert (changed["status"], changed["name"], changed["department"]) == ("transferred", "甄新新", "食品科")
        assert {field["field"] for field in changed["changes"][0]["fields"]} == {"status", "name", "department"}

        def codes(query: str) -> list[str]:
            rows = client.get(f"/api/v1/inspectors?{query}", headers=liaison).json["items"]
            return [row["code"] for row in rows]

        assert codes("q=新新") == codes("q=食品科") == codes("certificate=expiring") == ["SHG-0100"]
        assert codes("status=transferred&q=NEW") == ["SHG-0100"]
        elsewhere = {"status": "retired", "row_version": 1}
        assert client.patch("/api/v1/inspectors/HGA-0001", json=elsewhere, headers=liaison).status_code == 404

    def test_inspectors_have_a_number_that_can_be_dialled(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        assert client.post("/api/v1/inspectors", json=INSPECTOR, headers=liaison).json["phone"] == ""
        version = 1
        for number in ("13800000000", "+86 138 0000 0000", "0335-5550001", "66001", ""):
            change = {"phone": number, "row_version": version}
            changed = client.patch("/api/v1/inspectors/SHG-0100", json=change, headers=liaison)
            assert (changed.status_code, changed.json["phone"]) == (200, number)
            version = changed.json["row_version"]
        for number in (
            "110",
            "无",
            "138 0000 000x",
            "+",
            "1" * 16,
            "13800000000;ext=1",
            "-13800000000",
            "１３８００００００００",
        ):
            change = {"phone": number, "row_version": version}
            answer = client.patch("/api/v1/inspectors/SHG-0100", json=change, headers=liaison)
            assert errors(answer) == {("/phone", "phone")}, number

    def test_experts_come_and_go(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        made = client.post("/api/v1/experts", json=EXPERT, headers=liaison)
        assert (made.status_code, made.json["status"]) == (201, "active")
        assert errors(client.post("/api/v1/experts", json={**EXPERT, "region": "130304"}, headers=liaison)) == {
            ("/region", "elsewhere")
        }
        gone = {"status": "removed", "reason": "聘期届满", "row_version": 1}
        left = client.patch("/api/v1/experts/EXP-1", json=gone, headers=liaison).json
        assert (left["status"], left["changes"][0]["reason"]) == ("removed", "聘期届满")
        rows = client.get("/api/v1/experts?q=燕山&status=removed", headers=sign_in("planner")).json["items"]
        assert [row["code"] for row in rows] == ["EXP-1"]
        assert client.get("/api/v1/experts/none", headers=liaison).status_code == 404
