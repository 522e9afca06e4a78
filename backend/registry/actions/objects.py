"""Writing the object directory 检查对象名录库."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.registry.actions.bulk import (
    Change,
    Counts,
    Row,
    batches,
    changed_fields,
    maintained_from,
    refuse_foreign,
    table_of,
    write_history,
)
from backend.registry.models import InspectedObject, ObjectMark, RiskClass
from backend.registry.queries import licence_statuses
from backend.registry.rules import OBJECT_DEFAULTS, OBJECT_FIELDS, licence_kinds, marks_of

_TABLE = table_of(InspectedObject)
_COLUMNS = [_TABLE.c[name] for name in OBJECT_FIELDS]
_CHANGEABLE = tuple(name for name in OBJECT_FIELDS if name != "code")
_MARKED = {"libraries", "tags", "licences"}


def upsert_objects(
    session: Session, rows: Iterable[Row], *, source: str, actor: Actor | None, now: datetime, reason: str = ""
) -> Counts:
    """Create the objects of unknown codes and change the others in the fields that their rows have.

    Codes are distinct; without an actor (the system) new rows name their `maintained_by`. Kinds of licence that have
    statements stay as those say; a blank risk class changes nothing. Raises NotYours for an entry that the actor's
    body does not maintain.
    """
    counts, maintained, batch_id, first = Counts(), maintained_from(session, actor), new_id(), 1
    for batch in batches(rows):
        known = _lock(session, [row["code"] for row in batch])
        stated = licence_statuses(session, [row["code"] for row in batch]) if known else {}
        created, updated = [], []
        for row in batch:
            existing = known.get(row["code"])
            if existing is None:
                created.append(_completed(row, actor))
                continue
            refuse_foreign(row["code"], (existing["maintained_by"], existing["authority"]), maintained)
            after = changed_fields(_as_kept(row, stated.get(row["code"], ())), existing, _CHANGEABLE)
            if after:
                updated.append(({**existing, **after}, existing, after))
        _insert(session, created)
        _update(session, updated)
        risks = [(row["code"], row["risk"]) for row in created if row["risk"]]
        risks += [(row["code"], row["risk"]) for row, _, after in updated if "risk" in after]
        _state_risks(session, risks, source=source, batch=batch_id, first=first, now=now)
        changes = [Change(row["code"], {}, {}) for row in created]
        changes += [Change(row["code"], {k: old[k] for k in after}, after) for row, old, after in updated]
        write_history(session, "object", changes, source=source, actor=actor, now=now, reason=reason)
        first += len(risks)
        counts.created += len(created)
        counts.updated += len(updated)
        counts.unchanged += len(batch) - len(created) - len(updated)
    return counts


def rewrite_marks(session: Session, things: Sequence[Row]) -> None:
    """Put the search rows of some objects (code, tags, licences, libraries) in step with their lists."""
    session.execute(delete(ObjectMark).where(ObjectMark.object_code.in_([thing["code"] for thing in things])))
    rows = [
        {"mark": mark, "value": value, "object_code": thing["code"]}
        for thing in things
        for mark, value in marks_of(thing)
    ]
    if rows:
        session.execute(insert(ObjectMark), rows)


def _lock(session: Session, codes: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    found = select(*_COLUMNS).where(_TABLE.c.code.in_(codes)).order_by(_TABLE.c.code).with_for_update()
    return {row["code"]: dict(row) for row in session.execute(found).mappings()}


def _completed(row: Row, actor: Actor | None) -> dict[str, Any]:
    own = {"maintained_by": actor.body_code} if actor else {}
    complete = {"id": new_id(), **own, **OBJECT_DEFAULTS, **row}
    return {**complete, **{name: sorted(complete[name]) for name in _MARKED}}


def _as_kept(row: Row, stated: Sequence[tuple[str, str]]) -> dict[str, Any]:
    kept = {**row, **{name: sorted(row[name]) for name in _MARKED if name in row}}
    if "licences" in kept:
        kept["licences"] = licence_kinds(kept["licences"], stated)
    if not kept.get("risk"):
        kept.pop("risk", None)
    return kept


def _insert(session: Session, created: Sequence[dict[str, Any]]) -> None:
    if not created:
        return
    session.execute(insert(_TABLE), [{name: row[name] for name in ("id", *OBJECT_FIELDS)} for row in created])
    marks = [
        {"mark": mark, "value": value, "object_code": row["code"]} for row in created for mark, value in marks_of(row)
    ]
    if marks:
        session.execute(insert(ObjectMark), marks)


def _update(session: Session, updated: Sequence[tuple[Row, Row, Row]]) -> None:
    if not updated:
        return
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _CHANGEABLE}
    statement = (
        update(_TABLE)
        .where(_TABLE.c.code == bindparam("of_code"))
        .values({**columns, "row_version": _TABLE.c.row_version + 1})
    )
    session.connection().execute(
        statement,
        [{"of_code": row["code"], **{f"new_{k}": row[k] for k in _CHANGEABLE}} for row, _, _ in updated],
    )
    remarked = [row for row, _, after in updated if _MARKED & set(after)]
    if remarked:
        rewrite_marks(session, remarked)


def _state_risks(
    session: Session, risks: Sequence[tuple[str, str]], *, source: str, batch: str, first: int, now: datetime
) -> None:
    if risks:
        session.execute(
            insert(RiskClass),
            [
                {
                    "source": source,
                    "batch": batch,
                    "row": number,
                    "object_code": code,
                    "risk": risk,
                    "effective_on": china_date(now),
                    "recorded_at": now,
                }
                for number, (code, risk) in enumerate(risks, start=first)
            ],
        )
