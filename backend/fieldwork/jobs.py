"""What fieldwork does when a draw is published, a team is named, or a visit serves one task more."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.models import Draw, NamedTeam, Substitution
from backend.fieldwork.actions import create_inspections, follow_naming, follow_substitution, serve_also
from backend.foundation import outbox
from schemas.vocabulary import DrawKind


@outbox.handles("draw.published")
def assign_inspections(session: Session, *, now: datetime, draw_id: str) -> None:
    """A published match becomes inspections; repeating it makes nothing twice."""
    draw = session.get_one(Draw, draw_id)
    if draw.kind == DrawKind.INSPECTORS:
        create_inspections(session, draw=draw, now=now)


@outbox.handles("draw.visits_merged")
def serve_other_tasks(session: Session, *, now: datetime, draw_id: str, objects: list[str]) -> None:
    """Sheets that nobody has begun take in what another task asks for."""
    serve_also(session, draw=session.get_one(Draw, draw_id), objects=objects, now=now)


@outbox.handles("team.named")
def assign_named(session: Session, *, now: datetime, task_id: str, object_code: str) -> None:
    """A named team becomes an inspection, or takes one over."""
    follow_naming(session, team=session.get_one(NamedTeam, (task_id, object_code)), now=now)


@outbox.handles("draw.substituted")
def follow(session: Session, *, now: datetime, draw_id: str, substitution_id: str) -> None:
    """A substitute takes over the inspection, or an object that left is no longer visited."""
    follow_substitution(session, substitution=session.get_one(Substitution, substitution_id), now=now)
