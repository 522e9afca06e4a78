"""作废: one person asks with a reason, another agrees; the void draw stays visible for ever."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.actions.ceremony import record_step
from backend.draws.actions.dispatch import release_visits
from backend.draws.actions.visits import forget_visits
from backend.draws.models import Draw
from backend.draws.problems import DrawInUse, VoidBySamePerson, VoidNotRequested, VoidPending
from backend.draws.queries.draws import get_operated_draw, get_own_draw, is_in_use
from backend.draws.states import check_draw_move
from backend.foundation import outbox
from backend.foundation.access.actor import Actor
from backend.plans.actions import move_task
from schemas.vocabulary import DrawKind, DrawState, TaskState


def request_void(session: Session, *, draw_id: str, reason: str, actor: Actor, now: datetime) -> Draw:
    """Ask to void a draw. Raises WrongDrawState, VoidPending, DrawInUse."""
    draw = get_operated_draw(session, draw_id, actor=actor)
    check_draw_move(draw.state, DrawState.VOID)
    if draw.void_requested_by is not None:
        raise VoidPending()
    if is_in_use(session, draw):
        raise DrawInUse()
    draw.void_reason, draw.void_requested_by = reason, actor.person_id
    record_step(session, draw, "request_void", actor=actor, now=now, reason=reason)
    return draw


def approve_void(session: Session, *, draw_id: str, actor: Actor, now: datetime) -> Draw:
    """Agree to void a draw; its task can then be drawn again from the same pool, as the next attempt.

    Raises WrongDrawState, VoidNotRequested, VoidBySamePerson, DrawInUse.
    """
    draw = get_own_draw(session, draw_id, actor=actor)
    check_draw_move(draw.state, DrawState.VOID)
    if draw.void_requested_by is None:
        raise VoidNotRequested()
    if draw.void_requested_by == actor.person_id:
        raise VoidBySamePerson()
    if is_in_use(session, draw):
        raise DrawInUse()
    published = draw.state == DrawState.PUBLISHED
    draw.state, draw.void_approved_by, draw.voided_at = DrawState.VOID, actor.person_id, now
    record_step(session, draw, "void", actor=actor, now=now, reason=draw.void_reason)
    if draw.kind == DrawKind.OBJECTS and published:
        move_task(session, task=draw.task, to=TaskState.POOL_FROZEN, actor=actor, now=now)
        forget_visits(session, draw)
        release_visits(session, draw, now=now)
    outbox.emit(session, "draw.voided", now=now, draw_id=draw.id)
    return draw
