"""Writing to an inspection's log: the one place that gives positions and lets the state follow."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.draws.actions.naming import mark_named_visited
from backend.draws.actions.opening import mark_visited
from backend.fieldwork.models import Inspection, LoggedOperation, SealedRecord, SupersededDot
from backend.fieldwork.queries.log import keep_state, load_state
from backend.fieldwork.queries.served import list_tasks_served
from backend.foundation import outbox
from backend.foundation.calendar import load_calendar
from backend.foundation.clock import china_date
from schemas.vocabulary import TaskState
from sync import (
    InspectionState,
    Json,
    Operation,
    Phase,
    Status,
    canonical,
    check_operation,
    operation_hash,
    snapshot,
    split_dot,
    step,
)

# An integer column of PostgreSQL; the protocol allows 2^53-1, which no chain of real work reaches.
LARGEST_COLUMN = 2**31 - 1

Judge = Callable[[InspectionState, Operation], Status]


def extend_log(
    session: Session,
    *,
    inspection: Inspection,
    ops: Sequence[Operation],
    judge: Judge,
    person_id: str,
    signature: str,
    now: datetime,
) -> list[dict[str, Any]]:
    """Append operations that continue their replica's chain, each with the status `judge` gives; their rows.

    The inspection is locked by the caller; its row, the seal and what follows from them change along.
    """
    before = state = load_state(session, inspection)
    rows: list[dict[str, Any]] = []
    replaced: list[dict[str, Any]] = []
    for op in ops:
        status = judge(state, op)
        after = step(state, op, status)
        rows.append(
            {
                **_outline(op),
                "inspection_id": inspection.id,
                "pos": after.head,
                "hash": operation_hash(op),
                "person_id": person_id,
                "body": canonical(op).decode(),
                "status": status.st,
                "code": status.code or None,
                "chain": after.chain,
                "received_at": now,
                "signature": signature,
            }
        )
        if check_operation(op) == "":
            dots = [(rep, seq) for rep, seq in map(split_dot, op["sup"]) if seq <= LARGEST_COLUMN]
            line = {"inspection_id": inspection.id, "pos": after.head}
            replaced += [{**line, "rep": rep, "seq": seq} for rep, seq in dots]
        if len(after.seals) > len(state.seals):
            _keep_seal(session, inspection, after, now)
        state = after
    session.execute(insert(LoggedOperation), rows)
    if replaced:
        session.execute(insert(SupersededDot), replaced)
    _follow(session, inspection, before, state, now)
    keep_state(session, state)
    return rows


def _outline(op: Operation) -> dict[str, Any]:
    """What of an operation stands in columns; one of a newer version may lack or change any of it."""
    rev = op.get("rev")
    return {
        "rep": op["rep"],
        "seq": op["seq"],
        "rev": rev if type(rev) is int and 0 < rev <= LARGEST_COLUMN else 0,
        "kind": _text(op.get("k")),
        "reg": _text(op.get("reg")),
    }


def _text(value: Json) -> str:
    # PostgreSQL's text takes no NUL; the body keeps it, escaped as JSON does.
    return value[:200].replace("\0", "") if isinstance(value, str) else ""


def _keep_seal(session: Session, inspection: Inspection, state: InspectionState, now: datetime) -> None:
    """Keep the signed snapshot. The check ends with its first seal: a return does not move the deadline."""
    seal = state.seals[-1]
    session.add(
        SealedRecord(
            inspection_id=inspection.id,
            rev=seal.rev,
            digest=seal.digest,
            cover=seal.cover,
            snapshot=canonical(snapshot(state)).decode(),
            sealed_at=now,
        )
    )
    code = inspection.object.code
    if inspection.draw_id is None:
        mark_named_visited(session, task_id=inspection.task_id, object_code=code, now=now)
    else:
        mark_visited(session, match_id=inspection.draw_id, object_code=code, now=now)
    if inspection.check_ended_at is None:
        inspection.check_ended_at = now
        inspection.publish_due_on = load_calendar(session).add(
            china_date(now), min(task.publish_within_working_days for task in list_tasks_served(session, inspection))
        )


def _follow(
    session: Session, inspection: Inspection, before: InspectionState, after: InspectionState, now: datetime
) -> None:
    inspection.head, inspection.chain, inspection.rev = after.head, after.chain, after.rev
    inspection.changed_at = now
    if after.phase == before.phase:
        return
    inspection.state = after.phase
    for task in list_tasks_served(session, inspection):
        if task.state in (TaskState.DISPATCHED, TaskState.MATCHED):
            task.state = TaskState.IN_PROGRESS
    if after.phase == Phase.SUBMITTED:
        outbox.emit(session, "record.submitted", now=now, inspection_id=inspection.id, rev=after.rev)
