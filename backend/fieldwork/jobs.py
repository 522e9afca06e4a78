"""What fieldwork does when a draw is published, a team is named, a visit serves one task more, or a week has passed."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.draws.models import Draw, NamedTeam, Substitution
from backend.fieldwork.actions import (
    create_inspections,
    discard_abandoned,
    follow_naming,
    follow_substitution,
    serve_also,
)
from backend.fieldwork.models import Upload
from backend.fieldwork.problems import UploadBusy
from backend.fieldwork.rules import ABANDONED_AFTER
from backend.foundation import outbox
from backend.foundation.database import db, transaction
from backend.foundation.files import FileStore
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


def discard_abandoned_uploads(*, now: datetime, files: FileStore) -> int:
    """Forget uploads that nobody has gone on with for a week, one transaction each; returns how many."""
    old = db.session().scalars(select(Upload.id).where(Upload.created_at < now - ABANDONED_AFTER)).all()
    discarded = 0
    for upload_id in old:
        with suppress(UploadBusy), transaction() as session:
            upload = session.get(Upload, upload_id)
            if upload is not None:
                discarded += discard_abandoned(session, upload=upload, files=files, now=now)
    return discarded
