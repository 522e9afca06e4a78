"""Making a sheet: which items, which versions, and that it stays as it was made."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.checklists.actions import freeze_checklist
from backend.checklists.models import Checklist
from backend.checklists.queries import get_checklist, list_items_in_force
from backend.foundation.database import db
from backend.foundation.ids import new_id
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from backend.registry.models import InspectedObject, InspectionItem
from sync import hex_digest
from tests.conftest import Clock


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session()
        db.session.rollback()


def make(session: Session, clock: Clock, *, stratum: str = "none", task: Task | None = None) -> Checklist:
    """A sheet for an enterprise of the sample city."""
    thing = session.scalars(
        select(InspectedObject).where(InspectedObject.kind == "enterprise").order_by(InspectedObject.code)
    ).first()
    assert thing is not None
    return freeze_checklist(
        session,
        inspection_id=new_id(),
        task=task or session.scalars(select(Task).order_by(Task.code)).all()[0],
        stratum=stratum,
        thing=thing,
        region_name="山海关区",
        parties=[{"person": "p1", "name": "甲", "role": "lead", "certificate": "C-1"}],
        now=clock.now,
    )


def new_version(session: Session, code: str, *, since: date) -> None:
    item = session.scalars(select(InspectionItem).where(InspectionItem.code == code)).one()
    copied: dict[str, Any] = {
        column.name: getattr(item, column.name) for column in item.__table__.columns if column.name != "id"
    }
    session.add(InspectionItem(**{**copied, "version": 2, "name": "新版", "effective_from": since}))
    session.flush()


class TestListItemsInForce:
    def test_takes_the_newest_version_effective_on_the_day(self, session: Session) -> None:
        new_version(session, "Q02", since=date(2026, 11, 1))

        def found(on: date) -> list[tuple[str, int]]:
            return [(i.code, i.version) for i in list_items_in_force(session, codes=["Q02", "Q01"], on=on)]

        assert found(date(2026, 10, 31)) == [("Q02", 1), ("Q01", 1)]
        assert found(date(2026, 11, 1)) == [("Q02", 2), ("Q01", 1)]
        assert found(date(2000, 1, 1)) == []


class TestFreezeChecklist:
    def test_digests_the_document(self, session: Session, clock: Clock) -> None:
        checklist = make(session, clock)
        assert checklist.digest == hex_digest(checklist.document)
        assert checklist.document["parties"][0]["certificate"] == "C-1"

    def test_limits_a_stratum_to_its_items(self, session: Session, clock: Clock) -> None:
        task = session.scalars(select(Task).order_by(Task.code)).all()[0]
        task.items_by_stratum = {"s1": ["Q01"]}
        limited = make(session, clock, stratum="s1", task=task)
        assert [item["code"] for item in limited.document["items"]] == ["Q01"]
        assert len(make(session, clock, stratum="other", task=task).document["items"]) > 1

    def test_leaves_a_frozen_sheet_alone_when_the_catalogue_changes(self, session: Session, clock: Clock) -> None:
        checklist = make(session, clock)
        session.flush()
        before = checklist.digest
        new_version(session, "Q01", since=date(2026, 11, 1))
        kept = get_checklist(session, checklist.inspection_id)
        assert kept.digest == before == hex_digest(kept.document)

    def test_get_raises_when_there_is_none(self, session: Session) -> None:
        with pytest.raises(NotFound):
            get_checklist(session, "none")
