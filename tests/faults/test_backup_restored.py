"""The server comes back from last night's copy of its database file: phones bring the rest back."""

import itertools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import sync
from backend.fieldwork.models import ForkedOperation
from backend.foundation.database import db
from backend.foundation.ids import new_id
from tests.conftest import Clock, let_go
from tests.stages.fieldwork.phone import Phone, finish, must
from tests.stages.fieldwork.world import publish_match
from tests.stages.reviews.desk import Desk


@pytest.fixture
def inspection(app: Flask, clock: Clock) -> str:
    (found,) = publish_match(app, now=clock.now, count=1)
    return found


def back_up(home: Path) -> Path:
    """A copy of the running database, by SQLite's own means, as an operator makes one."""
    copy = home / "backup.db"
    live, target = sqlite3.connect(home / "suicha.db"), sqlite3.connect(copy)
    live.backup(target)
    live.close()
    target.close()
    return copy


def restore(app: Flask, home: Path, copy: Path) -> None:
    let_go(app)
    for left in ("suicha.db-wal", "suicha.db-shm"):
        (home / left).unlink(missing_ok=True)
    os.replace(copy, home / "suicha.db")


def work(phone: Phone, *texts: str, written: list[sync.Operation]) -> None:
    """Note these texts, take a photo, send it all."""
    points = [point["code"] for point in phone.document["points"]]
    for text in texts:
        written.append(phone.edit(f"note/{points[0]}", text))
    phone.photograph(points[1])
    written += phone.outbox[-1:]
    must(phone.push())
    phone.upload_files()


def come_back(phone: Phone, own: list[sync.Operation]) -> Any:
    """What a phone does on 409 `diverged`: drop its copy of the log, read from 0, send what that lacks."""
    assert must(phone.pull(), 409).json["code"] == "fieldwork.diverged"
    phone.log = sync.begin(phone.log.sheet)
    must(phone.pull())
    placed = [entry["op"] for entry in entries_of(phone) if entry["op"]["rep"] == phone.rep]
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(placed, own, strict=False))
    phone.outbox = own[len(list(same)) :]
    return phone.send(phone.sign_batch(phone.outbox))


def entries_of(phone: Phone) -> list[dict[str, Any]]:
    answer = must(phone.call("GET", f"/inspections/{phone.inspection}/ops")).json
    assert [entry["pos"] for entry in answer["ops"]] == list(range(1, answer["head"] + 1))
    assert sync.verify_entries(0, "", answer["ops"]) == answer["chain"]
    found: list[dict[str, Any]] = answer["ops"]
    return found


