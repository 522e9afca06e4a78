"""Reads of an inspection's log, and the state that it folds to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.checklists.queries import get_checklist
from backend.fieldwork.models import Inspection, LoggedOperation
from backend.fieldwork.problems import DivergedLog
from backend.foundation.problems import NotFound
from sync import InspectionState, Status, apply, read_sheet

_WRITTEN = "log_state"


def get_inspection(session: Session, inspection_id: str) -> Inspection:
    """The inspection of that id, whoever asks; raises NotFound."""
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFound()
    return inspection


def lock_inspection(session: Session, inspection_id: str) -> Inspection:
    """The inspection, locked until the end of the transaction: positions come from this row."""
    inspection = session.get(Inspection, inspection_id, with_for_update=True, populate_existing=True)
    if inspection is None:
        raise NotFound()
    return inspection


def load_log(session: Session, inspection_id: str) -> Sequence[LoggedOperation]:
    """The whole log in order of position."""
    lines = select(LoggedOperation).where(LoggedOperation.inspection_id == inspection_id)
    return session.scalars(lines.order_by(LoggedOperation.pos)).all()


def load_state(session: Session, inspection: Inspection) -> InspectionState:
    """What the log says. Raises RuntimeError when it does not lead to the chain that the inspection names.

    The state that this session wrote last is taken up again where the chain says that it is still this one: a rescue
    file of many small batches reads the log once.
    """
    checklist = get_checklist(session, inspection.id)
    kept: InspectionState | None = session.info.get(_WRITTEN)
    if kept is not None and (kept.sheet.inspection, kept.sheet.checklist, kept.head, kept.chain) == (
        inspection.id,
        checklist.digest,
        inspection.head,
        inspection.chain,
    ):
        return kept
    sheet = read_sheet(checklist.document)
    lines = session.execute(
        select(LoggedOperation.body, LoggedOperation.status, LoggedOperation.code)
        .where(LoggedOperation.inspection_id == inspection.id)
        .order_by(LoggedOperation.pos)
    )
    state = apply(sheet, ((json.loads(body), Status(status, code or "")) for body, status, code in lines))
    if (state.head, state.chain) != (inspection.head, inspection.chain):
        raise RuntimeError(f"the log of {inspection.id} does not lead to its chain")
    return state


def keep_state(session: Session, state: InspectionState) -> None:
    """Remember the state just written, for the next batch in this session."""
    session.info[_WRITTEN] = state


def known_hashes(session: Session, *, inspection_id: str, rep: str, since: int, until: int) -> dict[int, str]:
    """The hashes of a replica's stored operations by seq, from `since` to `until`."""
    rows = session.execute(
        select(LoggedOperation.seq, LoggedOperation.hash).where(
            LoggedOperation.inspection_id == inspection_id,
            LoggedOperation.rep == rep,
            LoggedOperation.seq.between(since, until),
        )
    )
    return dict(rows.all())


def highest_seq(session: Session, *, inspection_id: str, rep: str) -> int:
    """The highest stored seq of a replica in an inspection, 0 when there is none."""
    found = session.scalar(
        select(func.max(LoggedOperation.seq)).where(
            LoggedOperation.inspection_id == inspection_id, LoggedOperation.rep == rep
        )
    )
    return found or 0


def read_log(
    session: Session,
    inspection: Inspection,
    *,
    after: int,
    chain: str | None,
    rep: str | None,
    limit: int,
    now: datetime,
) -> dict[str, Any]:
    """Entries after a position; raises DivergedLog when the reader's chain there is not ours."""
    if chain is not None and chain != _chain_at(session, inspection, after):
        raise DivergedLog(inspection.head)
    lines = session.scalars(
        select(LoggedOperation)
        .where(LoggedOperation.inspection_id == inspection.id, LoggedOperation.pos > after)
        .order_by(LoggedOperation.pos)
        .limit(limit)
    )
    return {
        "ops": [
            {
                "pos": line.pos,
                "st": line.status,
                "code": line.code or "",
                "recv": line.received_at,
                "chain": line.chain,
                "op": json.loads(line.body),
            }
            for line in lines
        ],
        "have": highest_seq(session, inspection_id=inspection.id, rep=rep) if rep else 0,
        "head": inspection.head,
        "chain": inspection.chain,
        "now": now,
    }


def _chain_at(session: Session, inspection: Inspection, pos: int) -> str | None:
    if pos == 0:
        return ""
    line = session.get(LoggedOperation, (inspection.id, pos))
    return line.chain if line else None
