"""替换: one person asks with reason and evidence, another approves and names the next public event, the event gives
the substitute. An object's substitute is the next reserve, fixed by the draw, so approval alone suffices. Where the
event does not come, a third person withdraws the request.

Other seats do not move, and nothing is substituted once the record of the visit is sealed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from backend.draws.actions.bundles import keep_bundle, parent_bundle
from backend.draws.actions.ceremony import record_step
from backend.draws.actions.dispatch import release_visits, send
from backend.draws.actions.visits import forget_visits
from backend.draws.documents import Bundle, Event, SubstitutionRequest
from backend.draws.documents import Substitution as Entry
from backend.draws.findings import DrawError
from backend.draws.models import Draw, DrawnObject, ExpertSeat, Seat, Substitution
from backend.draws.problems import (
    DrawInvalid,
    EventNotYet,
    EventValueInvalid,
    EvidenceMissing,
    SubstitutionBySamePerson,
    SubstitutionDecided,
    SubstitutionInvalid,
    SubstitutionOutOfTurn,
    SubstitutionPending,
    SubstitutionTooLate,
)
from backend.draws.queries.draws import get_locked_draw
from backend.draws.queries.pools import whole_bundle
from backend.draws.queries.substitutions import (
    find_evidence,
    get_substitution,
    list_open,
    list_rows,
    list_seats,
    next_number,
)
from backend.draws.rules import NO_EVENT, VERSION, check_event_value, digest
from backend.draws.substitution import check_substitution, substitute
from backend.foundation import outbox
from backend.foundation.access.actor import Actor
from backend.foundation.clock import CHINA
from backend.foundation.ids import new_id
from backend.foundation.problems import NotFound
from backend.plans.problems import OutsideJurisdiction
from schemas.vocabulary import DrawKind, DrawState, EventType, SubstitutionState

# Stands for the event that the approver will name, while a request is only tried.
_ANY_EVENT: Event = {"type": "dice", "id": "-", "due": "2000-01-01T00:00:00Z"}


def request_substitution(
    session: Session,
    *,
    draw_id: str,
    objects: Sequence[str],
    leaving: str,
    reason: str,
    note: str,
    evidence: str,
    actor: Actor,
    now: datetime,
) -> Substitution:
    """Ask for a substitute. Raises NotFound, OutsideJurisdiction, SubstitutionInvalid, SubstitutionTooLate,
    SubstitutionPending, EvidenceMissing."""
    draw = get_locked_draw(session, draw_id, actor=actor)
    codes = sorted(set(objects))
    rows = list_rows(session, draw, codes)
    _check_jurisdiction(draw, rows, actor)
    _check_open(draw, rows, codes)
    if any(set(codes) & set(other.objects) for other in list_open(session, draw)):
        raise SubstitutionPending()
    if find_evidence(session, draw, evidence) is None:
        raise EvidenceMissing(errors=[_fault("/evidence", "evidence", EvidenceMissing.title)])
    asked = Substitution(
        id=new_id(),
        draw_id=draw.id,
        state=SubstitutionState.REQUESTED,
        objects=codes,
        leaving=leaving,
        reason=reason,
        note=note,
        evidence=evidence,
        requested_by=actor.person_id,
        requested_at=now,
    )
    _try(draw, asked)
    session.add(asked)
    after = {"objects": codes, "leaving": leaving, "reason": reason, "evidence": evidence}
    record_step(session, draw, "request_substitution", actor=actor, now=now, **after)
    return asked


def refuse_substitution(
    session: Session, *, substitution_id: str, reason: str, actor: Actor, now: datetime
) -> Substitution:
    """Say no, with the reason. Raises NotFound, SubstitutionDecided, SubstitutionBySamePerson."""
    asked = _get_undecided(session, substitution_id, actor)
    asked.state, asked.refusal = SubstitutionState.REFUSED, reason
    asked.decided_by, asked.decided_at = actor.person_id, now
    record_step(session, asked.draw, "refuse_substitution", actor=actor, now=now, request=asked.id, reason=reason)
    return asked


def approve_substitution(
    session: Session,
    *,
    substitution_id: str,
    event_type: EventType | None,
    event_id: str | None,
    event_due: datetime | None,
    actor: Actor,
    now: datetime,
) -> Substitution:
    """Approve, and log the request with its event before that happens; an object's reserve steps in at once.

    Raises NotFound, SubstitutionDecided, SubstitutionBySamePerson, SubstitutionTooLate, DrawInvalid.
    """
    asked = _get_undecided(session, substitution_id, actor)
    draw = asked.draw
    _check_open(draw, list_rows(session, draw, asked.objects), asked.objects)
    wants_event = draw.kind == DrawKind.INSPECTORS
    named = event_type is not None and bool(event_id) and event_due is not None and event_due > now
    if wants_event and not named:
        raise DrawInvalid(errors=[_fault("/event_due", "event_due", "请指定一个将来发生的公开事件")])
    _try(draw, asked)
    if wants_event:
        asked.event_type, asked.event_id, asked.event_due = event_type, event_id, event_due
    asked.decided_by, asked.decided_at = actor.person_id, now
    asked.number, asked.state = next_number(session, draw), SubstitutionState.APPROVED
    request = _request(draw, asked, number=asked.number, approver=actor.person_id, event=_event(asked))
    asked.request, asked.request_digest = dict(request), digest(request)
    record_step(session, draw, "approve_substitution", actor=actor, now=now, request=asked.request_digest)
    if wants_event:
        outbox.emit(session, "draw.substitution_logged", now=now, draw_id=draw.id)
    else:
        _complete(session, asked, "", actor=actor, now=now)
    return asked


def draw_substitute(session: Session, *, substitution_id: str, value: str, actor: Actor, now: datetime) -> Substitution:
    """Record the event's outcome, which gives the substitute.

    Raises NotFound, SubstitutionDecided, EventNotYet, EventValueInvalid, SubstitutionOutOfTurn, SubstitutionTooLate.
    """
    asked = _get_approved(session, substitution_id, actor)
    if asked.event_due is None or now < asked.event_due:
        due = f"{asked.event_due.astimezone(CHINA):%Y-%m-%d %H:%M}" if asked.event_due else ""
        raise EventNotYet(f"事件时间为 {due}。", "It is not due yet.")
    _check_turn(session, asked)
    try:
        check_event_value(asked.event_type or "", value)
    except DrawError as error:
        message = error.finding.message_zh
        raise EventValueInvalid(
            message, error.finding.message_en, errors=[_fault("/value", "value", message)]
        ) from error
    _check_open(asked.draw, list_rows(session, asked.draw, asked.objects), asked.objects)
    asked.event_value = value
    _complete(session, asked, value, actor=actor, now=now)
    return asked


def withdraw_substitution(
    session: Session, *, substitution_id: str, reason: str, actor: Actor, now: datetime
) -> Substitution:
    """Give up an approved request whose event does not come, so that the next in order can be drawn.

    A third person does it, and it stays in the bundle's log: anybody can see whether the event came after all.
    Raises NotFound, SubstitutionDecided, SubstitutionBySamePerson, SubstitutionOutOfTurn.
    """
    asked = _get_approved(session, substitution_id, actor)
    if actor.person_id in (asked.requested_by, asked.decided_by):
        raise SubstitutionBySamePerson()
    _check_turn(session, asked)
    _log(session, asked, "")
    asked.state, asked.withdrawal = SubstitutionState.WITHDRAWN, reason
    asked.withdrawn_by, asked.withdrawn_at = actor.person_id, now
    after = {"number": asked.number, "reason": reason}
    record_step(session, asked.draw, "withdraw_substitution", actor=actor, now=now, **after)
    outbox.emit(session, "draw.substitution_logged", now=now, draw_id=asked.draw_id)
    return asked


def _log(session: Session, asked: Substitution, value: str) -> Entry:
    """Enter the substitution in the bundle's log and verify the whole again."""
    bundle, request = whole_bundle(session, asked.draw), cast(SubstitutionRequest, asked.request)
    try:
        entry = substitute(bundle, request, event_value=value)
    except DrawError as error:
        raise SubstitutionInvalid(error.finding.message_zh, error.finding.message_en) from error
    added = cast(Bundle, {**bundle, "substitutions": [*bundle["substitutions"], entry]})
    keep_bundle(asked.draw, added, parent_bundle(session, asked.draw))
    return entry


