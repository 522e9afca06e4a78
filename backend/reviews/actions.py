"""What reviewers and supervisors decide. Each decision is also an office operation of the record's log."""

import base64
import binascii
import io
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from backend.checklists.queries import get_checklist
from backend.checklists.rules import with_dependents
from backend.fieldwork.actions import append_office_operation
from backend.fieldwork.models import DutyAssignment, Inspection, SealedRecord
from backend.fieldwork.queries import record_view
from backend.foundation import audit, outbox
from backend.foundation.access.actor import Actor
from backend.foundation.ids import new_id
from backend.foundation.problems import NotFound
from backend.reviews.models import Review, ReviewComment, SignOff
from backend.reviews.problems import (
    AlreadyDecided,
    BadSignature,
    DigestMismatch,
    FilesMissing,
    NotOpen,
    SeparationOfDuties,
    StaleRevision,
    Undecided,
)
from backend.reviews.queries import find_duty, get_visible_record
from backend.reviews.rules import DECISIONS, check_return
from schemas.vocabulary import Duty, ReviewDecision
from sync import Kind

LARGEST_SIGNATURE = 200_000
MOST_PIXELS = 4_000_000


def return_record(
    session: Session,
    *,
    inspection_id: str,
    rev: int,
    comment: str,
    points: Sequence[dict[str, Any]],
    actor: Actor,
    now: datetime,
) -> Inspection:
    """退回: open the next revision for the named points; the signed one stays as history."""
    inspection = _begin(session, "return", inspection_id=inspection_id, rev=rev, actor=actor)
    document = get_checklist(session, inspection_id).document
    check_return(comment=comment, points=points, known={point["code"] for point in document["points"]})
    review = _keep_review(session, inspection, ReviewDecision.RETURNED, comment=comment, actor=actor, now=now)
    session.add_all(ReviewComment(review_id=review.id, **point) for point in points)
    said = {point["point"]: point["text"] for point in points}
    opened = [{"point": code, "text": said.get(code, "")} for code in with_dependents(document, said)]
    value = {"comment": comment, "points": opened}
    append_office_operation(session, inspection=inspection, kind=Kind.REVIEW_RETURN, val=value, actor=actor, now=now)
    return inspection


def approve_record(
    session: Session, *, inspection_id: str, rev: int, comment: str, actor: Actor, now: datetime
) -> Inspection:
    """审核通过: only a record that is whole, with nothing left to decide."""
    inspection = _begin(session, "approve", inspection_id=inspection_id, rev=rev, actor=actor)
    _refuse_unfinished(record_view(session, inspection))
    _keep_review(session, inspection, ReviewDecision.APPROVED, comment=comment, actor=actor, now=now)
    append_office_operation(
        session,
        inspection=inspection,
        kind=Kind.REVIEW_APPROVE,
        val={"comment": comment},
        actor=actor,
        now=now,
    )
    return inspection


def sign_off(
    session: Session,
    *,
    inspection_id: str,
    rev: int,
    digest: str,
    signature: str,
    actor: Actor,
    now: datetime,
) -> Inspection:
    """公示审批: sign exactly the sealed record; its publication follows."""
    inspection = _begin(session, "sign_off", inspection_id=inspection_id, rev=rev, actor=actor)
    if session.get_one(SealedRecord, (inspection_id, rev)).digest != digest:
        raise DigestMismatch()
    check_signature(signature)
    # An operation kept aside after the approval is as open a question as one before it.
    _refuse_unfinished(record_view(session, inspection))
    session.add(
        SignOff(
            inspection_id=inspection_id,
            rev=rev,
            person_id=actor.person_id,
            digest=digest,
            signature_png=signature,
            signed_at=now,
        )
    )
    append_office_operation(
        session,
        inspection=inspection,
        kind=Kind.PUBLISH_APPROVE,
        val={"comment": ""},
        actor=actor,
        now=now,
    )
    audit.record(
        session,
        actor=actor,
        action="reviews.sign_off",
        subject=("inspection", inspection_id),
        now=now,
        after={"rev": rev, "digest": digest},
    )
    outbox.emit(session, "record.signed_off", now=now, inspection_id=inspection_id, rev=rev)
    return inspection


def decide_held(
    session: Session,
    *,
    inspection_id: str,
    pos: int,
    decision: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Inspection:
    """采纳 or 不采纳 of one operation kept aside; raises NotFound when it does not wait (any more)."""
    inspection = get_visible_record(session, inspection_id, actor=actor, lock=True)
    held = {entry["pos"]: entry for entry in record_view(session, inspection)["held"]}
    if pos not in held:
        raise NotFound()
    _take_duty(session, inspection_id=inspection_id, duty=Duty.REVIEWER, actor=actor)
    if decision not in held[pos]["decisions"]:
        raise NotOpen()
    append_office_operation(
        session,
        inspection=inspection,
        kind=Kind(decision),
        val={"op": held[pos]["dot"], "why": reason},
        actor=actor,
        now=now,
    )
    return inspection


def check_signature(signature: str) -> None:
    """Take a PNG of at most 200 kB in base64 and nothing else; raises BadSignature."""
    try:
        picture = base64.b64decode(signature, validate=True)
        if len(picture) > LARGEST_SIGNATURE:
            raise BadSignature("签名图片超过 200 kB。", "The picture is larger than 200 kB.")
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=["PNG"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadSignature("签名图片的像素过多。", "The picture has too many pixels.")
                image.load()
    except (binascii.Error, OSError, SyntaxError, ValueError, Warning) as error:
        raise BadSignature("签名不是 PNG 图片。", "The signature is not a PNG picture.") from error


def _begin(session: Session, decision: str, *, inspection_id: str, rev: int, actor: Actor) -> Inspection:
    """The record, locked, if it waits for this decision on this revision; takes the actor's duty in it."""
    inspection = get_visible_record(session, inspection_id, actor=actor, lock=True)
    state, duty = DECISIONS[decision]
    if inspection.rev != rev:
        raise StaleRevision()
    if inspection.state != state:
        raise AlreadyDecided()
    _take_duty(session, inspection_id=inspection_id, duty=duty, actor=actor)
    return inspection


def _take_duty(session: Session, *, inspection_id: str, duty: Duty, actor: Actor) -> None:
    """Make this the actor's one duty in the inspection; raises SeparationOfDuties when they have another."""
    held = find_duty(session, inspection_id=inspection_id, person_id=actor.person_id)
    if held is None:
        session.add(DutyAssignment(inspection_id=inspection_id, person_id=actor.person_id, duty=duty))
        # Reviews and sign-offs point at the duty by foreign key.
        session.flush()
    elif held.duty != duty:
        raise SeparationOfDuties()


def _refuse_unfinished(view: dict[str, Any]) -> None:
    if view["conflicts"] or view["held"]:
        conflicts = [conflict["reg"] for conflict in view["conflicts"]]
        raise Undecided(extra={"conflicts": conflicts, "held": [entry["pos"] for entry in view["held"]]})
    if view["blobs_missing"]:
        raise FilesMissing(extra={"missing": view["blobs_missing"]})


def _keep_review(
    session: Session,
    inspection: Inspection,
    decision: ReviewDecision,
    *,
    comment: str,
    actor: Actor,
    now: datetime,
) -> Review:
    review = Review(
        id=new_id(),
        inspection_id=inspection.id,
        rev=inspection.rev,
        person_id=actor.person_id,
        decision=decision,
        comment=comment,
        decided_at=now,
    )
    session.add(review)
    # Comments point at the review by foreign key.
    session.flush()
    return review
