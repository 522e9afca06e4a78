"""Reads of the review desk: one whole record, and what was decided on it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.accounts.queries import region_name
from backend.checklists.queries import get_checklist
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.fieldwork.queries import get_inspection, list_inspectors, lock_inspection, record_view
from backend.foundation.access.actor import Actor
from backend.foundation.calendar import WorkingCalendar, load_calendar
from backend.foundation.problems import NotFound
from backend.reviews.models import Review, ReviewComment, SignOff
from backend.reviews.rules import DECISIONS, can_decide, deadline_level
from schemas.vocabulary import ReviewDecision


def get_visible_record(session: Session, inspection_id: str, *, actor: Actor, lock: bool = False) -> Inspection:
    """An inspection of the actor's jurisdiction, locked for a decision if asked; raises NotFound."""
    inspection = (lock_inspection if lock else get_inspection)(session, inspection_id)
    if not actor.covers(inspection.region):
        raise NotFound()
    return inspection


def find_duty(session: Session, *, inspection_id: str, person_id: str) -> DutyAssignment | None:
    """The one duty that a person has in an inspection."""
    return session.get(DutyAssignment, (inspection_id, person_id))


def get_approval(session: Session, *, inspection_id: str, rev: int) -> Review:
    """The approval of a revision; raises NotFound."""
    row = session.scalars(
        select(Review).filter_by(inspection_id=inspection_id, rev=rev, decision=ReviewDecision.APPROVED)
    ).first()
    if row is None:
        raise NotFound()
    return row


def get_sign_off(session: Session, *, inspection_id: str, rev: int) -> SignOff:
    """The sign-off of a revision; raises NotFound."""
    row = session.scalars(select(SignOff).filter_by(inspection_id=inspection_id, rev=rev)).first()
    if row is None:
        raise NotFound()
    return row


def show_deadline(calendar: WorkingCalendar, *, due_on: date | None, today: date) -> dict[str, Any]:
    """When the result must be public and how near that is."""
    if due_on is None:
        return {"publish_due_on": None, "working_days_left": None, "level": None, "provisional": False}
    left = calendar.between(today, due_on)
    return {
        "publish_due_on": due_on,
        "working_days_left": left,
        "level": deadline_level(today=today, due_on=due_on, working_days_left=left),
        "provisional": calendar.is_provisional(due_on),
    }


def show_record(session: Session, inspection: Inspection, *, actor: Actor, today: date) -> dict[str, Any]:
    """Everything about a record that a decision may rest on."""
    checklist = get_checklist(session, inspection.id)
    view = record_view(session, inspection)
    sealed = {revision["rev"]: revision["digest"] for revision in view["revisions"]}
    duty = find_duty(session, inspection_id=inspection.id, person_id=actor.person_id)
    private = ("legal_representative", "phone")
    return {
        **view,
        "inspection": {
            **{name: getattr(inspection, name) for name in ("id", "rev", "due_on", "check_ended_at", "region")},
            **show_deadline(load_calendar(session), due_on=inspection.publish_due_on, today=today),
            "state": inspection.state,
            "region_name": region_name(session, inspection.region),
        },
        "object": {
            **checklist.document["object"],
            **{name: getattr(inspection.object, name) for name in private},
        },
        "task": inspection.task,
        "team": [
            {
                "person": seat.person_id,
                "name": seat.person.name,
                "role": seat.seat_role,
                "certificate": seat.certificate_no,
            }
            for seat in list_inspectors(session, inspection)
        ],
        "checklist": checklist.document,
        "checklist_digest": checklist.digest,
        "digest": sealed.get(inspection.rev),
        "photos": _photos(view["registers"], missing=set(view["blobs_missing"])),
        "reviews": list_reviews(session, inspection.id),
        "sign_off": find_sign_off(session, inspection),
        "may": {
            decision: can_decide(decision, state=inspection.state, duty=duty.duty if duty else None, roles=actor.roles)
            for decision in DECISIONS
        },
    }


def _photos(registers: Mapping[str, Any], *, missing: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    photos: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for register, photo in sorted(registers.items()):
        if register.startswith("photo/"):
            _, point, photo_id = register.split("/")
            photos[point].append({"id": photo_id, **photo, "missing": photo["sha256"] in missing})
    return dict(photos)


def list_reviews(session: Session, inspection_id: str) -> list[dict[str, Any]]:
    """Every decision of reviewers on the record, first revision first."""
    rows = session.execute(
        select(Review, Person.name)
        .join(Person, Person.id == Review.person_id)
        .where(Review.inspection_id == inspection_id)
        .order_by(Review.rev)
    )
    comments = session.scalars(
        select(ReviewComment)
        .join(Review, Review.id == ReviewComment.review_id)
        .where(Review.inspection_id == inspection_id)
        .order_by(ReviewComment.point)
    ).all()
    return [
        {
            "rev": row.rev,
            "decision": row.decision,
            "comment": row.comment,
            "points": [comment for comment in comments if comment.review_id == row.id],
            "reviewer": reviewer,
            "decided_at": row.decided_at,
        }
        for row, reviewer in rows
    ]


def find_sign_off(session: Session, inspection: Inspection) -> dict[str, Any] | None:
    """The newest sign-off of the record."""
    row = session.execute(
        select(SignOff, Person.name)
        .join(Person, Person.id == SignOff.person_id)
        .where(SignOff.inspection_id == inspection.id)
        .order_by(SignOff.rev.desc())
    ).first()
    return {"rev": row[0].rev, "supervisor": row[1], "signed_at": row[0].signed_at} if row else None
