"""封存与启封: an unannounced task's result stays under seal until its visits are made, then everything is open."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.draws.actions.ceremony import record_step
from backend.draws.actions.visits import make_visit
from backend.draws.models import Draw, DrawnObject
from backend.draws.problems import NotSealed, VisitsUnderWay
from backend.draws.queries.draws import get_operated_draw
from backend.draws.queries.merging import list_also_served
from backend.foundation import outbox
from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from schemas.vocabulary import DrawState


def mark_visited(session: Session, *, match_id: str, object_code: str, now: datetime) -> None:
    """Note that the record of a visit is sealed: from here on nothing about it is substituted."""
    match = session.get_one(Draw, match_id)
    row = session.get_one(DrawnObject, (match.parent_id, object_code), with_for_update=True)
    if row.visited_at is None:
        row.visited_at = now
        for _, other in list_also_served(session, row.draw_id, [object_code])[object_code]:
            other.visited_at = now
        make_visit(session, session.get_one(Draw, row.draw_id), row, now=now)
        if match.hidden:
            outbox.emit(session, "draw.visited", now=now, draw_id=row.draw_id)


def open_when_visited(session: Session, *, draw_id: str, now: datetime) -> None:
    """Open an objects' draw and its matches once the last of its objects has been visited."""
    draw = session.get_one(Draw, draw_id, with_for_update=True)
    if draw.hidden and not _waiting(session, draw):
        _open(session, draw, actor=None, now=now)


def open_draw(session: Session, *, draw_id: str, actor: Actor, now: datetime) -> Draw:
    """Open by hand: when every visit is made, or the task's period is over. Raises NotSealed, VisitsUnderWay."""
    draw = get_operated_draw(session, draw_id, actor=actor)
    if not draw.hidden or draw.parent is not None or draw.state != DrawState.PUBLISHED:
        raise NotSealed()
    if _waiting(session, draw) and china_date(now) <= draw.task.period_to:
        raise VisitsUnderWay()
    _open(session, draw, actor=actor, now=now)
    return draw


def _open(session: Session, draw: Draw, *, actor: Actor | None, now: datetime) -> None:
    for one in [draw, *session.scalars(select(Draw).where(Draw.parent_id == draw.id, Draw.sealed))]:
        one.opened_at, one.opened_by = now, actor.person_id if actor else None
        record_step(session, one, "open", actor=actor, now=now, bundle=one.bundle_digest)
        if one.committed_at is not None:
            outbox.emit(session, "draw.opened", now=now, draw_id=one.id)


def _waiting(session: Session, draw: Draw) -> bool:
    unvisited = select(DrawnObject).where(
        DrawnObject.draw_id == draw.id, DrawnObject.in_play(), DrawnObject.visited_at.is_(None)
    )
    return bool(session.scalar(select(unvisited.exists())))
