"""Deciding on a record over HTTP: return, approve, operations kept aside."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from backend.accounts.models import Account, Body, Person, Region
from backend.foundation.database import db, transaction
from backend.reviews import actions
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, finish, must
from tests.stages.fieldwork.world import publish_match
from tests.stages.reviews.desk import Desk

SignIn = Callable[..., dict[str, str]]


@pytest.fixture
def reviewer(client: FlaskClient, sign_in: SignIn, phone: Phone) -> Desk:
    return Desk(client, sign_in("reviewer"), phone.inspection)


def give_role(app: Flask, username: str, *roles: str, region: str | None = None) -> None:
    """Change a demo person's roles, and move them to another region if asked."""
    with app.app_context(), transaction() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        account.roles = [*account.roles, *roles]
        if region:
            body = session.scalars(select(Body).where(Body.region == region)).first()
            if body is None:
                session.add(Region(code=region, name=region))
                session.flush()
                body = Body(code=f"B{region}", name=region, short_name=region, region=region)
                session.add(body)
                session.flush()
            session.get_one(Person, account.person_id).body_code = body.code


class TestShowRecord:
    def test_finds_nothing_outside_the_jurisdiction(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        give_role(app, "reviewer", region="130321")
        for path in (phone.inspection, "nothing"):
            answer = client.get(f"/api/v1/records/{path}", headers=sign_in("reviewer"))
            assert answer.status_code == 404

    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn, phone: Phone) -> None:
        answer = client.get(f"/api/v1/records/{phone.inspection}", headers=sign_in("inspector1"))
        assert answer.status_code == 403

    def test_shows_everything_that_a_decision_rests_on(self, phone: Phone, reviewer: Desk) -> None:
        record = reviewer.read()
        assert record["inspection"]["state"] == "submitted"
        assert record["inspection"]["level"] == "green"
        assert record["results"]["object"] == "1"
        assert record["digest"] == record["revisions"][0]["digest"]
        assert {signature["role"] for signature in record["signatures"]} == {"lead", "member", "representative"}
        assert all(signature["stands"] for signature in record["signatures"])
        assert sum(len(photos) for photos in record["photos"].values()) > 0
        assert not any(photo["missing"] for photos in record["photos"].values() for photo in photos)
        assert record["history"][0]["device_label"] == "测试手机"
        assert record["object"]["phone"]
        assert record["may"] == {"return": True, "approve": True, "sign_off": False}


class TestReturn:
    def test_finds_nothing_outside_the_jurisdiction(self, app: Flask, reviewer: Desk) -> None:
        give_role(app, "reviewer", region="130321")
        assert reviewer.post("return", rev=1, comment="x", points=[]).status_code == 404

    def test_refuses_a_supervisor(self, client: FlaskClient, sign_in: SignIn, phone: Phone) -> None:
        desk = Desk(client, sign_in("supervisor"), phone.inspection)
        assert desk.post("return", rev=1, comment="x", points=[]).status_code == 403

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"rev": 1, "comment": " ", "points": []}, "/comment"),
            ({"rev": 1, "comment": "", "points": [{"point": "Z99.1", "text": "?"}]}, "/points/0/point"),
            ({"rev": 1, "comment": "", "points": [{"point": "Q01.1", "text": "?"}] * 2}, "/points/1/point"),
            ({"rev": 0, "comment": "x", "points": []}, "/rev"),
            ({"rev": 1, "comment": "x"}, "/points"),
        ],
    )
    def test_refuses_bad_input(self, reviewer: Desk, body: dict[str, object], pointer: str) -> None:
        answer = reviewer.post("return", **body)
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == pointer
        assert reviewer.read()["reviews"] == []

    def test_refuses_another_revision(self, reviewer: Desk) -> None:
        answer = reviewer.post("return", rev=2, comment="x", points=[])
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.stale-revision")

    def test_opens_the_named_points_for_the_phone(self, phone: Phone, reviewer: Desk) -> None:
        record = must(
            reviewer.post("return", rev=1, comment="请补", points=[{"point": "Q01.1", "text": "门牌不清"}])
        ).json
        assert (record["inspection"]["state"], record["inspection"]["rev"]) == ("returned", 2)
        assert record["reviews"][0]["points"] == [{"point": "Q01.1", "text": "门牌不清"}]
        assert record["may"] == {"return": False, "approve": False, "sign_off": False}
        brief = must(phone.call("GET", "/inspections")).json["items"]
        found = next(row for row in brief if row["id"] == phone.inspection)
        assert found["returned"]["points"][0]["text"] == "门牌不清"

    def test_shows_what_the_next_revision_changed(self, phone: Phone, reviewer: Desk) -> None:
        must(reviewer.post("return", rev=1, comment="", points=[{"point": "Q01.1", "text": "?"}]))
        phone.pull()
        phone.edit("note/Q01.1", "已重新核实")
        finish(phone)
        record = reviewer.read()
        assert [revision["rev"] for revision in record["revisions"]] == [1, 2]
        assert {"reg": "note/Q01.1", "before": None, "after": "已重新核实"} in record["differences"]
        assert record["may"]["approve"]
        must(reviewer.post("approve", rev=2))


