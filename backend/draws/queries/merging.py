"""Which tasks one visit serves, and which visit of another task an object could be added to."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from backend.draws.merging import Cover, Terms, meets, outcome
from backend.draws.models import Draw, DrawnObject, Seat
from backend.plans.models import Plan, Task
from backend.registry.models import Inspector
from schemas.vocabulary import DrawKind, DrawState, MergeOutcome, PlanState, TaskKind
from schemas.words import zh

# Between its commitment and its publication a match can take in nothing new.
UNDER_WAY = (DrawState.COMMITTED, DrawState.REVEALED, DrawState.DRAWN)

Served = tuple[Task, DrawnObject]


def list_also_served(session: Session, draw_id: str, codes: Collection[str]) -> dict[str, list[Served]]:
    """The other tasks for which the visits of an objects' draw are made too, by object, each with its drawn row."""
    found = (
        select(Task, DrawnObject)
        .join(Draw, Draw.id == DrawnObject.draw_id)
        .join(Task, Task.id == Draw.task_id)
        .where(
            DrawnObject.merge_with == draw_id,
            DrawnObject.merge == MergeOutcome.MERGED,
            DrawnObject.object_code.in_(codes),
            DrawnObject.in_play(),
            Draw.state == DrawState.PUBLISHED,
        )
        .order_by(Task.period_from, Task.code, Task.id)
    )
    served: dict[str, list[Served]] = defaultdict(list)
    for task, row in session.execute(found):
        served[row.object_code].append((task, row))
    return served


def list_others(session: Session, draw: Draw, row: DrawnObject) -> list[Served]:
    """The visits of other tasks to the same object that could serve this one, the earliest dispatched first.

    Tasks of the same plan year and county that allow it; a sealed draw neither joins nor is joined, as that would
    tell who is visited; nor does a single case, which has a source of its own.
    """
    found = (
        select(Task, DrawnObject)
        .join(Draw, Draw.id == DrawnObject.draw_id)
        .join(Task, Task.id == Draw.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            DrawnObject.object_code == row.object_code,
            DrawnObject.dispatched_to == row.dispatched_to,
            DrawnObject.in_play(),
            DrawnObject.visited_alone(),
            Draw.kind == DrawKind.OBJECTS,
            Draw.state == DrawState.PUBLISHED,
            Draw.sealed.is_(False),
            Task.id != draw.task_id,
            Task.merge_visits,
            Task.kind != TaskKind.SINGLE_CASE,
            Plan.year == draw.task.plan.year,
            Plan.state != PlanState.CLOSED,
        )
        .order_by(DrawnObject.dispatched_at, DrawnObject.draw_id)
    )
    return [(task, other) for task, other in session.execute(found)]


def choose_visit(
    session: Session, task: Task, others: Collection[Served], *, needs: frozenset[str]
) -> tuple[MergeOutcome, DrawnObject] | None:
    """The first of those visits that can serve the task too, else the first and why not; None if no days meet."""
    terms, refused = terms_of(task), None
    for other, row in others:
        cover = _cover(session, other, row)
        if not meets(cover, terms):
            continue
        found = outcome(cover, terms, needs=needs)
        if found is MergeOutcome.MERGED:
            return found, row
        refused = refused or (found, row)
    return refused


def terms_of(task: Task) -> Terms:
    """What a task asks of each visit."""
    return Terms(
        task=task.id,
        period=(task.period_from, task.period_to),
        method=task.method,
        seats=task.seats,
        experts=task.experts,
        specialities=frozenset(task.expert_specialities),
        cool_off_months=task.cool_off_months,
    )


def describe_merges(session: Session, draw: Draw) -> dict[str, dict[str, Any]]:
    """For each object of an objects' draw that another task drew too: which, and whether one visit serves both."""
    other = aliased(Draw)
    found = (
        select(DrawnObject, Task)
        .join(other, other.id == DrawnObject.merge_with)
        .join(Task, Task.id == other.task_id)
        .where(DrawnObject.draw_id == draw.id, DrawnObject.merge.is_not(None))
    )
    return {
        row.object_code: {
            "outcome": row.merge,
            "label": zh(MergeOutcome(row.merge)),
            "draw": row.merge_with,
            "task": {"code": task.code, "name": task.name},
        }
        for row, task in session.execute(found)
        if row.merge
    }


def _cover(session: Session, task: Task, row: DrawnObject) -> Cover:
    also = list_also_served(session, row.draw_id, [row.object_code])[row.object_code]
    team = session.scalars(
        select(Inspector)
        .join(Seat, Seat.inspector_code == Inspector.code)
        .join(Draw, Draw.id == Seat.draw_id)
        .where(Draw.parent_id == row.draw_id, Draw.state == DrawState.PUBLISHED, Seat.object_code == row.object_code)
    ).all()
    under_way = select(Draw).where(
        Draw.parent_id == row.draw_id, Draw.region == row.dispatched_to, Draw.state.in_(UNDER_WAY)
    )
    staffed = len(team) >= task.seats
    return Cover(
        terms=terms_of(task),
        others=tuple(terms_of(other) for other, _ in also),
        held=frozenset(held for inspector in team for held in inspector.qualifications) if staffed else None,
        matching=bool(session.scalar(select(under_way.exists()))),
        begun=row.visited_at is not None,
    )
