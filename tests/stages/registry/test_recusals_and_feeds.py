"""Recusals raised and withdrawn, and feeds of risk classes and licences, over HTTP."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backend.foundation.database import db
from backend.registry.queries import list_recusals
from tests.conftest import Clock

SignIn = Callable[..., dict[str, str]]


def some_objects(client: FlaskClient, headers: dict[str, str], query: str = "limit=3") -> list[dict[str, Any]]:
    """A few objects of the reader's jurisdiction."""
    found: list[dict[str, Any]] = client.get(f"/api/v1/objects?{query}", headers=headers).json["items"]
    return found


class TestRecusals:
    def test_are_raised_by_oneself_and_for_objects_and_withdrawn_with_a_reason(
        self, app: Flask, client: FlaskClient, sign_in: SignIn
    ) -> None:
        liaison, inspector = sign_in("liaison"), sign_in("inspector1")
        first, second, _ = [row["code"] for row in some_objects(client, liaison)]
        own = client.post("/api/v1/recusals", json={"object": first, "reason": "近亲属任职"}, headers=inspector)
        assert (own.status_code, own.json["inspector"], own.json["raised_by"]) == (201, "SHG-0001", "inspector")
        again = {"inspector": "SHG-0001", "object": first, "reason": "重复"}
        assert client.post("/api/v1/recusals", json=again, headers=liaison).json["code"] == "registry.already-recused"
        others = {"inspector": "SHG-0002", "object": first, "reason": "代他人提出"}
        assert client.post("/api/v1/recusals", json=others, headers=inspector).status_code == 422
        for body in (
            {**others, "object": "none"},
            {**others, "inspector": "HGA-0001"},
            {**others, "raised_by": "system"},
        ):
            assert client.post("/api/v1/recusals", json=body, headers=liaison).status_code == 422
        asked = {"inspector": "SHG-0001", "object": second, "reason": "存在纠纷", "raised_by": "object"}
        by_object = client.post("/api/v1/recusals", json=asked, headers=liaison).json
        seen = client.get("/api/v1/recusals", headers=inspector).json["items"]
        assert [row["object"] for row in seen] == [second, first]
        assert client.get("/api/v1/recusals", headers=sign_in("inspector2")).json["items"] == []
        with app.app_context():
            assert {(first, "SHG-0001"), (second, "SHG-0001")} <= list_recusals(db.session(), region="130303")
            db.session.rollback()

        # What the object asked for is not the inspector's to end.
        address, why = f"/api/v1/recusals/{by_object['id']}/withdraw", {"reason": "纠纷已了结"}
        assert client.post(address, json=why, headers=inspector).status_code == 404
        ended = client.post(address, json=why, headers=liaison)
        assert ended.json["withdrawn_because"] == "纠纷已了结"
        assert client.post(address, json=why, headers=liaison).json["code"] == "registry.already-withdrawn"
        with app.app_context():
            assert (second, "SHG-0001") not in list_recusals(db.session(), region="130303")
            db.session.rollback()
        assert client.post("/api/v1/recusals", json=asked, headers=liaison).status_code == 201
        dossier = client.get(f"/api/v1/objects/{second}", headers=liaison).json["recusals"]
        assert [bool(row["withdrawn_at"]) for row in dossier] == [False, True]
        withdrawn = client.get(f"/api/v1/recusals?withdrawn=true&object={second}&limit=1", headers=liaison).json
        assert withdrawn["next"] == withdrawn["items"][0]["id"]

    def test_by_rule_are_raised_once(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        thing = some_objects(client, liaison)[0]["code"]
        version = client.get(f"/api/v1/objects/{thing}", headers=liaison).json["row_version"]
        change = {"legal_representative": "甄查二", "row_version": version}
        assert client.patch(f"/api/v1/objects/{thing}", json=change, headers=liaison).status_code == 200
        assert client.post("/api/v1/recusals/by-rule", headers=liaison).json == {"raised": 1}
        raised = client.get("/api/v1/recusals?inspector=SHG-0002", headers=liaison).json["items"][0]
        assert (raised["object"], raised["raised_by"]) == (thing, "system")
        client.post(f"/api/v1/recusals/{raised['id']}/withdraw", json={"reason": "同名不同人"}, headers=liaison)
        assert client.post("/api/v1/recusals/by-rule", headers=liaison).json == {"raised": 0}


class TestFeeds:
    def test_risk_classes_keep_their_history_and_the_latest_counts(
        self, client: FlaskClient, sign_in: SignIn, clock: Clock
    ) -> None:
        clock.advance(minutes=1)
        liaison = sign_in("liaison")
        code = some_objects(client, liaison, "risk=A&limit=1")[0]["code"]
        elsewhere = some_objects(client, sign_in("planner"), "region=130304&limit=1")[0]["code"]

        def send(batch: str, *rows: tuple[str, str, str]) -> Any:
            body = {
                "batch": batch,
                "rows": [dict(zip(("object", "risk", "effective_on"), r, strict=True)) for r in rows],
            }
            answer = client.post("/api/v1/feeds/risk", json=body, headers=liaison)
            assert answer.status_code == 200, answer.text
            return answer.json

        batch = [(code, "C", "2026-11-23"), ("none", "A", "2026-11-01"), (elsewhere, "A", "2026-11-01"),
                 (code, "B", "2026-12-01"), (code, "D", "2020-01-01")]  # fmt: skip
        told = send("b1", *batch)
        assert (told["recorded"], told["in_force"], told["repeated"]) == (2, 1, 0)
        assert [(fault["row"], fault["code"]) for fault in told["faults"]] == [
            (2, "unknown_object"),
            (3, "unknown_object"),
            (4, "date_range"),
        ]
        again = send("b1", *batch)
        assert (again["recorded"], again["repeated"], len(again["faults"])) == (0, 2, 3)
        reused = send("b1", (code, "A", "2026-11-23"))
        assert [fault["code"] for fault in reused["faults"]] == ["batch_reused"]
        # What comes later about an earlier day is kept and changes nothing.
        clock.advance(minutes=1)
        assert send("b2", (code, "A", "2026-11-22"), (code, "C", "2026-11-23"))["repeated"] == 1
        shown = client.get(f"/api/v1/objects/{code}", headers=liaison).json
        assert shown["risk"] == "C"
        feed = [row for row in shown["risk_history"] if row["source"] == "feed:SHG"]
        assert [(row["risk"], row["effective_on"]) for row in feed] == [
            ("C", "2026-11-23"),
            ("A", "2026-11-22"),
            ("D", "2020-01-01"),
        ]
        assert shown["changes"][0]["source"] == "feed:SHG"
        assert shown["changes"][0]["fields"] == [{"field": "risk", "before": "A", "after": "C"}]
        assert code in {row["code"] for row in some_objects(client, liaison, "risk=C&limit=200")}
        assert client.post("/api/v1/feeds/risk", json={"batch": "x", "rows": []}, headers=liaison).status_code == 422
        refused = client.post("/api/v1/feeds/risk", json={"batch": "x", "rows": []}, headers=sign_in("dispatcher"))
        assert refused.status_code == 403

    def test_licences_decide_about_their_kind(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        code = some_objects(client, liaison, "licence=cma&limit=1")[0]["code"]
        held = client.get(f"/api/v1/objects/{code}", headers=liaison).json["licences_held"]
        number = next(row["number"] for row in held if row["kind"] == "cma")
        licence = {
            "object": code, "kind": "cma", "number": number, "issuing_body": "省局", "valid_from": "2021-01-01",
            "valid_to": "2027-01-01", "status": "revoked", "effective_on": "2026-11-01",
        }  # fmt: skip

        def send(batch: str, *rows: dict[str, Any]) -> Any:
            return client.post("/api/v1/feeds/licences", json={"batch": batch, "rows": rows}, headers=liaison).json

        def kinds() -> Any:
            return client.get(f"/api/v1/objects/{code}", headers=liaison).json["licences"]

        before = kinds()
        assert (
            send("l1", licence, {**licence, "kind": "food_production", "number": "F1", "status": "valid"})["recorded"]
            == 2
        )
        assert kinds() == sorted({*before, "food_production"} - {"cma"})
        found = some_objects(client, liaison, "licence=food_production&limit=200")
        assert code in {row["code"] for row in found}
        assert code not in {row["code"] for row in some_objects(client, liaison, "licence=cma&limit=200")}
        # An older statement is kept, and does not bring the licence back.
        send("l2", {**licence, "status": "valid", "effective_on": "2026-10-01"})
        assert "cma" not in kinds()
        rows = client.get(f"/api/v1/objects/{code}", headers=liaison).json
        cma = [row for row in rows["licences_held"] if row["kind"] == "cma"]
        assert [(row["status"], row["current"]) for row in cma] == [
            ("revoked", True),
            ("valid", False),
            ("valid", False),
        ]
        # Neither does declaring it at the desk.
        change = {"licences": ["cma", "auction"], "row_version": rows["row_version"]}
        client.patch(f"/api/v1/objects/{code}", json=change, headers=liaison)
        assert kinds() == ["auction", "food_production"]
        wrong = send("l3", {**licence, "valid_to": "2020-01-01"})
        assert [(fault["row"], fault["field"]) for fault in wrong["faults"]] == [(1, "valid_to")]
