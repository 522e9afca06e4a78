"""What the directory knows of visits: planned at dispatch, made when the record is sealed; caps count both."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from backend.draws.models import Draw, DrawnObject, NamedTeam
from backend.foundation.clock import china_date
from backend.plans.models import Task
from backend.registry.actions.visits import Visit, record_visits, remove_visits


def plan_visits(session: Session, draw: Draw, rows: Iterable[DrawnObject]) -> None:
    """Note that these objects will be visited; not while the draw is under seal, as everybody reads the directory."""
    if not draw.hidden:
        record_visits(session, [_visit(draw, row, visited_on=None) for row in rows])


def make_visit(session: Session, draw: Draw, row: DrawnObject, *, now: datetime) -> None:
    """Note that an object was visited."""
    record_visits(session, [_visit(draw, row, visited_on=china_date(now))])


def forget_visits(session: Session, draw: Draw, rows: Iterable[DrawnObject] | None = None) -> None:
    """Forget planned visits that will not be made: to some objects, or all of a void draw."""
    codes = None if rows is None else [row.object_code for row in rows]
    remove_visits(session, task_id=draw.task_id, codes=codes)


def note_named_visit(session: Session, team: NamedTeam, *, visited_on: date | None) -> None:
    """Note that an object of a single case will be, or was, visited."""
    record_visits(session, [_visit_of(team.task, team, visited_on=visited_on)])


def _visit(draw: Draw, row: DrawnObject, *, visited_on: date | None) -> Visit:
    return _visit_of(draw.task, row, visited_on=visited_on)


def _visit_of(task: Task, row: DrawnObject | NamedTeam, *, visited_on: date | None) -> Visit:
    return {
        "object_code": row.object_code,
        "task_id": task.id,
        "task_name": task.name,
        "region": row.object.region,
        # The year by which a plan counts: that in which the task's period begins.
        "year": task.period_from.year,
        "planned_on": task.period_to,
        "visited_on": visited_on,
        "result": None,
    }
