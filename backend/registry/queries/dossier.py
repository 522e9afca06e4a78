"""Everything the registry knows about one object: the beginning of 一企一档."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.foundation.problems import NotFound
from backend.registry.models import InspectedObject, Licence, ObjectVisit, RiskClass
from backend.registry.queries.changes import MOST_SHOWN, list_changes
from backend.registry.queries.names import bodies_maintained, body_names, region_names
from backend.registry.queries.objects import describe_object, find_object
from backend.registry.queries.recusals import list_recusals_of
from backend.registry.rules import may_maintain


def get_visible_object(session: Session, code: str, *, actor: Actor) -> dict[str, Any]:
    """One object of the actor's jurisdiction with its histories, newest first; raises NotFound."""
    thing = find_object(session, code)
    if thing is None or not actor.covers(thing.region):
        raise NotFound()
    maintained = bodies_maintained(session, actor.body_code)
    return {
        **describe_object(thing, region_names(session), body_names(session)),
        "mine": may_maintain((thing.maintained_by, thing.authority), maintained),
        "licences_held": _licences(session, code),
        "risk_history": _risks(session, thing),
        "changes": list_changes(session, kind="object", code=code),
        "recusals": list_recusals_of(session, thing),
        "visits": _visits(session, code),
    }


def licence_statuses(session: Session, codes: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """The (kind, status) of each stated licence of some objects, as last stated."""
    found = select(Licence.object_code, Licence.kind, Licence.number, Licence.status).where(
        Licence.object_code.in_(codes)
    )
    latest = {
        row[:3]: row.status
        for row in session.execute(found.order_by(Licence.effective_on, Licence.recorded_at, Licence.row))
    }
    statuses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (code, kind, _), status in latest.items():
        statuses[code].append((kind, status))
    return statuses


def _licences(session: Session, code: str) -> list[dict[str, Any]]:
    """Every statement about the object's licences, newest first; `current` where no later one says otherwise."""
    found = select(Licence).where(Licence.object_code == code)
    ordered = found.order_by(Licence.effective_on.desc(), Licence.recorded_at.desc(), Licence.row.desc()).limit(
        MOST_SHOWN
    )
    seen: set[tuple[str, str]] = set()
    rows = []
    for row in session.scalars(ordered):
        rows.append({**_columns(row), "current": (row.kind, row.number) not in seen})
        seen.add((row.kind, row.number))
    return rows


def _risks(session: Session, thing: InspectedObject) -> list[dict[str, Any]]:
    found = select(RiskClass).where(RiskClass.object_code == thing.code)
    ordered = found.order_by(RiskClass.effective_on.desc(), RiskClass.recorded_at.desc(), RiskClass.row.desc()).limit(
        MOST_SHOWN
    )
    return [_columns(row) for row in session.scalars(ordered)]


def _visits(session: Session, code: str) -> list[dict[str, Any]]:
    found = select(ObjectVisit).where(ObjectVisit.object_code == code).order_by(ObjectVisit.planned_on.desc())
    return [_columns(row) for row in session.scalars(found.limit(MOST_SHOWN))]


def _columns(row: Licence | RiskClass | ObjectVisit) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
