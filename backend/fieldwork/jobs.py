"""What fieldwork does when a draw is published."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.models import Draw
from backend.fieldwork.actions import create_inspections
from backend.foundation import outbox
from schemas.vocabulary import DrawKind


@outbox.handles("draw.published")
def assign_inspections(session: Session, *, now: datetime, draw_id: str) -> None:
    """A published match becomes inspections; repeating it makes nothing twice."""
    draw = session.get_one(Draw, draw_id)
    if draw.kind == DrawKind.INSPECTORS:
        create_inspections(session, draw=draw, now=now)