def _complete(session: Session, asked: Substitution, value: str, *, actor: Actor, now: datetime) -> None:
    """Log the substitution, and let seats or objects follow."""
    draw, entry = asked.draw, _log(session, asked, value)
    asked.state, asked.drawn_at = SubstitutionState.DRAWN, now
    asked.substitute, asked.ticket = entry["substitute"], entry["ticket"]
    if draw.kind == DrawKind.INSPECTORS:
        _reseat(session, asked, entry)
    else:
        _exchange(session, asked, now=now)
    after = {"number": asked.number, "leaving": asked.leaving, "substitute": asked.substitute}
    record_step(session, draw, "substitute", actor=actor, now=now, **after)
    outbox.emit(session, "draw.substituted", now=now, draw_id=draw.id, substitution_id=asked.id)


def _reseat(session: Session, asked: Substitution, entry: Entry) -> None:
    """The substitute takes the very seat, so who leaves as lead 组长 is followed by a lead."""
    for seat in list_seats(session, asked.draw, asked.objects, person=asked.leaving):
        if not entry["substitute"]:
            session.delete(seat)
        elif isinstance(seat, Seat):
            seat.inspector_code, seat.ticket = entry["substitute"], entry["ticket"]
        else:
            session.delete(seat)
            named = {"object_code": seat.object_code, "expert_code": entry["substitute"], "ticket": entry["ticket"]}
            session.add(ExpertSeat(draw_id=asked.draw_id, **named))


