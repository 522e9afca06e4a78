"""Packets by difference: what a phone has is not sent again, and whatever its packet is made from makes it anew."""

import gzip
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

import sync
from backend.accounts.models import Body, Person, Region
from backend.draws.models import Draw
from backend.fieldwork.models import DutyAssignment, Inspection, SealedRecord
from backend.foundation.database import db, transaction
from backend.plans.models import Task
from backend.registry.models import InspectedObject, Inspector
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must


def packet(phone: Phone, **headers: str) -> Any:
    return phone.call(
        "GET", f"/inspections/{phone.inspection}", headers={k.replace("_", "-"): headers[k] for k in headers}
    )


def brief(phone: Phone) -> dict[str, Any]:
    found = must(phone.call("GET", "/inspections")).json["items"]
    return next(row for row in found if row["id"] == phone.inspection)


def change(app: Flask, inspection_id: str, table: Any) -> None:
    """Change one thing that the packet tells."""
    with app.app_context(), transaction() as session:
        inspection = session.get_one(Inspection, inspection_id)
        thing = inspection.object
        if table is InspectedObject:
            thing.phone = "0335-0000000"
        elif table is Region:
            session.get_one(Region, thing.region).name = "山海关新区"
        elif table is Body:
            session.get_one(Body, thing.authority).name = "新局"
        elif table is Person:
            inspection.duties[0].person.name = "改名"
        elif table is Inspector:
            person = inspection.duties[0].person_id
            session.scalars(select(Inspector).where(Inspector.person_id == person)).one().phone = "13900000000"
        elif table is DutyAssignment:
            session.delete(inspection.duties[0])
        elif table is Task:
            inspection.task.name = "改名的任务"
        elif table is Draw:
            session.get_one(Draw, session.get_one(Draw, inspection.draw_id).parent_id).result_digest = "cd" * 32
        elif table is SealedRecord:
            publish_an_earlier_one(session, inspection)
        else:
            inspection.due_on = date(2027, 1, 31)


def publish_an_earlier_one(session: Any, inspection: Inspection) -> None:
    """Let the other inspection be an earlier one of the same object, and published."""
    other = session.scalars(select(Inspection).where(Inspection.id != inspection.id)).one()
    task = session.scalars(select(Task).where(Task.id != inspection.task_id)).first()
    other.task_id, other.object_id, other.state = task.id, inspection.object_id, "published"
    session.add(
        SealedRecord(
            inspection_id=other.id,
            rev=1,
            digest="ef" * 32,
            cover={},
            snapshot='{"registers":{}}',
            sealed_at=Clock().now,
        )
    )


class TestEtag:
    def test_spares_a_packet_that_the_phone_has(self, lead: Phone) -> None:
        first = must(packet(lead))
        etag = first.json["packet_etag"]
        assert first.headers["ETag"] == f'W/"{etag}"'
        assert first.headers["Cache-Control"] == "no-store", "the phone keeps it encrypted, the browser not at all"
        again = must(packet(lead, If_None_Match=first.headers["ETag"]), 304)
        assert (again.data, again.headers["ETag"]) == (b"", first.headers["ETag"])
        must(packet(lead, If_None_Match='W/"other"'))

    def test_is_in_the_list_too(self, lead: Phone, inspections: list[str]) -> None:
        assert brief(lead)["packet_etag"] == must(packet(lead)).json["packet_etag"]
        listed = {row["packet_etag"] for row in must(lead.call("GET", "/inspections")).json["items"]}
        assert len(listed) == len(inspections)

    def test_stays_while_answers_come_in(self, lead: Phone, clock: Clock) -> None:
        before = brief(lead)
        lead.edit("remark", "一")
        clock.advance(minutes=1)
        must(lead.push())
        after = brief(lead)
        assert (before["head"], after["head"]) == (0, 1)
        assert before["packet_etag"] == after["packet_etag"]

    @pytest.mark.parametrize(
        "table",
        [Inspection, InspectedObject, Region, Body, Person, Inspector, DutyAssignment, Task, Draw, SealedRecord],
    )
    def test_changes_with_what_the_packet_tells(self, app: Flask, member: Phone, lead: Phone, table: Any) -> None:
        old = {phone: must(packet(phone)) for phone in (lead, member)}
        change(app, lead.inspection, table)
        # Of the two one may have left the team.
        fresh = next(answer for answer in map(packet, (member, lead)) if answer.status_code == 200)
        assert fresh.json["packet_etag"] != old[lead].json["packet_etag"]
        told = {name: value for name, value in fresh.json.items() if name != "packet_etag"}
        assert told != {name: value for name, value in old[lead].json.items() if name != "packet_etag"}

    def test_tells_the_team_how_to_reach_each_other_and_the_list_does_not(self, app: Flask, lead: Phone) -> None:
        with app.app_context(), transaction() as session:
            session.scalars(select(Inspector).where(Inspector.code == "SHG-0002")).one().phone = "13900000000"
        team = must(packet(lead)).json["team"]
        assert [member["phone"] for member in team if member["person"] != lead.person] == ["13900000000"]
        assert "13900000000" not in lead.call("GET", "/inspections").text

    def test_costs_a_list_the_same_queries_whatever_its_length(
        self, app: Flask, lead: Phone, inspections: list[str]
    ) -> None:
        def queries(expected: int) -> int:
            asked: list[str] = []

            def note(*told: Any) -> None:
                asked.append(told[2])

            with app.app_context():
                engine = db.engine
            event.listen(engine, "before_cursor_execute", note)
            assert len(must(lead.call("GET", "/inspections")).json["items"]) == expected
            event.remove(engine, "before_cursor_execute", note)
            return len(asked)

        both = queries(2)
        with app.app_context(), transaction() as session:
            session.delete(session.get_one(DutyAssignment, (inspections[1], lead.person)))
        assert queries(1) == both


class TestGzip:
    def test_shrinks_packets_lists_and_logs(self, lead: Phone) -> None:
        for point in lead.document["points"][:20]:
            lead.edit(f"note/{point['code']}", "现场情况说明" * 5)
        must(lead.push())
        for path in (f"/inspections/{lead.inspection}", "/inspections", f"/inspections/{lead.inspection}/ops"):
            plain = must(lead.call("GET", path))
            small = must(lead.call("GET", path, headers={"Accept-Encoding": "gzip, br"}))
            assert (plain.headers.get("Content-Encoding"), small.headers["Content-Encoding"]) == (None, "gzip")
            assert gzip.decompress(small.data) == plain.data
            assert len(small.data) < len(plain.data) * 0.7
            assert int(small.headers["Content-Length"]) == len(small.data)
            assert "Accept-Encoding" in small.headers["Vary"]

    @pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br"])
    def test_is_not_for_who_does_not_take_it(self, lead: Phone, accepted: str) -> None:
        assert "Content-Encoding" not in must(packet(lead, Accept_Encoding=accepted)).headers

    def test_leaves_small_answers_alone(self, lead: Phone) -> None:
        asked = {"sha256": []}
        answer = must(lead.call("POST", "/blobs/missing", json=asked, headers={"Accept-Encoding": "gzip"}))
        assert "Content-Encoding" not in answer.headers
        assert sync.canonical(answer.json) == b'{"missing":[]}'
