"""What the office writes into the log, and the last step that publication takes."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from backend.fieldwork.actions.log import extend_log
from backend.fieldwork.models import Inspection
from backend.fieldwork.problems import OperationRefused
from backend.fieldwork.queries.log import load_state
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.problems import StateConflict
from schemas.vocabulary import InspectionState as State
from sync import (
    OK,
    InspectionState,
    Json,
    Kind,
    Operation,
    Replica,
    Status,
    decide,
    is_office,
    issue,
    office_name,
)

# A cover names at most 64 replicas. Beyond this the office goes on under its last name, as it did in old logs.
MOST_REPLICAS = 32


def append_office_operation(
    session: Session, *, inspection: Inspection, kind: Kind, val: Json, actor: Actor, now: datetime
) -> Operation:
    """Write a decision in the actor's name; raises OperationRefused when the record does not allow it now.

    The inspection is locked by the caller. State, revision, position and chain follow.
    """
    state = load_state(session, inspection)
    writer = Replica(_name(session, state), actor.person_id)
    op = issue(state, writer, kind=kind, value=val, at=now.isoformat(timespec="milliseconds"))
    extend_log(
        session,
        inspection=inspection,
        ops=[op],
        judge=_permitted,
        person_id=actor.person_id,
        signature="",
        now=now,
    )
    audit.record(
        session,
        actor=actor,
        action=f"fieldwork.{kind}",
        subject=("inspection", inspection.id),
        now=now,
        after={"pos": inspection.head, "val": val},
    )
    return op


def _name(session: Session, state: InspectionState) -> str:
    """The office's name in this log: one per connection to the database, which no restored copy outlives.

    Nothing inside the database could tell that it came back from an older copy: it would come back too. So a name
    begins with the connection, and no dot is ever given to two contents.
    """
    name: str = session.connection().info.setdefault("office", office_name(secrets.token_bytes(11)))
    if name in state.tips or len(state.tips) < MOST_REPLICAS:
        return name
    return next((rep for rep in reversed(state.tips) if is_office(rep)), name)


def _permitted(state: InspectionState, op: Operation) -> Status:
    status = decide(state, op)
    if status != OK:
        raise OperationRefused(status.code)
    return status


def mark_published(session: Session, *, inspection: Inspection, now: datetime) -> None:
    """Note that the result is public; raises StateConflict unless it was signed off."""
    if inspection.state != State.SIGNED_OFF:
        raise StateConflict()
    inspection.state = State.PUBLISHED
    inspection.changed_at = now
    audit.record(session, actor=None, action="fieldwork.published", subject=("inspection", inspection.id), now=now)
