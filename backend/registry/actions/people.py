"""Writing the inspector directory 执法检查人员名录库 and the expert pool 专家库."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor
from backend.foundation.ids import new_id
from backend.registry.actions.bulk import (
    Change,
    Counts,
    Row,
    batches,
    changed_fields,
    refuse_foreign,
    table_of,
    write_history,
)
from backend.registry.models import Expert, Inspector
from backend.registry.problems import AlreadyListed
from backend.registry.queries import bodies_maintained, certificate_holders
from backend.registry.rules import EXPERT_DEFAULTS, EXPERT_FIELDS, INSPECTOR_DEFAULTS, INSPECTOR_FIELDS

_INSPECTORS, _PERSONS, _EXPERTS = table_of(Inspector), table_of(Person), table_of(Expert)
# An inspector's name stands with the person.
_OWN_FIELDS = tuple(name for name in INSPECTOR_FIELDS if name != "name")


def upsert_inspectors(
    session: Session, rows: Iterable[Row], *, source: str, actor: Actor, now: datetime, reason: str = ""
) -> Counts:
    """Create the inspectors of unknown codes, each as a person without an account, and change the others.

    Codes are distinct. Raises NotYours, and AlreadyListed where somebody else holds a certificate's number.
    """
    counts, maintained = Counts(), bodies_maintained(session, actor.body_code)
    for batch in batches(rows):
        _refuse_taken_certificates(session, batch)
        known = _lock_inspectors(session, [row["code"] for row in batch])
        created, updated = _sorted_out(batch, known, INSPECTOR_FIELDS, INSPECTOR_DEFAULTS, maintained, actor)
        for row in created:
            row["person_id"] = new_id()
        if created:
            session.execute(
                insert(_PERSONS),
                [{"id": row["person_id"], "name": row["name"], "body_code": row["maintained_by"]} for row in created],
            )
            fields = ("id", "person_id", *_OWN_FIELDS)
            session.execute(insert(_INSPECTORS), [{name: row[name] for name in fields} for row in created])
        _update(session, _INSPECTORS, _OWN_FIELDS, updated)
        renamed = [{"of_id": row["person_id"], "new_name": row["name"]} for row, _, after in updated if "name" in after]
        if renamed:
            statement = update(_PERSONS).where(_PERSONS.c.id == bindparam("of_id")).values(name=bindparam("new_name"))
            session.connection().execute(statement, renamed)
        _finish(session, "inspector", created, updated, source=source, actor=actor, now=now, reason=reason)
        _count(counts, batch, created, updated)
    return counts


def upsert_experts(
    session: Session, rows: Iterable[Row], *, source: str, actor: Actor, now: datetime, reason: str = ""
) -> Counts:
    """Create the experts of unknown codes and change the others. Codes are distinct. Raises NotYours."""
    counts, maintained = Counts(), bodies_maintained(session, actor.body_code)
    for batch in batches(rows):
        known = _lock(session, _EXPERTS, [row["code"] for row in batch])
        created, updated = _sorted_out(batch, known, EXPERT_FIELDS, EXPERT_DEFAULTS, maintained, actor)
        if created:
            fields = ("id", *EXPERT_FIELDS)
            session.execute(insert(_EXPERTS), [{**{k: row[k] for k in fields}, "row_version": 1} for row in created])
        _update(session, _EXPERTS, EXPERT_FIELDS, updated)
        _finish(session, "expert", created, updated, source=source, actor=actor, now=now, reason=reason)
        _count(counts, batch, created, updated)
    return counts


def _lock(session: Session, table: Table, codes: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    found = select(table).where(table.c.code.in_(codes)).order_by(table.c.code).with_for_update()
    return {row["code"]: dict(row) for row in session.execute(found).mappings()}


def _lock_inspectors(session: Session, codes: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    known = _lock(session, _INSPECTORS, codes)
    names = select(_PERSONS.c.id, _PERSONS.c.name).where(
        _PERSONS.c.id.in_([row["person_id"] for row in known.values()])
    )
    name_of = dict(session.execute(names).all())
    return {code: {**row, "name": name_of[row["person_id"]]} for code, row in known.items()}


def _refuse_taken_certificates(session: Session, batch: Sequence[Row]) -> None:
    wanted = {row["certificate_no"]: row["code"] for row in batch if "certificate_no" in row}
    for number, holder in certificate_holders(session, wanted).items():
        if wanted[number] != holder:
            raise AlreadyListed(
                f"执法证号“{number}”已属于检查人员“{holder}”。", f"Certificate {number} belongs to {holder}."
            )


def _sorted_out(
    batch: Sequence[Row],
    known: Mapping[str, Mapping[str, Any]],
    fields: Sequence[str],
    defaults: Row,
    maintained: Iterable[str],
    actor: Actor,
) -> tuple[list[dict[str, Any]], list[tuple[Row, Row, Row]]]:
    """The new rows, completed, and the changed ones as (whole row, row before, changed fields)."""
    created: list[dict[str, Any]] = []
    updated: list[tuple[Row, Row, Row]] = []
    for row in batch:
        existing = known.get(row["code"])
        if existing is None:
            created.append({"id": new_id(), "maintained_by": actor.body_code, **defaults, **row})
            continue
        refuse_foreign(row["code"], (existing["maintained_by"],), maintained)
        after = changed_fields(row, existing, fields)
        if after:
            updated.append(({**existing, **after}, existing, after))
    return created, updated


def _update(session: Session, table: Table, fields: Sequence[str], updated: Sequence[tuple[Row, Row, Row]]) -> None:
    if not updated:
        return
    changeable = [name for name in fields if name != "code"]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changeable}
    values["row_version"] = table.c.row_version + 1
    statement = update(table).where(table.c.code == bindparam("of_code")).values(values)
    session.connection().execute(
        statement, [{"of_code": row["code"], **{f"new_{k}": row[k] for k in changeable}} for row, _, _ in updated]
    )


def _finish(
    session: Session,
    kind: str,
    created: Sequence[Row],
    updated: Sequence[tuple[Row, Row, Row]],
    *,
    source: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    changes = [Change(row["code"], {}, {}) for row in created]
    changes += [Change(row["code"], {k: old[k] for k in after}, dict(after)) for row, old, after in updated]
    write_history(session, kind, changes, source=source, actor=actor, now=now, reason=reason)


def _count(counts: Counts, batch: Sequence[Row], created: Sequence[Row], updated: Sequence[object]) -> None:
    counts.created += len(created)
    counts.updated += len(updated)
    counts.unchanged += len(batch) - len(created) - len(updated)
