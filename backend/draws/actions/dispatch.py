"""派发: the drawn objects go to the counties by registration authority 按登记机关派发."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.draws.actions.ceremony import record_step
from backend.draws.models import DrawnObject
from backend.draws.problems import TaskNotReady
from backend.draws.queries.draws import find_live_draw
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.clock import china_date
from backend.plans.actions import move_task
from backend.plans.models import Task
from backend.plans.queries import get_own_task
from backend.registry.queries import body_regions
from schemas.vocabulary import DrawKind, DrawState, TaskState


def dispatch_task(session: Session, *, task_id: str, actor: Actor, now: datetime) -> Task:
    """Send each drawn object to the region of its registration authority; reserves stay where they are.

    Raises NotFound, OutsideJurisdiction, TaskNotReady, OperatorIsCustodian, WrongTaskState.
    """
    task = get_own_task(session, task_id, actor=actor)
    draw = find_live_draw(session, task=task, kind=DrawKind.OBJECTS, region=task.region)
    if draw is None or draw.state != DrawState.PUBLISHED:
        raise TaskNotReady("请先公示抽取结果。", "Publish the objects' draw first.")
    move_task(session, task=task, to=TaskState.DISPATCHED, actor=actor, now=now)
    homes = body_regions(session)
    due_on = china_date(now) + timedelta(days=task.match_within_days)
    drawn = select(DrawnObject).where(DrawnObject.draw_id == draw.id, ~DrawnObject.reserve)
    for row in session.scalars(drawn.options(joinedload(DrawnObject.object))):
        home = homes[row.object.authority]
        # An authority above or outside the task's region does not check here; the place of the object does.
        row.dispatched_to = home if region_covers(task.region, home) else row.object.region
        row.dispatched_at, row.match_due_on = now, due_on
    record_step(session, draw, "dispatch", actor=actor, now=now, match_due_on=due_on.isoformat())
    return task
