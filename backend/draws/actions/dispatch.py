"""派发: the drawn objects go to the counties by registration authority 按登记机关派发."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.draws.actions.ceremony import record_step
from backend.draws.actions.merging import join_visits
from backend.draws.actions.visits import plan_visits
from backend.draws.models import Draw, DrawnObject
from backend.draws.problems import TaskNotReady
from backend.draws.queries.draws import find_live_draw
from backend.draws.queries.results import all_matched
from backend.foundation import outbox
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.clock import china_date
from backend.plans.actions import move_task
from backend.plans.models import Task
from backend.plans.queries import get_own_task
from backend.registry.queries import body_regions
from schemas.vocabulary import DrawKind, DrawState, MergeOutcome, TaskState


def dispatch_task(session: Session, *, task_id: str, actor: Actor, now: datetime) -> Task:
    """Send each drawn object to the region of its registration authority; reserves stay where they are.

    Raises NotFound, OutsideJurisdiction, TaskNotReady, OperatorIsCustodian, WrongTaskState.
    """
    task = get_own_task(session, task_id, actor=actor)
    draw = find_live_draw(session, task=task, kind=DrawKind.OBJECTS, region=task.region)
    if draw is None or draw.state != DrawState.PUBLISHED:
        raise TaskNotReady("请先公示抽取结果。", "Publish the objects' draw first.")
    move_task(session, task=task, to=TaskState.DISPATCHED, actor=actor, now=now)
    drawn = select(DrawnObject).where(DrawnObject.draw_id == draw.id, DrawnObject.in_play())
    send(session, draw, session.scalars(drawn.options(joinedload(DrawnObject.object))).all(), now=now)
    due_on = china_date(now) + timedelta(days=task.match_within_days)
    record_step(session, draw, "dispatch", actor=actor, now=now, match_due_on=due_on.isoformat())
    session.flush()
    if all_matched(session, draw):
        # Every object is visited for another task already.
        move_task(session, task=task, to=TaskState.MATCHED, actor=actor, now=now)
    return task


def send(session: Session, draw: Draw, rows: Iterable[DrawnObject], *, now: datetime) -> None:
    """Send some objects to their counties, which match them within the task's days."""
    task, homes, rows = draw.task, body_regions(session), list(rows)
    due_on = china_date(now) + timedelta(days=task.match_within_days)
    for row in rows:
        home = homes[row.object.authority]
        # An authority above or outside the task's region does not check here; the place of the object does.
        row.dispatched_to = home if region_covers(task.region, home) else row.object.region
        row.dispatched_at, row.match_due_on = now, due_on
    session.flush()
    join_visits(session, draw, rows, now=now, today=china_date(now))
    plan_visits(session, draw, [row for row in rows if row.merge != MergeOutcome.MERGED])


def release_visits(session: Session, draw: Draw, *, now: datetime, codes: Collection[str] | None = None) -> None:
    """The visits of a draw, or those to some objects, are not made: what they were to serve goes to its county anew."""
    found = (
        select(DrawnObject, Draw)
        .join(Draw, Draw.id == DrawnObject.draw_id)
        .where(
            DrawnObject.merge_with == draw.id,
            DrawnObject.visited_at.is_(None),
            DrawnObject.in_play(),
            Draw.state == DrawState.PUBLISHED,
        )
        .order_by(DrawnObject.draw_id, DrawnObject.object_code)
    )
    for row, own in session.execute(found).all():
        if codes is None or row.object_code in codes:
            waits = row.merge == MergeOutcome.MERGED
            row.merge = row.merge_with = None
            if waits:
                send(session, own, [row], now=now)
                outbox.emit(session, "draw.visits_merged", now=now, draw_id=own.id, objects=[])
