"""What draws do when something has happened on the way."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.actions.opening import open_when_visited
from backend.foundation.outbox import handles


@handles("draw.visited")
def on_draw_visited(session: Session, *, now: datetime, draw_id: str) -> None:
    """The last visit of a sealed draw opens it."""
    open_when_visited(session, draw_id=draw_id, now=now)
