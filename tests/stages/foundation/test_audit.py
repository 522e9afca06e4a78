"""The audit chain: whole after a whole journey, and broken by whatever is done to it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from backend.foundation.audit import find_break
from backend.foundation.database import db, transaction
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, finish
from tests.stages.fieldwork.world import publish_match
from tests.stages.reviews.desk import publish_record

COLUMNS = "at, actor_person, actor_replica, action, subject_type, subject_id, detail, prev_hash, hash"


@pytest.fixture
def length(app: Flask, client: FlaskClient, sign_in: Callable[..., dict[str, str]], clock: Clock) -> int:
    """A journey from the match to publication; how many rows it left."""
    phone = finish(Phone(client, "inspector1", clock=clock).start(publish_match(app, now=clock.now)[0]))
    publish_record(client, sign_in, phone.inspection)
    with app.app_context():
        return int(db.session.scalar(text("select max(seq) from audit_event")) or 0)


def broken_by(app: Flask, *statements: str) -> int | None:
    """Where the chain is found broken after somebody with the database's password was at it."""
    with app.app_context():
        with transaction() as session:
            for statement in statements:
                session.execute(text(statement))
        db.session.expire_all()
        return find_break(db.session())


class TestFindBreak:
    def test_finds_none_after_a_whole_journey(self, app: Flask, length: int) -> None:
        assert length > 8
        assert broken_by(app) is None

    def test_finds_an_edit_of_any_column(self, app: Flask, length: int) -> None:
        for column in COLUMNS.split(", ")[1:]:
            value = '\'{"after":{},"before":{}}\'' if column == "detail" else "'x'"
            with app.app_context():
                before = db.session.scalar(text(f"select {column} from audit_event where seq = 3"))
            assert broken_by(app, f"update audit_event set {column} = {value} where seq = 3") == 3, column
            with app.app_context(), transaction() as session:
                session.execute(text(f"update audit_event set {column} = :old where seq = 3"), {"old": before})
            assert broken_by(app) is None
        assert broken_by(app, "update audit_event set at = '2026-01-01 00:00:00.000000' where seq = 3") == 3

    def test_finds_a_deleted_row(self, app: Flask, length: int) -> None:
        assert broken_by(app, "delete from audit_event where seq = 3") == 3

    def test_finds_an_inserted_row(self, app: Flask, length: int) -> None:
        copy = f"insert into audit_event (seq, {COLUMNS}) select {length + 1}, {COLUMNS} from audit_event where seq = 3"
        assert broken_by(app, copy) == length + 1

    def test_finds_a_swap(self, app: Flask, length: int) -> None:
        swap = ("3 where seq = 999999", "4 where seq = 3", "999999 where seq = 4")
        assert broken_by(app, *(f"update audit_event set seq = {step}" for step in reversed(swap))) == 3

    @pytest.mark.parametrize("kept", [0, 5])
    def test_finds_a_truncated_end(self, app: Flask, length: int, kept: int) -> None:
        assert broken_by(app, f"delete from audit_event where seq > {kept}") == kept + 1

    def test_finds_a_head_that_was_moved_back_without_its_hash(self, app: Flask, length: int) -> None:
        cut = "delete from audit_event where seq > 5"
        assert broken_by(app, cut, "update audit_head set seq = 5") == 6
