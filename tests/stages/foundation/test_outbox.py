"""Messages between stages: each takes effect once, whatever fails, and none holds the others up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Region
from backend.foundation import audit, outbox
from backend.foundation.audit import AuditEvent
from backend.foundation.database import db, transaction
from backend.foundation.outbox import OutboxMessage
from tests.conftest import Clock

TOPIC = "tests.happened"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Iterator[list[str]]:
    """What the handler below has answered to, within an application context."""
    found: list[str] = []

    def handler(session: Session, *, now: Any, word: str) -> None:
        found.append(word)
        audit.record(session, actor=None, action="tests.heard", subject=("word", word), now=now)
        session.add(Region(code=word, name=word))
        if word.startswith("bad"):
            raise ValueError(word)
        if word.startswith("double"):
            session.add(Region(code="130303", name=word))

    monkeypatch.setitem(outbox._HANDLERS, TOPIC, [handler])
    with app.app_context():
        yield found


def say(clock: Clock, *words: str) -> None:
    """Emit a message for each word, in one transaction."""
    with transaction() as session:
        for word in words:
            outbox.emit(session, TOPIC, now=clock.now, word=word)
            session.flush()


def messages() -> list[OutboxMessage]:
    """Every message of the topic, oldest first."""
    db.session.rollback()
    found = select(OutboxMessage).where(OutboxMessage.topic == TOPIC).order_by(OutboxMessage.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


class TestDeliverDue:
    def test_answers_each_message_once_in_order(self, heard: list[str], clock: Clock) -> None:
        say(clock, "one", "two")
        assert outbox.deliver_due(now=clock.now) == 2
        assert outbox.deliver_due(now=clock.now) == 0
        assert heard == ["one", "two"]

    @pytest.mark.parametrize("word", ["bad", "double"])
    def test_goes_on_after_a_failure_and_leaves_no_trace_of_it(self, heard: list[str], clock: Clock, word: str) -> None:
        """One handler raises, the other's rows are refused only when the transaction is written."""
        say(clock, word, "good")
        assert outbox.deliver_due(now=clock.now) == 1
        assert heard == [word, "good"]
        failed, done = messages()
        assert failed.done_at is None
        assert done.done_at == clock.now
        assert failed.attempts == 1
        assert failed.last_error
        assert failed.due_at > clock.now
        assert db.session.get(Region, word) is None
        noted = select(AuditEvent.subject_id).where(AuditEvent.action == "tests.heard")
        assert list(db.session.scalars(noted)) == ["good"]

    def test_tries_again_later_each_time(self, heard: list[str], clock: Clock) -> None:
        say(clock, "bad")
        waits = []
        for _ in range(14):
            assert outbox.deliver_due(now=clock.now) == 0
            assert outbox.deliver_due(now=clock.now) == 0
            (message,) = messages()
            waits.append((message.due_at - clock.now).total_seconds())
            clock.now = message.due_at
        assert waits == sorted(waits)
        assert waits[-1] == 3600
        assert len(heard) == 14

    def test_brings_what_a_crash_left_behind(
        self, app: Flask, client: FlaskClient, sign_in: Callable[..., dict[str, str]], clock: Clock, heard: list[str]
    ) -> None:
        say(clock, "left")  # committed, and then the process died
        clock.advance(hours=3)
        sign_in("planner", fresh=True)  # any later request that may write
        assert heard == ["left"]

    def test_waits_for_its_time(self, heard: list[str], clock: Clock) -> None:
        say(clock, "later")
        assert outbox.deliver_due(now=clock.now - timedelta(seconds=1)) == 0
        assert heard == []

    def test_never_takes_an_answer_back(
        self, client: FlaskClient, sign_in: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The change is committed when delivery begins, so its failure is not the client's."""

        def fail(**_: Any) -> int:
            raise OSError("the disk is full")

        monkeypatch.setattr(outbox, "deliver_due", fail)
        assert sign_in("planner")
