"""Visits that later stages plan and make, kept here because every plan must count them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.registry.actions.bulk import batches
from backend.registry.models import ObjectVisit


class Visit(TypedDict):
    """One visit of a task to an object; `year` is the one whose frequency cap it counts against."""

    object_code: str
    task_id: str
    task_name: str
    region: str
    year: int
    planned_on: date
    visited_on: date | None
    result: str | None


def record_visits(session: Session, rows: Iterable[Visit]) -> None:
    """Keep visits; a later row of the same object and task says more about the same visit and replaces the earlier."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ObjectVisit)
    keys = ["object_code", "task_id"]
    changed = {
        column.name: statement.excluded[column.name] for column in ObjectVisit.__table__.c if column.name not in keys
    }
    for batch in batches(rows):
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), batch)


def remove_visits(session: Session, *, task_id: str, codes: Iterable[str] | None = None) -> None:
    """Forget visits that will not be made: all of a task, as when its draw is void, or those to some objects."""
    gone = delete(ObjectVisit).where(ObjectVisit.task_id == task_id, ObjectVisit.visited_on.is_(None))
    if codes is not None:
        gone = gone.where(ObjectVisit.object_code.in_(list(codes)))
    session.execute(gone)
