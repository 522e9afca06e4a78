"""合并上门: an object that several tasks drew is visited once; decided at the dispatch, before any commitment of the
match that then leaves it out."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from backend.draws.actions.visits import plan_visits
from backend.draws.models import Draw, DrawnObject
from backend.draws.queries.merging import choose_visit, list_others
from backend.draws.queries.rosters import Needs
from backend.foundation import audit, outbox
from backend.plans.models import Task
from backend.registry.queries import list_items
from schemas.vocabulary import MergeOutcome, TaskKind


def join_visits(session: Session, draw: Draw, rows: Iterable[DrawnObject], *, now: datetime, today: date) -> None:
    """Let the visits of other tasks serve the objects just dispatched, or note on each why that is not possible."""
    task, merged = draw.task, list[str]()
    if not task.merge_visits or task.kind == TaskKind.SINGLE_CASE or draw.sealed:
        return
    needs = Needs(task, {item.code: item for item in list_items(session, on=today)})
    for row in rows:
        others = list_others(session, draw, row)
        # The match of the other task reads what its team must hold; it shall not be committed meanwhile.
        for code in sorted({other.id for other, _ in others}):
            session.get(Task, code, with_for_update=True)
        found = choose_visit(session, task, others, needs=needs.of(row.stratum, row.object.facts()))
        if found:
            row.merge, row.merge_with = found[0], found[1].draw_id
            merged += [row.object_code] if found[0] is MergeOutcome.MERGED else []
    if merged:
        _record(session, draw, "merge_visits", now=now, objects=merged)
        outbox.emit(session, "draw.visits_merged", now=now, draw_id=draw.id, objects=merged)


def keep_apart(session: Session, draw: Draw, row: DrawnObject, *, now: datetime) -> None:
    """The other task's visit has begun meanwhile: the object gets a team of its own after all."""
    row.merge = MergeOutcome.BEGUN
    plan_visits(session, draw, [row])
    outbox.emit(session, "draw.visits_merged", now=now, draw_id=draw.id, objects=[])
    _record(session, draw, "keep_apart", now=now, object=row.object_code, reason=row.merge)


def _record(session: Session, draw: Draw, verb: str, *, now: datetime, **after: object) -> None:
    audit.record(session, actor=None, action=f"draws.{verb}", subject=("draw", draw.id), now=now, after=after)
