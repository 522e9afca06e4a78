"""The queues of reviewers 审核 and supervisors 公示审批: what waits, what is mine, what was decided lately."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from backend.accounts.models import Person, Region
from backend.checklists.models import Checklist
from backend.checklists.rules import results
from backend.fieldwork.models import (
    BlobUse,
    DutyAssignment,
    Inspection,
    LoggedOperation,
    SealedRecord,
    SupersededDot,
)
from backend.fieldwork.queries import load_state
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.calendar import load_calendar
from backend.foundation.problems import InvalidInput
from backend.reviews.models import Review, SignOff
from backend.reviews.queries.records import show_deadline
from schemas.vocabulary import Duty, InspectionState
from sync import OK, Kind

WAITING = {Duty.REVIEWER: InspectionState.SUBMITTED, Duty.SUPERVISOR: InspectionState.APPROVED}
DECIDED: dict[Duty, type[Review] | type[SignOff]] = {Duty.REVIEWER: Review, Duty.SUPERVISOR: SignOff}


def list_queue(
    session: Session,
    *,
    duty: Duty,
    view: str,
    actor: Actor,
    region: str | None,
    cursor: str | None,
    limit: int,
    today: date,
) -> dict[str, Any]:
    """A page of the queue of those who hold a duty, with the number of records in each of its views.

    What waits comes by its deadline, what was decided by the decision, latest first. Records in which the
    actor has another duty do not wait for them.
    """
    views = _views(duty, actor)
    seen = Inspection.region.startswith(region_prefix(actor.region))
    if region is not None:
        seen &= Inspection.region.startswith(region_prefix(region))
    counts = {
        name: session.scalar(select(func.count()).select_from(Inspection).where(seen, chosen)) or 0
        for name, chosen in views.items()
    }
    # Somebody who signs off has no queue of their own: one signature ends it.
    found = select(Inspection).where(seen, views.get(view, views["open"]))
    if view == "recent":
        keys = select(func.max(DECIDED[duty].id)).group_by(DECIDED[duty].inspection_id)
        order = DECIDED[duty].id
        rows = session.execute(
            found.add_columns(order)
            .join(DECIDED[duty], DECIDED[duty].inspection_id == Inspection.id)
            .where(order.in_(keys), order < cursor if cursor else true())
            .order_by(order.desc())
            .limit(limit + 1)
        ).all()
        following = rows[limit - 1][1] if len(rows) > limit else None
        page = [row[0] for row in rows[:limit]]
    else:
        page = list(session.scalars(_after(found, cursor).limit(limit + 1)))
        last = page[limit - 1] if len(page) > limit else None
        following = f"{last.publish_due_on}~{last.id}" if last else None
    return {"items": _rows(session, page[:limit], today), "next": following, "counts": counts}


def _views(duty: Duty, actor: Actor) -> dict[str, ColumnElement[bool]]:
    mine = exists().where(DutyAssignment.inspection_id == Inspection.id, DutyAssignment.person_id == actor.person_id)
    views = {
        "open": and_(Inspection.state == WAITING[duty], ~mine.where(DutyAssignment.duty != duty)),
        "recent": Inspection.id.in_(select(DECIDED[duty].inspection_id)),
    }
    if duty is Duty.REVIEWER:
        published = Inspection.state == InspectionState.PUBLISHED
        views["mine"] = and_(mine.where(DutyAssignment.duty == duty), ~published)
    return views


def _after(found: Select[Inspection], cursor: str | None) -> Select[Inspection]:
    if cursor:
        day, _, inspection_id = cursor.partition("~")
        try:
            due_on = date.fromisoformat(day)
        except ValueError as error:
            raise InvalidInput(errors=[{"pointer": "/cursor", "code": "invalid", "message": cursor}]) from error
        later = Inspection.publish_due_on > due_on
        found = found.where(or_(later, and_(Inspection.publish_due_on == due_on, Inspection.id > inspection_id)))
    return found.order_by(Inspection.publish_due_on, Inspection.id)


def _rows(session: Session, page: Sequence[Inspection], today: date) -> list[dict[str, Any]]:
    ids = [inspection.id for inspection in page]
    calendar = load_calendar(session)
    regions = dict(session.execute(select(Region.code, Region.name)).all())
    teams = _teams(session, ids)
    submitted = _submitted_at(session, ids)
    reviewers = _reviewers(session, ids)
    signed = _signed(session, page)
    held = _held(session, page)
    missing = _blobs_missing(session, ids, signed)
    rows = []
    for inspection in page:
        sealed = signed.get(inspection.id)
        found = results(*sealed) if sealed else {"object": None, "state": None, "problems": []}
        reviewer, decided_at = reviewers.get(inspection.id, (None, None))
        thing = inspection.object
        rows.append(
            {
                **{name: getattr(inspection, name) for name in ("id", "task", "region", "rev")},
                **show_deadline(calendar, due_on=inspection.publish_due_on, today=today),
                "object": {"code": thing.code, "name": thing.name, "kind": thing.kind},
                "region_name": regions[inspection.region],
                "state": inspection.state,
                "submitted_at": submitted.get(inspection.id),
                "result": found["object"],
                "outcome_state": found["state"],
                "problems": len(found["problems"]),
                "inspectors": teams[inspection.id],
                "reviewer": reviewer,
                "decided_at": decided_at,
                "blobs_missing": missing[inspection.id],
                "held": held[inspection.id],
            }
        )
    return rows


def _teams(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    teams: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(DutyAssignment.inspection_id, Person.name)
        .join(Person, Person.id == DutyAssignment.person_id)
        .where(DutyAssignment.inspection_id.in_(ids), DutyAssignment.duty == Duty.INSPECTOR)
        .order_by(DutyAssignment.seat_role, Person.name)
    )
    for inspection_id, name in rows:
        teams[inspection_id].append(name)
    return teams


def _submitted_at(session: Session, ids: Sequence[str]) -> dict[str, datetime]:
    """When each was submitted last."""
    rows = session.execute(
        select(LoggedOperation.inspection_id, func.max(LoggedOperation.received_at))
        .where(LoggedOperation.inspection_id.in_(ids), LoggedOperation.kind == Kind.SUBMIT)
        .where(LoggedOperation.status == OK.st)
        .group_by(LoggedOperation.inspection_id)
    )
    return dict(rows.all())


def _reviewers(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """Who decided last on each, and when."""
    rows = session.execute(
        select(Review.inspection_id, Person.name, Review.decided_at)
        .join(Person, Person.id == Review.person_id)
        .where(Review.inspection_id.in_(ids))
        .order_by(Review.rev)
    )
    return {inspection_id: (name, decided_at) for inspection_id, name, decided_at in rows}


def _signed(session: Session, page: Sequence[Inspection]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """The sheet and the signed registers of each one's present revision."""
    rows = session.execute(
        select(Checklist.inspection_id, Checklist.document, SealedRecord.snapshot)
        .join(SealedRecord, SealedRecord.inspection_id == Checklist.inspection_id)
        .where(tuple_(SealedRecord.inspection_id, SealedRecord.rev).in_([(row.id, row.rev) for row in page]))
    )
    return {key: (document, json.loads(snapshot)["registers"]) for key, document, snapshot in rows}