class TestRestore:
    def test_loses_nothing_that_a_phone_still_has(
        self, app: Flask, tmp_path: Path, inspection: str, clock: Clock
    ) -> None:
        lead = Phone(app.test_client(), "inspector1", clock=clock).start(inspection)
        member = Phone(app.test_client(), "inspector2", clock=clock).start(inspection)
        mine: list[sync.Operation] = []
        theirs: list[sync.Operation] = []
        work(lead, "备份之前", written=mine)
        copy = back_up(tmp_path)
        work(lead, "备份之后", "又一条", written=mine)
        member.pull()
        work(member, "组员也写", written=theirs)
        must(lead.pull())
        restore(app, tmp_path, copy)
        assert len(entries_of(lead)) == 2, "the copy knows of nothing later"
        # The member's phone comes first now, so positions are given anew.
        must(come_back(member, theirs))
        must(come_back(lead, mine))
        entries = entries_of(lead)
        for own, rep in ((mine, lead.rep), (theirs, member.rep)):
            assert [entry["op"] for entry in entries if entry["op"]["rep"] == rep] == own
        assert len(entries) == len(mine) + len(theirs)
        assert [entry["st"] for entry in entries] == ["ok"] * len(entries)
        # The files lie on the disk still, but the database has forgotten whose they are: they are asked for again.
        for phone in (lead, member):
            asked = {"sha256": list(phone.files), "inspection": inspection}
            assert must(phone.call("POST", "/blobs/missing", json=asked)).json["missing"] != []
            phone.upload_files()
            assert must(phone.call("POST", "/blobs/missing", json=asked)).json["missing"] == []
            for sha256, (data, _) in phone.files.items():
                assert must(phone.call("GET", f"/blobs/{sha256}")).data == data

    def test_never_gives_a_number_of_the_office_to_another_decision(
        self, app: Flask, tmp_path: Path, inspection: str, clock: Clock, sign_in: Callable[..., dict[str, str]]
    ) -> None:
        lead = Phone(app.test_client(), "inspector1", clock=clock).start(inspection)
        must(finish(lead).pull())
        point = lead.document["points"][0]["code"]
        copy = back_up(tmp_path)

        def send_back(comment: str) -> sync.Operation:
            desk = Desk(app.test_client(), sign_in("reviewer", fresh=True), inspection)
            must(desk.post("return", rev=1, comment=comment, points=[{"point": point, "text": comment}]))
            written: sync.Operation = entries_of(lead)[-1]["op"]
            return written

        lost = send_back("备份之后退回")
        must(lead.pull())
        restore(app, tmp_path, copy)
        again = send_back("恢复之后另行退回")
        assert (lost["k"], again["k"], lost["seq"], again["seq"]) == ("review.return", "review.return", 1, 1)
        assert sync.is_office(lost["rep"])
        assert sync.is_office(again["rep"])
        assert sync.dot(lost) != sync.dot(again), "one number names two decisions"
        # A signature that knew the lost return names what this log does not hold.
        assert must(lead.pull(), 409).json["code"] == "fieldwork.diverged"
        seen = lead.log
        lead.log = sync.begin(lead.log.sheet)
        must(lead.pull())
        lead.log, behind = seen, lead.log
        signed = lead.sign(lead.log.sheet.required[0])
        lead.log = behind
        must(lead.push())
        assert sync.seal_status(lead.log).void == (sync.dot(signed),)

    def test_goes_on_in_a_log_that_knows_the_office_by_its_old_name(
        self, app: Flask, inspection: str, clock: Clock, sign_in: Callable[..., dict[str, str]], monkeypatch: Any
    ) -> None:
        lead = Phone(app.test_client(), "inspector1", clock=clock).start(inspection)
        must(finish(lead).pull())
        point = lead.document["points"][0]["code"]
        desk = Desk(app.test_client(), sign_in("reviewer"), inspection)
        with monkeypatch.context() as before:
            before.setattr("backend.fieldwork.actions.office._name", lambda session, state: "office")
            must(desk.post("return", rev=1, comment="旧版退回", points=[{"point": point, "text": "补充"}]))
        must(lead.pull())
        finish(lead)
        must(desk.post("approve", rev=2))
        offices = [entry["op"]["rep"] for entry in entries_of(lead) if sync.is_office(entry["op"]["rep"])]
        assert offices[0] == "office"
        assert offices[1].startswith("0ff1ce00-")
        assert [entry["st"] for entry in entries_of(lead)] == ["ok"] * len(entries_of(lead))

    def test_keeps_both_where_a_copied_phone_was_quicker(
        self, app: Flask, tmp_path: Path, inspection: str, clock: Clock
    ) -> None:
        phone = Phone(app.test_client(), "inspector1", clock=clock).start(inspection)
        mine: list[sync.Operation] = []
        work(phone, "备份之前", written=mine)
        copy = back_up(tmp_path)
        clone = Phone(app.test_client(), "inspector1", clock=clock).start(inspection)
        clone.rep, clone.key = phone.rep, phone.key
        must(clone.pull())
        work(phone, "原机", written=mine)
        restore(app, tmp_path, copy)
        theirs = [clone.edit("remark", "克隆机")]
        must(clone.push())
        refused = must(come_back(phone, mine), 409).json
        assert (refused["code"], refused["seq"]) == ("fieldwork.fork", 3)
        branch = mine[2:]
        phone.rep = new_id()
        must(phone.enrol(), 201)
        must(phone.pull())
        phone.outbox = sync.reissue(phone.log, sync.Replica(phone.rep, phone.person), branch)
        must(phone.push())
        placed = [entry["op"] for entry in entries_of(phone)]
        assert placed[:3] == [*mine[:2], *theirs]
        assert [(op["rep"], op["val"]) for op in placed[3:]] == [(phone.rep, op["val"]) for op in branch]
        with app.app_context():
            kept = set(db.session.scalars(select(ForkedOperation.hash)))
        assert kept == {sync.operation_hash(op) for op in branch}
