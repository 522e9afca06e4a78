"""What all writing of many rows shares: batches, what changed, whose entry it is, and the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.foundation.database import Base
from backend.foundation.ids import new_id
from backend.registry.models import RegistryChange
from backend.registry.problems import NotYours
from backend.registry.queries import bodies_maintained, body_names
from backend.registry.rules import may_maintain

Row = Mapping[str, Any]
# Few enough for every database's limit of parameters in one statement.
BATCH = 1000


@dataclass
class Counts:
    """How many rows of a bulk change did what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Change:
    """What one row does to one entry; of a new entry both sides are empty."""

    code: str
    before: dict[str, Any]
    after: dict[str, Any]


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that write many rows."""
    return cast(Table, model.__table__)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of at most BATCH."""
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def changed_fields(row: Row, existing: Row, fields: Iterable[str]) -> dict[str, Any]:
    """The fields of a row that say something else than the entry; the order of a list of words says nothing."""
    return {name: row[name] for name in fields if name in row and not _same(row[name], existing[name])}


def maintained_from(session: Session, actor: Actor | None) -> frozenset[str]:
    """The bodies whose entries an actor may maintain; without an actor it is the system, which keeps all."""
    return bodies_maintained(session, actor.body_code) if actor else frozenset(body_names(session))


def refuse_foreign(code: str, owners: Sequence[str], maintained: Iterable[str]) -> None:
    """Raises NotYours unless one of the entry's owners is maintained from here."""
    if not may_maintain(owners, frozenset(maintained)):
        raise NotYours(f"“{code}”由 {owners[0]} 维护。", f"{code} is maintained by {owners[0]}.")


def write_history(
    session: Session,
    kind: str,
    changes: Iterable[Change],
    *,
    source: str,
    actor: Actor | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep what changed in entries of one kind."""
    rows = [
        {
            "id": new_id(),
            "kind": kind,
            "code": change.code,
            "at": now,
            "person_id": actor.person_id if actor else None,
            "source": source,
            "reason": reason,
            "before": {name: plain(value) for name, value in change.before.items()},
            "after": {name: plain(value) for name, value in change.after.items()},
        }
        for change in changes
    ]
    if rows:
        session.execute(insert(RegistryChange), rows)


def plain(value: object) -> object:
    """The value as JSON holds it."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(word, str) for word in (*one, *other)):
        return sorted(one) == sorted(other)
    return one == other
