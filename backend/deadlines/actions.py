"""Issuing notices by the clock, and acknowledging them."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.deadlines.models import Notice
from backend.deadlines.problems import AlreadyAcknowledged, NotAddressed
from backend.deadlines.queries import find_notice, get_visible_notice, list_undone
from backend.deadlines.rules import due_notice
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.calendar import load_calendar
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id


def issue_notices(session: Session, *, now: datetime) -> list[Notice]:
    """Issue what is due and was not issued before; returns the new notices."""
    issued = []
    today = china_date(now)
    for undone in list_undone(session, calendar=load_calendar(session), today=today):
        kind = due_notice(undone.matter, today=today, due_on=undone.due_on, days_left=undone.days_left)
        named = {"matter": undone.matter, "subject_id": undone.subject_id, "region": undone.region}
        if kind is None or find_notice(session, kind=kind, **named):
            continue
        notice = Notice(
            id=new_id(),
            kind=kind,
            title=undone.title,
            due_on=undone.due_on,
            provisional=undone.provisional,
            issued_at=now,
            **named,
        )
        session.add(notice)
        audit.record(
            session,
            actor=None,
            action="deadlines.issue",
            subject=("notice", notice.id),
            now=now,
            after={"kind": kind.value, **named},
        )
        issued.append(notice)
    return issued


def acknowledge(session: Session, *, notice_id: str, actor: Actor, now: datetime) -> Notice:
    """签收 a notice for the body addressed; raises NotFound, NotAddressed, AlreadyAcknowledged."""
    notice = get_visible_notice(session, notice_id, actor=actor)
    if notice.region != actor.region:
        raise NotAddressed()
    if notice.acknowledged_at is not None:
        raise AlreadyAcknowledged()
    notice.acknowledged_at, notice.acknowledged_by = now, actor.person_id
    audit.record(session, actor=actor, action="deadlines.acknowledge", subject=("notice", notice.id), now=now)
    return notice
