"""Hands good entries to the registry's own bulk actions, which write what the desk's single changes write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.registry.actions import (
    Counts,
    upsert_experts,
    upsert_inspectors,
    upsert_items,
    upsert_licences,
    upsert_objects,
    upsert_recusals,
    upsert_risks,
)
from backend.registry.problems import EntryInvalid
from schemas.vocabulary import ImportKind

Row = Mapping[str, Any]


class Writer(Protocol):
    """Writes rows without faults; `batch` names the file, so that the same file again states nothing twice."""

    def __call__(self, session: Session, rows: Sequence[Row], *, batch: str, actor: Actor, now: datetime) -> Counts: ...


def _entries(upsert: Any) -> Writer:
    """A writer of entries that keep their history with its source."""

    def write(session: Session, rows: Sequence[Row], *, batch: str, actor: Actor, now: datetime) -> Counts:
        counts: Counts = upsert(session, rows, source=f"import:{batch[:12]}", actor=actor, now=now)
        return counts

    return write


def _plain(upsert: Any) -> Writer:
    """A writer of rows whose history is the rows themselves."""

    def write(session: Session, rows: Sequence[Row], *, batch: str, actor: Actor, now: datetime) -> Counts:
        counts: Counts = upsert(session, rows, actor=actor, now=now)
        return counts

    return write


def _statements(upsert: Any) -> Writer:
    """A writer of statements, each kept once by file and row."""

    def write(session: Session, rows: Sequence[Row], *, batch: str, actor: Actor, now: datetime) -> Counts:
        outcome = upsert(session, rows, source=f"import:{actor.body_code}", batch=batch, actor=actor, now=now)
        if outcome.faults:
            first = outcome.faults[0]
            raise EntryInvalid(f"第 {first['row']} 行：{first['message']}", f"Row {first['row']}: {first['message']}")
        return Counts(created=outcome.recorded, unchanged=outcome.repeated)

    return write


WRITERS: Mapping[ImportKind, Writer] = {
    ImportKind.ITEMS: _plain(upsert_items),
    ImportKind.OBJECTS: _entries(upsert_objects),
    ImportKind.INSPECTORS: _entries(upsert_inspectors),
    ImportKind.EXPERTS: _entries(upsert_experts),
    ImportKind.RECUSALS: _plain(upsert_recusals),
    ImportKind.RISK: _statements(upsert_risks),
    ImportKind.LICENCES: _statements(upsert_licences),
}