def _exchange(session: Session, asked: Substitution, *, now: datetime) -> None:
    """One object leaves; the reserve steps in and, if its task is dispatched, goes to its county at once."""
    draw, codes = asked.draw, [asked.leaving, *filter(None, [asked.substitute])]
    rows = {row.object_code: row for row in list_rows(session, draw, codes)}
    gone = rows[asked.leaving]
    gone.left_at, gone.match_due_on = now, None
    forget_visits(session, draw, [gone])
    release_visits(session, draw, now=now, codes=[gone.object_code])
    if asked.substitute:
        new = rows[asked.substitute]
        new.entered_at = now
        if gone.dispatched_at is not None:
            send(session, draw, [new], now=now)


def _get_undecided(session: Session, substitution_id: str, actor: Actor) -> Substitution:
    asked = get_substitution(session, substitution_id, actor=actor)
    if not actor.covers(asked.draw.region):
        raise OutsideJurisdiction()
    if asked.state != SubstitutionState.REQUESTED:
        raise SubstitutionDecided()
    if asked.requested_by == actor.person_id:
        raise SubstitutionBySamePerson()
    return asked


def _get_approved(session: Session, substitution_id: str, actor: Actor) -> Substitution:
    asked = get_substitution(session, substitution_id, actor=actor)
    if not actor.covers(asked.draw.region):
        raise OutsideJurisdiction()
    if asked.state != SubstitutionState.APPROVED:
        raise SubstitutionDecided()
    return asked


def _check_turn(session: Session, asked: Substitution) -> None:
    if any(other.number and other.number < (asked.number or 0) for other in list_open(session, asked.draw)):
        raise SubstitutionOutOfTurn()


def _check_jurisdiction(draw: Draw, rows: Sequence[DrawnObject], actor: Actor) -> None:
    """Who answers for the draw may ask, and so may the county to which the objects went."""
    if not actor.covers(draw.region) and not all(actor.covers(row.dispatched_to or draw.region) for row in rows):
        raise OutsideJurisdiction()


def _check_open(draw: Draw, rows: Sequence[DrawnObject], codes: Sequence[str]) -> None:
    if draw.state != DrawState.PUBLISHED:
        raise SubstitutionTooLate("只有已公示的抽取才能申请替换。", "Only what is published is substituted.")
    if len(rows) < len(codes):
        raise NotFound("该对象不在本次抽取之中。", "The object is not of this draw.")
    if any(row.left_at for row in rows):
        raise SubstitutionTooLate("该检查对象已被替换。", "The object has left already.")
    if any(row.visited_at for row in rows):
        raise SubstitutionTooLate()


def _try(draw: Draw, asked: Substitution) -> None:
    """Refuse what the pure rules would refuse. Raises SubstitutionInvalid."""
    bundle = cast(Bundle, draw.bundle)
    event = _ANY_EVENT if draw.kind == DrawKind.INSPECTORS else NO_EVENT
    try:
        check_substitution(bundle, _request(draw, asked, number=len(bundle["substitutions"]) + 1, event=event))
    except DrawError as error:
        message = "席位、对象或原因不符合替换规则"
        raise SubstitutionInvalid(errors=[_fault("/leaving", error.finding.code, message)]) from error


def _request(draw: Draw, asked: Substitution, *, number: int, event: Event, approver: str = "") -> SubstitutionRequest:
    return {
        "v": VERSION,
        "commitment": draw.commitment_digest or "",
        "number": number,
        "objects": asked.objects,
        "out": asked.leaving,
        "reason": asked.reason,
        "evidence": asked.evidence,
        "requester": asked.requested_by,
        "approver": approver,
        "event": event,
    }


def _event(asked: Substitution) -> Event:
    if asked.event_due is None:
        return NO_EVENT
    due = asked.event_due.astimezone(CHINA).isoformat(timespec="seconds")
    return Event(type=str(asked.event_type), id=asked.event_id or "", due=due)


def _fault(pointer: str, code: str, message: str) -> dict[str, Any]:
    return {"pointer": pointer, "code": code, "message": message}
