"""The tasks that one inspection serves: its own, and others that drew the same object and share the visit."""

from sqlalchemy.orm import Session

from backend.draws.models import Draw
from backend.draws.queries.merging import Served, list_also_served
from backend.fieldwork.models import Inspection
from backend.plans.models import Task


def list_served(session: Session, inspection: Inspection) -> list[Served]:
    """The other tasks, each with the row of its own draw."""
    match = session.get(Draw, inspection.draw_id) if inspection.draw_id else None
    if match is None or match.parent_id is None:
        return []
    code = inspection.object.code
    return list_also_served(session, match.parent_id, [code])[code]


def list_tasks_served(session: Session, inspection: Inspection) -> list[Task]:
    """All tasks, its own first."""
    return [inspection.task, *(task for task, _ in list_served(session, inspection))]
