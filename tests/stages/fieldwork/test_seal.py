"""From signatures to a submitted record and back: seal, conflict, late work, return, and what reviewers see."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import sync
from backend.fieldwork.actions import mark_published
from backend.fieldwork.models import Inspection, SealedRecord
from backend.fieldwork.problems import OperationRefused
from backend.fieldwork.queries import lock_inspection
from backend.foundation.database import db, transaction
from backend.foundation.outbox import OutboxMessage
from backend.foundation.problems import StateConflict
from sync import Kind
from tests.conftest import Clock
from tests.stages.fieldwork.desk import decide, view
from tests.stages.fieldwork.phone import Phone, finish, must


def codes(answer: Any) -> list[str]:
    return [ack["code"] for ack in must(answer).json["acks"]]


def state_of(app: Flask, inspection_id: str) -> Inspection:
    with app.app_context():
        found = db.session.get_one(Inspection, inspection_id)
        db.session.expunge(found)
        db.session.rollback()
        return found


class TestSeal:
    def test_keeps_the_snapshot_that_was_signed(self, app: Flask, lead: Phone) -> None:
        must(finish(lead).pull())
        with app.app_context():
            sealed = db.session.scalars(select(SealedRecord)).one()
        signed = {op["val"]["digest"] for op in sync.seal_status(lead.log).signed.values()}
        assert signed == {sealed.digest} == {sync.hex_digest(sync.snapshot(lead.log))}
        assert sealed.snapshot.encode() == sync.canonical(sync.snapshot(lead.log))
        assert sealed.cover == dict(lead.log.seals[0].cover)

    def test_ends_the_check_and_starts_twenty_working_days(self, app: Flask, lead: Phone, clock: Clock) -> None:
        must(lead.fill().sign_all().push())
        inspection = state_of(app, lead.inspection)
        assert (inspection.state, inspection.check_ended_at) == ("sealed", clock.now)
        assert inspection.publish_due_on == date(2026, 12, 21), "20 working days after Monday 2026-11-23"

    def test_waits_for_every_required_signature(self, lead: Phone) -> None:
        lead.fill()
        for slot in lead.state.sheet.required[:-1]:
            lead.sign(slot)
        lead.submit()
        assert codes(lead.push())[-1] == "seal_incomplete"
        lead.sign(lead.state.sheet.required[-1], refused={"why": "负责人拒绝签字", "witness": "见证人"})
        lead.submit()
        assert codes(lead.push()) == ["", ""]
        assert lead.log.phase == "submitted"

    def test_holds_a_signature_under_an_unfinished_sheet(self, lead: Phone) -> None:
        lead.edit("remark", "尚未检查完")
        lead.sign_all()
        assert set(codes(lead.push())[1:]) == {"incomplete"}
        assert lead.log.phase == "on_site"

    def test_does_not_close_over_two_opinions_until_one_is_chosen(self, lead: Phone, member: Phone) -> None:
        lead.fill()
        must(lead.push())
        member.pull()
        point = next(p["code"] for p in lead.document["points"] if p["answer"]["type"] == "verdict")
        lead.edit(f"note/{point}", "组长认为合格")
        member.edit(f"note/{point}", "组员认为存疑")
        must(lead.push()), must(member.push())
        lead.pull()
        assert sync.conflicts(lead.log) == (f"note/{point}",)
        with pytest.raises(sync.Unresolved):
            lead.sign(lead.state.sheet.required[0])
        lead.submit()
        assert codes(lead.push()) == ["conflict_unresolved"]
        lead.edit(f"note/{point}", "两人商定：合格")
        lead.sign_all().submit()
        assert set(codes(lead.push())) == {""}
        assert lead.log.phase == "submitted"

    def test_a_signature_forged_over_another_record_does_not_count(self, lead: Phone) -> None:
        lead.fill().sign_all()
        *edits, last = lead.outbox
        lead.outbox = [*edits, {**last, "val": {**last["val"], "digest": "0" * 64}}]
        assert set(codes(lead.push())) == {""}
        assert lead.log.phase == "on_site"
        assert sync.seal_status(lead.log).missing == (last["reg"],)

    def test_holds_what_comes_after_it(self, app: Flask, lead: Phone, member: Phone) -> None:
        member.edit("remark", "离线时写的，封存后才送到")
        must(lead.fill().sign_all().push())
        assert codes(member.push()) == ["rev_sealed"]
        held = view(app, lead.inspection)["held"]
        assert [(row["code"], row["author"], row["value"]) for row in held] == [
            ("rev_sealed", member.name, "离线时写的，封存后才送到")
        ]


class TestSubmit:
    def test_tells_the_next_stage_once(self, app: Flask, lead: Phone) -> None:
        finish(lead)
        with app.app_context():
            sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "record.submitted")).one()
        assert sent.payload == {"inspection_id": lead.inspection, "rev": 1}

    def test_holds_a_second_one(self, lead: Phone) -> None:
        finish(lead).submit()
        assert codes(lead.push()) == ["rev_sealed"]


class TestReturn:
    def returned(self, app: Flask, clock: Clock, lead: Phone) -> str:
        finish(lead)
        point: str = lead.document["points"][0]["code"]
        comment = {"comment": "请补充", "points": [{"point": point, "text": "照片不清楚"}]}
        decide(app, clock, lead.inspection, Kind.REVIEW_RETURN, comment)
        return point

    def test_opens_the_named_points_of_a_new_revision(self, app: Flask, lead: Phone, clock: Clock) -> None:
        point = self.returned(app, clock, lead)
        brief = must(lead.call("GET", "/inspections")).json["items"]
        mine = next(row for row in brief if row["id"] == lead.inspection)
        assert (mine["state"], mine["rev"]) == ("returned", 2)
        assert mine["returned"]["points"] == [{"point": point, "text": "照片不清楚"}]
        lead.pull()
        lead.edit(f"note/{point}", "已补充")
        other = lead.document["points"][1]["code"]
        lead.edit(f"note/{other}", "顺手改了别处")
        assert codes(lead.push()) == ["", "not_open"]

    def test_keeps_both_revisions_and_the_first_deadline(self, app: Flask, lead: Phone, clock: Clock) -> None:
        point = self.returned(app, clock, lead)
        due = state_of(app, lead.inspection).publish_due_on
        clock.advance(days=3)
        lead.sign_in()
        lead.pull()
        lead.edit(f"note/{point}", "已补充")
        lead.sign_all().submit()
        assert set(codes(lead.push())) == {""}
        assert state_of(app, lead.inspection).publish_due_on == due
        seen = view(app, lead.inspection)
        assert [row["rev"] for row in seen["revisions"]] == [1, 2]
        assert seen["differences"] == [{"reg": f"note/{point}", "before": None, "after": "已补充"}]
        assert [row["stands"] for row in seen["signatures"]] == [True] * 6

    def test_lets_late_work_be_admitted_or_dismissed(
        self, app: Flask, lead: Phone, member: Phone, clock: Clock
    ) -> None:
        member.edit("remark", "迟到的备注")
        member.edit("note/nowhere", "写错地方")
        finish(lead)
        must(member.push())
        held = view(app, lead.inspection)["held"]
        assert [row["decisions"] for row in held] == [["dismiss"], ["dismiss"]]
        decide(app, clock, lead.inspection, Kind.REVIEW_RETURN, {"comment": "补充", "points": []})
        held = view(app, lead.inspection)["held"]
        assert [row["decisions"] for row in held] == [["admit", "dismiss"]] * 2
        decide(app, clock, lead.inspection, Kind.ADMIT, {"op": held[0]["dot"], "why": "属实"})
        decide(app, clock, lead.inspection, Kind.DISMISS, {"op": held[1]["dot"], "why": "无此要点"})
        seen = view(app, lead.inspection)
        assert seen["held"] == []
        assert seen["registers"]["remark"] == "迟到的备注"
        assert [row["author"] for row in seen["history"][-2:]] == ["沈核", "沈核"]
        lead.pull()
        assert lead.log.registers["remark"].value == "迟到的备注"


class TestOffice:
    def test_cannot_decide_what_the_record_does_not_allow(self, app: Flask, lead: Phone, clock: Clock) -> None:
        with pytest.raises(OperationRefused):
            decide(app, clock, lead.inspection, Kind.REVIEW_APPROVE, {"comment": ""})
        assert state_of(app, lead.inspection).head == 0

    def test_approves_signs_off_and_publishes_in_this_order(self, app: Flask, lead: Phone, clock: Clock) -> None:
        finish(lead)
        with app.app_context(), pytest.raises(StateConflict), transaction() as session:
            mark_published(session, inspection=lock_inspection(session, lead.inspection), now=clock.now)
        decide(app, clock, lead.inspection, Kind.REVIEW_APPROVE, {"comment": "同意"})
        decide(app, clock, lead.inspection, Kind.PUBLISH_APPROVE, {"comment": "同意公示"}, by="supervisor")
        with app.app_context(), transaction() as session:
            mark_published(session, inspection=lock_inspection(session, lead.inspection), now=clock.now)
        assert state_of(app, lead.inspection).state == "published"
        lead.edit("remark", "公示之后")
        lead.pull()
        assert codes(lead.push()) == ["rev_sealed"]
        assert state_of(app, lead.inspection).state == "published"

    def test_a_later_inspection_shows_what_was_found_before(self, app: Flask, lead: Phone, clock: Clock) -> None:
        finish(lead)
        decide(app, clock, lead.inspection, Kind.REVIEW_APPROVE, {"comment": ""})
        decide(app, clock, lead.inspection, Kind.PUBLISH_APPROVE, {"comment": ""}, by="supervisor")
        with app.app_context(), transaction() as session:
            earlier = lock_inspection(session, lead.inspection)
            mark_published(session, inspection=earlier, now=clock.now)
            mine = session.scalars(select(Inspection).where(Inspection.id != earlier.id)).one()
            # The same shop, drawn again by another task.
            earlier.task = _another_task(session, earlier)
            session.flush()
            mine.object_id, mine.draw_id = earlier.object_id, earlier.draw_id
            later = mine.id
        packet = must(lead.call("GET", f"/inspections/{later}")).json
        answers = packet["history"][0].pop("answers")
        registers = lead.state.registers.items()
        assert answers == {reg[4:]: held.heads[0]["val"] for reg, held in registers if reg.startswith("ans/")}
        assert packet["history"] == [
            {
                "task": {"code": "后来的任务", "name": "后来的任务"},
                "checked_on": "2026-11-23",
                "result": "1",
                "state": None,
            }
        ]


def _another_task(session: Any, inspection: Inspection) -> Any:
    task = inspection.task
    copied = {
        column.name: getattr(task, column.name)
        for column in task.__table__.columns
        if column.name not in ("id", "code", "name")
    }
    other = type(task)(**copied, code="后来的任务", name="后来的任务")
    session.add(other)
    return other


class TestRecordView:
    def test_shows_results_conflicts_history_and_missing_files(self, app: Flask, lead: Phone, member: Phone) -> None:
        lead.fill()
        point = next(p["code"] for p in lead.document["points"] if p["answer"]["type"] == "verdict")
        lead.edit(f"ans/{point}", {"r": "fail", "why": ""})
        lead.fill()
        must(lead.push())
        photo = next(iter(lead.files))
        member.pull()
        lead.edit("remark", "甲"), member.edit("remark", "乙")
        must(lead.push()), must(member.push())
        seen = view(app, lead.inspection)
        assert seen["results"]["object"] not in (None, "1")
        assert [problem["point"] for problem in seen["results"]["problems"]] == [point]
        assert [entry["point"] for entry in seen["status"]["fails"]] == [point]
        assert {value["author"]: value["value"] for value in seen["conflicts"][0]["values"]} == {
            lead.name: "甲",
            member.name: "乙",
        }
        assert "remark" not in seen["registers"]
        changed = [row for row in seen["history"] if row["reg"] == f"ans/{point}"]
        assert [row["before"] for row in changed] == [[], [{"r": "pass", "why": ""}]]
        assert changed[0]["device_label"] == "测试手机"
        assert photo in seen["blobs_missing"]
        lead.upload_files()
        assert view(app, lead.inspection)["blobs_missing"] == []
