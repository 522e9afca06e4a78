"""Reads of notices, and of the work whose day is near."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from backend.accounts.models import Person
from backend.accounts.queries import region_name
from backend.deadlines.models import Notice
from backend.deadlines.rules import REMIND_WITHIN, Matter
from backend.draws.models import Draw, DrawnObject, Seat
from backend.fieldwork.models import Inspection
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.calendar import WorkingCalendar
from backend.foundation.problems import NotFound
from backend.plans.models import Task
from schemas.vocabulary import DrawState, InspectionState


@dataclass(frozen=True)
class Undone:
    """Work of one body that is not done though its day is near or past."""

    matter: Matter
    subject_id: str
    title: str
    region: str
    due_on: date
    days_left: int
    provisional: bool


def list_undone(session: Session, *, calendar: WorkingCalendar, today: date) -> list[Undone]:
    """What is not matched or not published and may deserve a notice on this day."""
    return [*_unmatched(session, today), *_unpublished(session, calendar, today)]


def _unmatched(session: Session, today: date) -> Iterator[Undone]:
    match = aliased(Draw)
    matched = exists().where(
        Seat.object_code == DrawnObject.object_code,
        Seat.draw_id == match.id,
        match.parent_id == DrawnObject.draw_id,
        match.state == DrawState.PUBLISHED,
    )
    rows = session.execute(
        select(
            DrawnObject.draw_id,
            DrawnObject.dispatched_to,
            Task.name,
            func.min(DrawnObject.match_due_on),
            func.count(),
        )
        .join(Draw, Draw.id == DrawnObject.draw_id)
        .join(Task, Task.id == Draw.task_id)
        .where(
            DrawnObject.match_due_on <= today + timedelta(days=REMIND_WITHIN["matching"]),
            Draw.state == DrawState.PUBLISHED,
            DrawnObject.visited_alone(),
            ~matched,
        )
        .group_by(DrawnObject.draw_id, DrawnObject.dispatched_to, Task.name)
    )
    for draw_id, region, task, due_on, count in rows:
        assert region is not None, "dispatch names the region"
        assert due_on is not None, "the query compares it"
        title = f"{task}：{count} 户待匹配检查人员，期限 {due_on}"
        yield Undone("matching", draw_id, title, region, due_on, (due_on - today).days, provisional=False)


def _unpublished(session: Session, calendar: WorkingCalendar, today: date) -> Iterator[Undone]:
    near = calendar.add(today, REMIND_WITHIN["publication"])
    rows = session.scalars(
        select(Inspection)
        .where(Inspection.publish_due_on <= near, Inspection.state != InspectionState.PUBLISHED)
        .order_by(Inspection.publish_due_on, Inspection.id)
    )
    for row in rows:
        assert row.publish_due_on is not None, "the query compares it"
        title = f"{row.object.name}：检查结果待公示，期限 {row.publish_due_on}"
        left = calendar.between(today, row.publish_due_on)
        provisional = calendar.is_provisional(row.publish_due_on)
        yield Undone("publication", row.id, title, row.region, row.publish_due_on, left, provisional)


def find_notice(session: Session, *, kind: str, matter: str, subject_id: str, region: str) -> Notice | None:
    """The notice already issued for that matter, if any."""
    return session.scalars(
        select(Notice).filter_by(kind=kind, matter=matter, subject_id=subject_id, region=region)
    ).first()


def get_visible_notice(session: Session, notice_id: str, *, actor: Actor) -> Notice:
    """A notice to a body of the actor's jurisdiction, locked; raises NotFound."""
    row = session.scalars(_visible(actor).where(Notice.id == notice_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    return row


def list_notices(session: Session, *, actor: Actor, only_open: bool, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of the notices in the actor's jurisdiction, latest first."""
    found = _visible(actor)
    if only_open:
        found = found.where(Notice.acknowledged_at.is_(None))
    if cursor:
        found = found.where(Notice.id < cursor)
    rows = list(session.scalars(found.order_by(Notice.id.desc()).limit(limit + 1)))
    return {
        "items": [show_notice(session, row, actor=actor) for row in rows[:limit]],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }


def show_notice(session: Session, row: Notice, *, actor: Actor) -> dict[str, Any]:
    """A notice with the names of its region and of who acknowledged it."""
    person = session.get(Person, row.acknowledged_by) if row.acknowledged_by else None
    names = ("id", "kind", "matter", "subject_id", "title", "region", "due_on", "provisional", "issued_at")
    return {
        **{name: getattr(row, name) for name in (*names, "acknowledged_at")},
        "region_name": region_name(session, row.region),
        "acknowledged_by": person.name if person else None,
        "may_acknowledge": row.acknowledged_at is None and row.region == actor.region,
    }


def _visible(actor: Actor) -> Select[Notice]:
    return select(Notice).where(Notice.region.startswith(region_prefix(actor.region)))