class TestApprove:
    def test_finds_nothing_outside_the_jurisdiction(self, app: Flask, reviewer: Desk) -> None:
        give_role(app, "reviewer", region="130321")
        assert reviewer.post("approve", rev=1).status_code == 404

    def test_refuses_an_inspector_without_the_role(self, client: FlaskClient, sign_in: SignIn, phone: Phone) -> None:
        desk = Desk(client, sign_in("inspector1"), phone.inspection)
        assert desk.post("approve", rev=1).status_code == 403

    def test_refuses_an_inspector_of_the_record_whatever_the_role(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        give_role(app, "inspector2", "reviewer")
        desk = Desk(client, sign_in("inspector2"), phone.inspection)
        assert desk.read()["may"]["approve"] is False
        answer = desk.post("approve", rev=1)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.separation-of-duties")

    def test_meets_the_constraint_where_the_check_is_passed_by(
        self,
        app: Flask,
        client: FlaskClient,
        sign_in: SignIn,
        phone: Phone,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        give_role(app, "inspector2", "reviewer")
        monkeypatch.setattr(actions, "find_duty", lambda *_, **__: None)
        answer = Desk(client, sign_in("inspector2"), phone.inspection).post("approve", rev=1)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.separation-of-duties")

    def test_refuses_bad_input(self, reviewer: Desk) -> None:
        assert reviewer.post("approve", rev="1").status_code == 422

    def test_refuses_a_record_whose_files_are_missing(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, clock: Clock
    ) -> None:
        phone = Phone(client, "inspector1", clock=clock).start(publish_match(app, now=clock.now)[0])
        phone.fill().sign_all().submit()
        must(phone.push())
        desk = Desk(client, sign_in("reviewer"), phone.inspection)
        answer = desk.post("approve", rev=1)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.files-missing")
        assert sorted(answer.json["missing"]) == sorted(phone.files)
        phone.upload_files()
        must(desk.post("approve", rev=1))

    def test_refuses_twice(self, reviewer: Desk) -> None:
        must(reviewer.post("approve", rev=1))
        answer = reviewer.post("approve", rev=1)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.already-decided")

    def test_passes_the_record_on_to_the_supervisor(self, reviewer: Desk) -> None:
        record = must(reviewer.post("approve", rev=1, comment="情况属实")).json
        assert record["inspection"]["state"] == "approved"
        assert record["reviews"][0]["decision"] == "approved"
        assert record["reviews"][0]["reviewer"] == "沈核"


class TestDecideHeld:
    @pytest.fixture
    def late(self, client: FlaskClient, phone: Phone, clock: Clock) -> Phone:
        """The other inspector's phone, which sends a remark after the record was submitted."""
        late = Phone(client, "inspector2", clock=clock).start(phone.inspection)
        late.edit("remark", "晚到的备注")
        must(late.push())
        return late

    def test_finds_nothing_that_does_not_wait(self, reviewer: Desk, late: Phone) -> None:
        assert reviewer.post("held/1", decision="dismiss", reason="x").status_code == 404

    def test_refuses_a_supervisor(self, client: FlaskClient, sign_in: SignIn, late: Phone) -> None:
        desk = Desk(client, sign_in("supervisor"), late.inspection)
        assert desk.post("held/1", decision="dismiss", reason="x").status_code == 403

    def test_refuses_bad_input(self, reviewer: Desk, late: Phone) -> None:
        assert reviewer.post("held/1", decision="maybe", reason="").status_code == 422

    def test_keeps_the_record_from_being_approved(self, reviewer: Desk, late: Phone) -> None:
        held = reviewer.read()["held"][0]
        answer = reviewer.post("approve", rev=1)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.undecided")
        assert answer.json["held"] == [held["pos"]]
        assert (held["value"], held["author"]) == ("晚到的备注", "甄查二")

    def test_refuses_to_admit_into_a_submitted_record(self, reviewer: Desk, late: Phone) -> None:
        held = reviewer.read()["held"][0]
        answer = reviewer.post(f"held/{held['pos']}", decision="admit", reason="属实")
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.not-open")

    def test_admits_once_the_record_was_returned(self, reviewer: Desk, late: Phone) -> None:
        must(reviewer.post("return", rev=1, comment="采纳备注", points=[]))
        held = reviewer.read()["held"][0]
        record = must(reviewer.post(f"held/{held['pos']}", decision="admit", reason="属实")).json
        assert record["held"] == []
        assert record["registers"]["remark"] == "晚到的备注"

    def test_dismisses_and_lets_the_record_pass(self, reviewer: Desk, late: Phone) -> None:
        held = reviewer.read()["held"][0]
        must(reviewer.post(f"held/{held['pos']}", decision="dismiss", reason="无关"))
        record = must(reviewer.post("approve", rev=1)).json
        assert "remark" not in record["registers"]
        assert held["pos"] in [entry["pos"] for entry in record["history"]]


class TestSeparationOfDuties:
    @pytest.mark.parametrize("duty", ["reviewer", "supervisor"])
    def test_is_kept_by_the_database_itself(self, app: Flask, phone: Phone, duty: str) -> None:
        statement = text(
            "insert into duty_assignment (inspection_id, person_id, duty) values (:inspection, :person, :duty)"
        )
        with (
            app.app_context(),
            pytest.raises(IntegrityError, match="duty_assignment"),
            transaction() as session,
        ):
            session.execute(statement, {"inspection": phone.inspection, "person": phone.person, "duty": duty})

    @pytest.mark.parametrize("table", ["review", "sign_off"])
    def test_needs_the_duty_for_the_decision(self, app: Flask, phone: Phone, table: str) -> None:
        rows = {
            "review": "(id, inspection_id, rev, person_id, duty, decision, comment, decided_at) values "
            "('r', :inspection, 1, :person, 'reviewer', 'approved', '', '2026-11-24')",
            "sign_off": "(id, inspection_id, rev, person_id, duty, digest, signature_png, signed_at) values "
            "('s', :inspection, 1, :person, 'supervisor', 'x', 'x', '2026-11-24')",
        }
        with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
            session.execute(
                text(f"insert into {table} {rows[table]}"),
                {"inspection": phone.inspection, "person": phone.person},
            )
        with app.app_context():
            assert db.session.execute(text(f"select count(*) from {table}")).scalar() == 0
