"""Single changes of the directories by the desk: judged, written and kept in the audit log."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.problems import NotFound
from backend.registry.actions.bulk import Counts, plain, refuse_foreign
from backend.registry.actions.objects import upsert_objects
from backend.registry.actions.people import upsert_experts, upsert_inspectors
from backend.registry.models import Expert, InspectedObject, Inspector
from backend.registry.problems import AlreadyListed, EntryChanged, EntryInvalid
from backend.registry.queries import known_places, owners_of
from backend.registry.rules import (
    EXPERT_FIELDS,
    INSPECTOR_FIELDS,
    OBJECT_FIELDS,
    Fault,
    as_errors,
    expert_faults,
    inspector_faults,
    object_faults,
)

OFFICE = "office"

Entry = InspectedObject | Inspector | Expert


@dataclass(frozen=True)
class _Kind:
    name: Literal["object", "inspector", "expert"]
    model: type[Entry]
    fields: tuple[str, ...]
    faults: Callable[..., list[Fault]]
    upsert: Callable[..., Counts]


_OBJECT = _Kind("object", InspectedObject, OBJECT_FIELDS, object_faults, upsert_objects)
_INSPECTOR = _Kind("inspector", Inspector, INSPECTOR_FIELDS, inspector_faults, upsert_inspectors)
_EXPERT = _Kind("expert", Expert, EXPERT_FIELDS, expert_faults, upsert_experts)


def create_object(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Enter an object. Raises EntryInvalid, AlreadyListed."""
    _create(session, _OBJECT, data, actor=actor, now=now)


def change_object(session: Session, *, code: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Change some fields of an object, its status among them. Raises NotFound, NotYours, EntryChanged, EntryInvalid."""
    _change(session, _OBJECT, code, data, actor=actor, now=now)


def create_inspector(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Enter an inspector. Raises EntryInvalid, AlreadyListed."""
    _create(session, _INSPECTOR, data, actor=actor, now=now)


def change_inspector(session: Session, *, code: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Change some fields of an inspector. Raises NotFound, NotYours, EntryChanged, EntryInvalid, AlreadyListed."""
    _change(session, _INSPECTOR, code, data, actor=actor, now=now)


def create_expert(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Enter an expert. Raises EntryInvalid, AlreadyListed."""
    _create(session, _EXPERT, data, actor=actor, now=now)


def change_expert(session: Session, *, code: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Change some fields of an expert. Raises NotFound, NotYours, EntryChanged, EntryInvalid."""
    _change(session, _EXPERT, code, data, actor=actor, now=now)


def _create(session: Session, kind: _Kind, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    known = known_places(session, actor=actor, now=now)
    row = {"maintained_by": actor.body_code, **data}
    _refuse(kind.faults(row, known, new=True))
    if session.scalar(select(kind.model.id).where(kind.model.code == row["code"])):
        raise AlreadyListed(f"名录库中已有“{row['code']}”。", f"{row['code']} is already in the directory.")
    kind.upsert(session, [row], source=OFFICE, actor=actor, now=now)
    after = {name: plain(value) for name, value in row.items()}
    audit.record(
        session,
        actor=actor,
        action=f"registry.create_{kind.name}",
        subject=(kind.name, row["code"]),
        now=now,
        after=after,
    )


def _change(session: Session, kind: _Kind, code: str, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    known = known_places(session, actor=actor, now=now)
    found: Any = select(kind.model).where(kind.model.code == code).with_for_update()
    entry: Entry | None = session.scalars(found.execution_options(populate_existing=True)).first()
    if entry is None or not actor.covers(entry.region):
        raise NotFound()
    refuse_foreign(code, owners_of(session, kind.name, [code])[code], known.maintained)
    if data["row_version"] != entry.row_version:
        raise EntryChanged("请重新打开后再修改。", "Read it again, then change it.")
    before = _values(entry, kind.fields)
    changed = {name: data[name] for name in kind.fields if name in data and data[name] != before[name]}
    row = {**before, **changed}
    if "maintained_by" not in changed:
        # An entry kept by somebody above stays theirs when another of its maintainers changes it.
        del row["maintained_by"]
    _refuse(kind.faults(row, known, new=False))
    reason = data.get("reason", "")
    kind.upsert(session, [{"code": code, **changed}], source=OFFICE, actor=actor, now=now, reason=reason)
    # The row was written past the session's own copy of it.
    session.expire(entry)
    audit.record(
        session,
        actor=actor,
        action=f"registry.change_{kind.name}",
        subject=(kind.name, code),
        now=now,
        before={name: plain(before[name]) for name in changed},
        after={**{name: plain(value) for name, value in changed.items()}, **({"reason": reason} if reason else {})},
    )


def _values(entry: Entry, fields: Iterable[str]) -> dict[str, Any]:
    if isinstance(entry, Inspector):
        return {name: entry.person.name if name == "name" else getattr(entry, name) for name in fields}
    return {name: getattr(entry, name) for name in fields}


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise EntryInvalid("请检查标出的内容。", "See `errors`.", errors=[*as_errors(faults)])
