"""The record of an inspection as reviewers read it: what follows from its log, and who did what when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person, Replica
from backend.checklists.queries import get_checklist
from backend.checklists.rules import results, status
from backend.fieldwork.models import BlobUse, Inspection, LoggedOperation, SealedRecord
from backend.fieldwork.queries.log import load_log
from backend.fieldwork.rules import values_of
from sync import (
    OK,
    InspectionState,
    Kind,
    Operation,
    Status,
    apply,
    conflicts,
    decide,
    dot,
    issue,
    named_blobs,
    office_name,
    read_sheet,
    seal_status,
)
from sync import (
    Replica as Writer,
)

# Asks what the office might decide; nothing is written under this name.
OFFICE = Writer(office_name(bytes(11)), "office")


@dataclass(frozen=True)
class _Line:
    """One line of the log with its operation read and its author named."""

    row: LoggedOperation
    op: Operation
    author: str
    device_label: str

    def signed_by(self) -> dict[str, Any]:
        return {
            "author": self.author,
            "device_label": self.device_label,
            "at": self.op.get("at"),
            "received_at": self.row.received_at,
        }


def record_view(session: Session, inspection: Inspection) -> dict[str, Any]:
    """Values, conflicts, completeness, results, signatures, held operations, history, missing files."""
    document = get_checklist(session, inspection.id).document
    lines = _lines(session, load_log(session, inspection.id))
    log = ((line.op, Status(line.row.status, line.row.code or "")) for line in lines)
    state = apply(read_sheet(document), log)
    by_dot = {dot(line.op): line for line in lines}
    values = values_of(state)
    sealed = session.scalars(
        select(SealedRecord).where(SealedRecord.inspection_id == inspection.id).order_by(SealedRecord.rev)
    ).all()
    stored = session.scalars(select(BlobUse.sha256).where(BlobUse.inspection_id == inspection.id))
    return {
        "registers": values,
        "conflicts": [
            {"reg": reg, "values": [_head(by_dot[dot(op)]) for op in state.registers[reg].heads]}
            for reg in conflicts(state)
        ],
        "status": status(document, values),
        "results": results(document, values),
        "signatures": _signatures(state, lines),
        "held": [_held(state, by_dot[name], code) for name, (_, code) in state.held.items()],
        "history": [_history(line, by_dot) for line in lines],
        "revisions": [{"rev": row.rev, "digest": row.digest, "sealed_at": row.sealed_at} for row in sealed],
        "differences": _differences(sealed),
        "blobs_missing": sorted(named_blobs(state) - set(stored)),
    }


def _lines(session: Session, rows: Sequence[LoggedOperation]) -> list[_Line]:
    names = dict(
        session.execute(select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))).all()
    )
    labels = dict(
        session.execute(select(Replica.id, Replica.label).where(Replica.id.in_({row.rep for row in rows}))).all()
    )
    return [_Line(row, json.loads(row.body), names[row.person_id], labels.get(row.rep, "")) for row in rows]


def _head(line: _Line) -> dict[str, Any]:
    return {"dot": dot(line.op), "value": line.op["val"], **line.signed_by()}


def _signatures(state: InspectionState, lines: Sequence[_Line]) -> list[dict[str, Any]]:
    """Every signature ever given; those that stand are in a seal, or on the way to one."""
    standing = {name for seal in state.seals for name in seal.signatures.values()}
    standing |= {dot(op) for op in seal_status(state).signed.values()}
    signatures = []
    for line in lines:
        value = line.op.get("val")
        if line.row.kind == Kind.SIGN and line.row.status == OK.st and value is not None:
            signatures.append(
                {
                    "slot": line.op["reg"],
                    **{name: value[name] for name in ("role", "name", "pad", "strokes", "refused", "digest")},
                    "at": line.op["at"],
                    "rev": line.op["rev"],
                    "stands": dot(line.op) in standing,
                }
            )
    return signatures


def _held(state: InspectionState, line: _Line, code: str) -> dict[str, Any]:
    """An operation that waits, with the decisions that the present phase allows on it."""
    value = {"op": dot(line.op), "why": ""}
    moment = line.row.received_at.isoformat()
    decisions = [
        kind.value
        for kind in (Kind.ADMIT, Kind.DISMISS)
        if decide(state, issue(state, OFFICE, kind=kind, value=value, at=moment)) == OK
    ]
    return {
        "pos": line.row.pos,
        "dot": dot(line.op),
        "rev": line.row.rev,
        "kind": line.row.kind,
        "reg": line.row.reg,
        "value": line.op.get("val"),
        "code": code,
        **line.signed_by(),
        "decisions": decisions,
    }


def _history(line: _Line, by_dot: dict[str, _Line]) -> dict[str, Any]:
    # A held operation may be of a newer version, or broken: nothing of it need be what its name says.
    replaced, off = line.op.get("sup"), line.op.get("off")
    dots = [name for name in replaced if isinstance(name, str) and name in by_dot] if isinstance(replaced, list) else []
    return {
        "pos": line.row.pos,
        "rev": line.row.rev,
        "kind": line.row.kind,
        "reg": line.row.reg,
        "value": line.op.get("val"),
        "before": [by_dot[name].op.get("val") for name in dots],
        **line.signed_by(),
        "off": off if type(off) is int else None,
        "status": line.row.status,
        "code": line.row.code,
    }


def _differences(sealed: Sequence[SealedRecord]) -> list[dict[str, Any]]:
    """What the newest sealed revision changed in the one before it; an absent register is None."""
    if len(sealed) < 2:
        return []
    before, after = (json.loads(row.snapshot)["registers"] for row in sealed[-2:])
    return [
        {"reg": reg, "before": before.get(reg), "after": after.get(reg)}
        for reg in sorted(before.keys() | after.keys())
        if before.get(reg) != after.get(reg)
    ]
