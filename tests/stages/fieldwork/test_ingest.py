"""Pushing and reading operations over HTTP: what is taken, what is held, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

import sync
from backend.accounts.models import Replica
from backend.fieldwork.models import DutyAssignment, ForkedOperation, LoggedOperation, SupersededDot
from backend.foundation import audit
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.fieldwork.world import give_account


def stored(app: Flask, table: Any = LoggedOperation) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(table))
        db.session.rollback()
        return found or 0


def notes(phone: Phone, count: int) -> list[sync.Operation]:
    """Edit that many notes; the operations."""
    points = [point["code"] for point in phone.document["points"]]
    return [phone.edit(f"note/{points[n % len(points)]}", f"说明{n}") for n in range(count)]


def remove_duty(app: Flask, phone: Phone) -> None:
    with app.app_context(), transaction() as session:
        session.delete(session.get_one(DutyAssignment, (phone.inspection, phone.person)))


def revoke(app: Flask, phone: Phone) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Replica).where(Replica.id == phone.rep).values(state="revoked"))


def codes(answer: Any) -> list[str]:
    return [ack["code"] for ack in must(answer).json["acks"]]


class TestPush:
    def test_is_not_found_for_who_was_never_drawn_for_it(self, app: Flask, client: FlaskClient, lead: Phone) -> None:
        give_account(app, username="inspector3", inspector="SHG-0003")
        stranger = Phone(client, "inspector3")
        stranger.sign_in()
        must(stranger.enrol(), 201)
        stranger.inspection, stranger.log, stranger.document = lead.inspection, lead.log, lead.document
        stranger.edit("remark", "不是我的检查")
        must(stranger.push(), 404)
        must(stranger.call("GET", f"/inspections/{lead.inspection}/ops"), 404)
        assert stored(app) == 0

    def test_needs_a_token_in_date(self, lead: Phone, clock: Clock) -> None:
        lead.edit("remark", "一")
        clock.advance(minutes=11)
        must(lead.push(), 401)
        lead.sign_in()
        assert codes(lead.push()) == [""], "the work waits for the new token and is not lost"

    def test_refuses_another_persons_replica(self, app: Flask, lead: Phone, member: Phone) -> None:
        lead.edit("remark", "一")
        forged = lead.sign_batch(lead.outbox)
        assert must(member.send(forged), 403).json["code"] == "fieldwork.foreign-replica"
        assert stored(app) == 0

    def test_refuses_a_replica_that_is_not_enrolled(self, lead: Phone) -> None:
        lead.rep = new_id()
        lead.edit("remark", "一")
        assert must(lead.push(), 403).json["code"] == "fieldwork.foreign-replica"

    def test_refuses_a_signature_of_another_key(self, app: Flask, lead: Phone, member: Phone) -> None:
        lead.edit("remark", "一")
        lead.key = member.key
        assert must(lead.push(), 403).json["code"] == "fieldwork.bad-signature"
        assert stored(app) == 0

    def test_refuses_an_operation_changed_after_it_was_signed(self, app: Flask, lead: Phone) -> None:
        notes(lead, 3)
        message = lead.sign_batch(lead.outbox)
        message["ops"] = json.loads(json.dumps(message["ops"]))
        message["ops"][0]["val"] = "篡改"
        answer = lead.send(message)
        assert must(answer, 409).json["code"] == "fieldwork.fork", "its hash no longer carries the chain"
        assert [line["op"]["val"] for line in must(lead.pull()).json["ops"]] == []

    def test_names_the_operation_that_is_none(self, app: Flask, lead: Phone) -> None:
        notes(lead, 3)
        message = lead.sign_batch(lead.outbox)
        message["ops"] = [*message["ops"][:2], {**message["ops"][2], "seq": "three"}]
        answer = must(lead.send(message), 422)
        assert answer.json["code"] == "fieldwork.malformed-batch"
        assert answer.json["errors"][0] == {"pointer": "/ops/2", "code": "malformed", "message": "seq"}
        assert stored(app) == 0

    @pytest.mark.parametrize(
        "change", [{"ops": []}, {"ops": "x"}, {"sig": "x"}, {"sig": None}, {"schema": "1"}, {"rep": 1}]
    )
    def test_refuses_what_is_no_batch(self, lead: Phone, change: dict[str, Any]) -> None:
        lead.edit("remark", "一")
        must(lead.send({**lead.sign_batch(lead.outbox), **change}), 422)

    def test_refuses_a_fraction_as_the_protocol_has_no_such_number(self, lead: Phone) -> None:
        lead.edit("remark", "一")
        message = lead.sign_batch(lead.outbox)
        must(lead.send({**message, "ops": [{**message["ops"][0], "val": 1.5}]}), 422)

    @pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"ops": NaN}', b"[" * 100_000])
    def test_refuses_what_is_no_json_object(self, lead: Phone, body: bytes) -> None:
        answer = lead.call("POST", f"/inspections/{lead.inspection}/ops", data=body)
        assert answer.status_code in (400, 422)
        assert answer.content_type == "application/problem+json"

    def test_takes_gzip(self, lead: Phone) -> None:
        notes(lead, 20)
        assert codes(lead.push(compress=True)) == [""] * 20

    @pytest.mark.parametrize("body", [b"not gzip", b"\x1f\x8b\x08\x00\x00", b""])
    def test_refuses_broken_gzip(self, lead: Phone, body: bytes) -> None:
        answer = lead.call(
            "POST", f"/inspections/{lead.inspection}/ops", data=body, headers={"Content-Encoding": "gzip"}
        )
        assert must(answer, 400).json["code"] == "fieldwork.bad-encoding"

    def test_stops_inflating_a_bomb(self, lead: Phone) -> None:
        answer = lead.send({"ops": "0" * 50_000_000}, compress=True)
        assert must(answer, 413).json["code"] == "fieldwork.batch-too-large"

    def test_takes_500_operations_and_no_more(self, lead: Phone) -> None:
        state, ops = lead.state, []
        replica = sync.Replica(lead.rep, lead.person)
        for number in range(501):
            op = sync.issue(
                state, replica, kind="set", register="remark", value=str(number), at="2026-11-23T09:00:00+08:00"
            )
            state = sync.step(state, op, sync.OK)
            ops.append(op)
        assert must(lead.send(lead.sign_batch(ops)), 413).json["code"] == "fieldwork.batch-too-large"
        acks = must(lead.send(lead.sign_batch(ops[:500]))).json["acks"]
        assert [ack["pos"] for ack in acks] == list(range(1, 501))

    def test_refuses_more_than_a_mebibyte(self, lead: Phone) -> None:
        lead.edit("remark", "一")
        must(lead.send({**lead.sign_batch(lead.outbox), "more": "x" * 1_050_000}), 413)

    def test_asks_for_a_newer_app(self, lead: Phone) -> None:
        lead.edit("remark", "一")
        assert must(lead.send({**lead.sign_batch(lead.outbox), "schema": 0}), 426)

    def test_refuses_a_revoked_replica(self, app: Flask, lead: Phone) -> None:
        lead.edit("remark", "一")
        revoke(app, lead)
        assert must(lead.push(), 410).json["code"] == "fieldwork.replica-revoked"
        assert stored(app) == 0

    def test_names_the_gap_and_stores_nothing(self, app: Flask, lead: Phone) -> None:
        ops = notes(lead, 4)
        must(lead.send(lead.sign_batch(ops[:1])))
        assert must(lead.send(lead.sign_batch(ops[2:])), 409).json["expect"] == 2
        assert must(lead.send(lead.sign_batch(ops[3:])), 409).json["code"] == "fieldwork.gap"
        assert stored(app) == 1

    def test_keeps_both_sides_of_a_fork(self, app: Flask, lead: Phone) -> None:
        before = lead.log
        notes(lead, 3)
        must(lead.push())
        lead.log, lead.outbox = before, []
        branch = [lead.edit("remark", "另一台手机"), lead.edit("remark", "又一条")]
        for _ in range(2):
            answer = must(lead.push(), 409).json
            assert (answer["code"], answer["seq"]) == ("fieldwork.fork", 1)
        assert (stored(app), stored(app, ForkedOperation)) == (3, 2)
        with app.app_context():
            kept = {row.hash: json.loads(row.body) for row in db.session.scalars(select(ForkedOperation))}
        assert kept == {sync.operation_hash(op): op for op in branch}

    def test_a_forked_phone_goes_on_under_a_new_replica(self, lead: Phone) -> None:
        before = lead.log
        notes(lead, 2)
        must(lead.push())
        lead.log, lead.outbox = before, []
        branch = [lead.edit("remark", "分叉上的备注")]
        must(lead.push(), 409)
        lead.rep = new_id()
        must(lead.enrol(), 201)
        lead.pull()
        lead.outbox = sync.reissue(lead.log, sync.Replica(lead.rep, lead.person), branch)
        assert codes(lead.push()) == [""]
        assert lead.state.registers["remark"].value == "分叉上的备注"

    def test_answers_a_repetition_alike_and_changes_nothing(self, app: Flask, lead: Phone) -> None:
        message = lead.sign_batch(notes(lead, 5))
        first, second = must(lead.send(message)).json, must(lead.send(message)).json
        assert first == second
        assert stored(app) == 5

    def test_takes_what_is_new_in_a_batch_partly_known(self, app: Flask, lead: Phone) -> None:
        ops = notes(lead, 5)
        must(lead.send(lead.sign_batch(ops[:3])))
        acks = must(lead.send(lead.sign_batch(ops[1:]))).json["acks"]
        assert [(ack["seq"], ack["pos"]) for ack in acks] == [(2, 2), (3, 3), (4, 4), (5, 5)]

    def test_gives_positions_and_a_chain_that_a_reader_can_follow(self, lead: Phone, member: Phone) -> None:
        notes(lead, 3)
        must(lead.push())
        member.edit("remark", "二")
        must(member.push())
        notes(lead, 2)
        answer = must(lead.push()).json
        lead.pull(), member.pull()
        assert (answer["head"], answer["chain"]) == (6, lead.log.chain) == (6, member.log.chain)
        assert lead.log == member.log

    def test_keeps_old_value_and_author_one_join_away(self, app: Flask, lead: Phone, member: Phone) -> None:
        lead.edit("remark", "旧")
        must(lead.push())
        member.pull()
        member.edit("remark", "新")
        must(member.push())
        with app.app_context():
            rows = db.session.execute(
                select(LoggedOperation.body, LoggedOperation.person_id)
                .join(
                    SupersededDot,
                    (SupersededDot.inspection_id == LoggedOperation.inspection_id)
                    & (SupersededDot.rep == LoggedOperation.rep)
                    & (SupersededDot.seq == LoggedOperation.seq),
                )
                .where(SupersededDot.pos == 2)
            ).all()
        assert [(json.loads(body)["val"], person) for body, person in rows] == [("旧", lead.person)]

    def test_moves_the_inspection_on_site_and_leaves_an_audit_row(self, app: Flask, lead: Phone) -> None:
        lead.edit("remark", "一")
        must(lead.push())
        assert must(lead.call("GET", f"/inspections/{lead.inspection}")).json["state"] == "on_site"
        with app.app_context():
            found = db.session.scalars(
                select(audit.AuditEvent).where(audit.AuditEvent.action == "fieldwork.push")
            ).one()
            assert json.loads(found.detail)["after"] == {"replica": lead.rep, "from": 1, "to": 1}
            assert audit.find_break(db.session()) is None


class TestHeld:
    """Authentic operations that do not count are stored, acknowledged and shown."""

    @pytest.mark.parametrize(
        ("register", "value"),
        [
            ("ans/nowhere", {"r": "pass", "why": ""}),
            ("ans/{first}", {"t": "不是这种答案"}),
            ("note/nowhere", "说明"),
            ("result/nowhere", "8"),
            ("result/{item}", "2"),
        ],
    )
    def test_a_value_that_the_sheet_does_not_take(self, lead: Phone, register: str, value: Any) -> None:
        register = register.format(first=lead.document["points"][0]["code"], item=lead.document["items"][0]["code"])
        lead.edit(register, value)
        assert codes(lead.push()) == ["invalid_value"]
        assert register not in lead.state.registers

    def test_a_shape_that_the_protocol_does_not_take(self, lead: Phone) -> None:
        op = lead.edit("remark", "一")
        lead.outbox = [{**op, "val": 7}]
        assert codes(lead.push()) == ["invalid"]

    def test_a_kind_of_a_newer_app(self, lead: Phone) -> None:
        op = lead.edit("remark", "一")
        lead.outbox = [{**op, "k": "measure", "v": 2, "device": "台秤"}]
        assert codes(lead.push()) == ["deferred"]
        assert must(lead.pull()).json["have"] == 1
        lead.edit("remark", "之后的照常")
        assert codes(lead.push()) == [""]

    def test_an_operation_in_another_persons_name(self, lead: Phone, member: Phone) -> None:
        op = lead.edit("remark", "一")
        lead.outbox = [{**op, "usr": member.person}]
        assert codes(lead.push()) == ["invalid"]

    def test_a_decision_of_the_office_sent_by_a_phone(self, lead: Phone) -> None:
        lead.edit("", {"comment": "通过"}, kind="review.approve")
        assert codes(lead.push()) == ["not_permitted"]

    def test_work_of_a_person_taken_off_the_team(self, app: Flask, lead: Phone, member: Phone) -> None:
        member.edit("remark", "离组前写的")
        remove_duty(app, member)
        assert must(member.send(member.sign_batch(member.outbox))).json["acks"][0]["code"] == "unassigned"
        must(member.pull(), 404)
        lead.pull()
        assert [code for _, code in lead.log.held.values()] == ["unassigned"]

    def test_holding_one_does_not_hold_its_neighbours(self, lead: Phone) -> None:
        lead.edit("remark", "一")
        lead.edit("note/nowhere", "说明")
        lead.edit("remark", "二")
        assert codes(lead.push()) == ["", "invalid_value", ""]


class TestPull:
    def test_pages(self, lead: Phone) -> None:
        notes(lead, 5)
        must(lead.push())
        page = must(lead.call("GET", f"/inspections/{lead.inspection}/ops?after=1&limit=2")).json
        assert [entry["pos"] for entry in page["ops"]] == [2, 3]
        assert page["head"] == 5

    @pytest.mark.parametrize(("after", "chain"), [(1, "wrong"), (9, "any"), (0, "not-empty")])
    def test_tells_a_reader_whose_log_is_another(self, lead: Phone, after: int, chain: str) -> None:
        notes(lead, 2)
        must(lead.push())
        answer = lead.call("GET", f"/inspections/{lead.inspection}/ops?after={after}&chain={chain}")
        assert must(answer, 409).json["code"] == "fieldwork.diverged"
        assert answer.json["head"] == 2

    def test_counts_what_the_server_has_of_a_replica(self, lead: Phone, member: Phone) -> None:
        notes(lead, 3)
        must(lead.push())
        path = f"/inspections/{lead.inspection}/ops?rep="
        assert must(member.call("GET", path + lead.rep)).json["have"] == 3
        assert must(member.call("GET", path + member.rep)).json["have"] == 0


def test_the_database_is_the_one_that_keeps_its_promises(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                settings = [
                    connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous")
                ]
            assert settings == ["wal", 2]
