"""Publishing: versions, and what each event of an earlier stage makes public."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.draws.models import Draw
from backend.fieldwork.models import BlobUse, Inspection
from backend.foundation import outbox
from backend.foundation.database import db, transaction
from backend.foundation.outbox import OutboxMessage
from backend.plans.models import Plan
from backend.publication.actions import publish, publish_item_list
from backend.publication.models import Publication
from schemas.vocabulary import PublicationKind
from sync import hex_digest
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.reviews.desk import Desk, publish_record

SignIn = Callable[..., dict[str, str]]


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session()
        db.session.remove()


def versions(session: Session, key: str) -> list[tuple[int, str]]:
    """(version, state) of a document, earliest first."""
    session.rollback()
    rows = session.scalars(select(Publication).where(Publication.key == key).order_by(Publication.version))
    return [(row.version, row.state) for row in rows]


class TestPublish:
    def put(self, clock: Clock, **document: Any) -> Publication:
        with transaction() as session:
            return publish(
                session,
                kind=PublicationKind.PLAN,
                key="P-1",
                title="计划",
                region="130300",
                document=document,
                now=clock.now,
            )

    def test_keeps_the_earlier_version_readable(self, session: Session, clock: Clock) -> None:
        self.put(clock, text="一")
        row = self.put(clock, text="二")
        assert row.digest == hex_digest({"text": "二"})
        assert versions(session, "P-1") == [(1, "corrected"), (2, "published")]

    def test_leaves_the_same_words_as_they_are(self, session: Session, clock: Clock) -> None:
        first = self.put(clock, text="一")
        assert self.put(clock, text="一").id == first.id
        assert versions(session, "P-1") == [(1, "published")]


class TestPublishItemList:
    def test_shows_every_item_without_its_check_points(self, session: Session, clock: Clock) -> None:
        with transaction() as writing:
            row = publish_item_list(writing, now=clock.now)
        assert [item["code"] for item in row.document["items"]][:2] == ["Q01", "Q02"]
        assert len(row.document["items"]) == 15
        assert all("points" not in item for item in row.document["items"])
        assert row.digest == hex_digest(row.document)


class TestHandlers:
    def emit(self, clock: Clock, topic: str, **payload: Any) -> None:
        with transaction() as session:
            outbox.emit(session, topic, now=clock.now, **payload)
        outbox.deliver_due(now=clock.now)

    def test_publish_a_plan_under_its_code(self, session: Session, clock: Clock) -> None:
        plan = session.scalars(select(Plan).order_by(Plan.code)).first()
        assert plan is not None
        self.emit(clock, "plan.published", plan_id=plan.id)
        row = session.scalars(select(Publication).where(Publication.key == plan.code)).one()
        assert (row.kind, row.key, row.title) == ("plan", plan.code, plan.title)
        assert row.document["tasks"][0]["strata"][0]["ratio"] == "1/100"

    def test_publish_a_draw_in_each_of_its_states(self, session: Session, phone: Phone, clock: Clock) -> None:
        draw_id = session.scalars(select(Draw.id).where(Draw.kind == "objects")).one()
        for state, topic in [
            ("committed", "draw.committed"),
            ("published", "draw.published"),
            ("void", "draw.voided"),
        ]:
            with transaction() as writing:
                writing.get_one(Draw, draw_id).state = state
            self.emit(clock, topic, draw_id=draw_id)
        assert versions(session, draw_id) == [(1, "corrected"), (2, "corrected"), (3, "published")]

    def test_publish_a_signed_off_result_once_and_mark_the_inspection(
        self, session: Session, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock
    ) -> None:
        publish_record(client, sign_in, phone.inspection)
        inspection = session.get_one(Inspection, phone.inspection)
        key = f"{inspection.task_id}.{inspection.object.code}"
        row = session.scalars(select(Publication).where(Publication.key == key)).one()
        assert row.object_name == inspection.object.name
        assert row.document["details"][0]["raninsCheckResName"] == "未发现问题"
        assert row.document["draw"]["rank"] == 1
        assert row.document["checked_on"] == "2026-11-23"
        assert inspection.state == "published"
        outbox.deliver_due(now=clock.now)
        assert versions(session, key) == [(1, "published")]

    def test_hold_a_result_back_until_every_file_is_there(
        self, session: Session, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock
    ) -> None:
        must(Desk(client, sign_in("reviewer"), phone.inspection).post("approve", rev=1))
        supervisor = Desk(client, sign_in("supervisor"), phone.inspection)
        record = supervisor.read()
        uses = select(BlobUse).where(BlobUse.inspection_id == phone.inspection)
        lost = [(use.inspection_id, use.sha256) for use in session.scalars(uses)]
        must(supervisor.sign_off())
        assert record["blobs_missing"] == []

        # As if the signature had been given while a file was still on its way.
        with transaction() as writing:
            writing.execute(delete(Publication))
            writing.execute(delete(BlobUse).where(BlobUse.inspection_id == phone.inspection))
            writing.get_one(Inspection, phone.inspection).state = "signed_off"
        self.emit(clock, "record.signed_off", inspection_id=phone.inspection, rev=1)
        assert session.scalars(select(Publication)).all() == []
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.done_at.is_(None))).one()
        assert waiting.last_error is not None
        assert "FilesMissing" in waiting.last_error

        with transaction() as writing:
            writing.add_all(BlobUse(inspection_id=key, sha256=sha256) for key, sha256 in lost)
        clock.advance(minutes=1)
        outbox.deliver_due(now=clock.now)
        assert len(session.scalars(select(Publication)).all()) == 1
        session.rollback()
        assert session.get_one(Inspection, phone.inspection).state == "published"