def _held(session: Session, page: Sequence[Inspection]) -> Counter[str]:
    """How many operations of each wait for a decision; only a log that holds any is folded."""
    ids = [inspection.id for inspection in page]
    holding = set(
        session.scalars(
            select(LoggedOperation.inspection_id)
            .where(LoggedOperation.inspection_id.in_(ids), LoggedOperation.status != OK.st)
            .distinct()
        )
    )
    return Counter({row.id: len(load_state(session, row).held) for row in page if row.id in holding})


def _blobs_missing(
    session: Session, ids: Sequence[str], signed: dict[str, tuple[dict[str, Any], dict[str, Any]]]
) -> Counter[str]:
    """How many files of each have not arrived: photos with their originals, pads and strokes of standing signatures."""
    named: dict[str, set[str]] = defaultdict(set)
    for inspection_id, (_, registers) in signed.items():
        photos = [value for reg, value in registers.items() if reg.startswith("photo/")]
        named[inspection_id] |= {photo[name] for photo in photos for name in ("sha256", "orig") if photo.get(name)}
    replaced = exists().where(
        SupersededDot.inspection_id == LoggedOperation.inspection_id,
        SupersededDot.rep == LoggedOperation.rep,
        SupersededDot.seq == LoggedOperation.seq,
    )
    signatures = session.scalars(
        select(LoggedOperation)
        .where(LoggedOperation.inspection_id.in_(ids), LoggedOperation.kind == Kind.SIGN)
        .where(LoggedOperation.status == OK.st, ~replaced)
    )
    for line in signatures:
        value = json.loads(line.body)["val"] or {}
        named[line.inspection_id] |= {value[name] for name in ("pad", "strokes") if value.get(name)}
    stored = session.execute(select(BlobUse.inspection_id, BlobUse.sha256).where(BlobUse.inspection_id.in_(ids)))
    for inspection_id, sha256 in stored:
        named[inspection_id].discard(sha256)
    return Counter({inspection_id: len(left) for inspection_id, left in named.items()})
