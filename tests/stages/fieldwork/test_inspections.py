"""The list of an inspector's inspections, the packet, and how both come to be."""

from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import sync
from backend.checklists.models import Checklist
from backend.draws.models import Draw
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.foundation import outbox
from backend.foundation.database import db, transaction
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.fieldwork.world import give_account, publish_match


class TestDrawPublished:
    def test_makes_an_inspection_with_team_and_sheet_for_each_object(self, app: Flask, inspections: list[str]) -> None:
        with app.app_context():
            for inspection_id in inspections:
                inspection = db.session.get_one(Inspection, inspection_id)
                duties = {(d.duty, d.seat_role) for d in inspection.duties}
                assert duties == {("inspector", "lead"), ("inspector", "member")}
                assert all(duty.certificate_no for duty in inspection.duties)
                checklist = db.session.get_one(Checklist, inspection_id)
                assert checklist.digest == sync.hex_digest(checklist.document)
                assert [party["role"] for party in checklist.document["parties"]] == ["lead", "member"]
                assert checklist.document["points"]

    def test_repeated_it_makes_nothing_twice(self, app: Flask, clock: Clock, inspections: list[str]) -> None:
        with app.app_context():
            with transaction() as session:
                for draw in session.scalars(select(Draw)):
                    outbox.emit(session, "draw.published", now=clock.now, draw_id=draw.id)
            assert outbox.deliver_due(now=clock.now) == 2, "an objects' draw and a repeated match do nothing"
            counted = [db.session.scalar(select(func.count()).select_from(t)) for t in (Inspection, DutyAssignment)]
        assert counted == [2, 4]

    def test_is_due_at_the_end_of_the_period_or_in_thirty_days(self, app: Flask, clock: Clock) -> None:
        publish_match(app, now=clock.now, count=1)
        with app.app_context():
            inspection = db.session.scalars(select(Inspection)).one()
            # The sample task's period ended in 2021.
            assert inspection.task.period_to < clock.now.date()
            assert inspection.due_on == date(2026, 12, 23)


class TestList:
    def test_shows_mine_only(self, app: Flask, client: FlaskClient, lead: Phone, inspections: list[str]) -> None:
        assert {row["id"] for row in must(lead.call("GET", "/inspections")).json["items"]} == set(inspections)
        give_account(app, username="inspector3", inspector="SHG-0003")
        other = Phone(client, "inspector3")
        other.sign_in()
        assert must(other.call("GET", "/inspections")).json["items"] == []

    def test_is_for_inspectors(self, client: FlaskClient, sign_in: Any) -> None:
        assert client.get("/api/v1/inspections", headers=sign_in("reviewer")).status_code == 403
        assert client.get("/api/v1/inspections").status_code == 401

    def test_names_what_changed_since(self, lead: Phone, clock: Clock) -> None:
        first = must(lead.call("GET", "/inspections")).json
        assert len(first["items"]) == 2
        clock.advance(minutes=5)
        path = "/inspections"
        query = {"since": first["next_since"]}
        second = must(lead.call("GET", path, query_string=query)).json
        assert len(second["items"]) == 2, "the answers overlap, so that a change still being written is not lost"
        query = {"since": second["next_since"]}
        assert must(lead.call("GET", path, query_string=query)).json["items"] == []
        lead.edit("remark", "一")
        must(lead.push())
        (changed,) = must(lead.call("GET", path, query_string=query)).json["items"]
        assert (changed["head"], changed["chain"], changed["state"]) == (1, lead.log.chain, "on_site")

    def test_refuses_a_broken_cursor(self, lead: Phone) -> None:
        must(lead.call("GET", "/inspections?since=yesterday"), 422)


class TestPacket:
    def test_is_not_found_for_others(self, app: Flask, client: FlaskClient, inspections: list[str]) -> None:
        give_account(app, username="inspector3", inspector="SHG-0003")
        other = Phone(client, "inspector3")
        other.sign_in()
        must(other.call("GET", f"/inspections/{inspections[0]}"), 404)
        must(other.call("GET", "/inspections/none"), 404)

    def test_holds_everything_that_the_visit_needs(self, lead: Phone, inspections: list[str]) -> None:
        packet = must(lead.call("GET", f"/inspections/{inspections[0]}")).json
        assert packet["checklist"]["digest"] == sync.hex_digest(packet["checklist"]["document"])
        assert packet["checklist"]["digest"] == packet["checklist_digest"]
        assert [member["role"] for member in packet["team"]] == ["lead", "member"]
        assert packet["object"]["authority_name"]
        assert packet["object"]["region_name"] == "山海关区"
        assert (packet["draw"]["rank"], packet["draw"]["k"], packet["draw"]["n"]) == (1, 2, 200)
        assert (packet["history"], packet["returned"]) == ([], None)
