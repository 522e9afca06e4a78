"""Searching the object directory 检查对象名录库."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor, region_prefix
from backend.registry.models import InspectedObject, ObjectMark, ObjectVisit
from backend.registry.queries.names import body_names, region_names
from schemas.vocabulary import ObjectKind, ObjectStatus, RiskLevel

# Counting goes on to here: beyond it nobody reads a list to its end, and a search must not wait for the number.
MOST_COUNTED = 1000


def list_objects(
    session: Session,
    *,
    actor: Actor,
    q: str,
    kind: ObjectKind | None,
    region: str | None,
    authority: str | None,
    status: ObjectStatus | None,
    risk: RiskLevel | None,
    tag: str | None,
    licence: str | None,
    library: str | None,
    registered_from: date | None,
    registered_to: date | None,
    cursor: str,
    limit: int,
) -> dict[str, Any]:
    """One page of the objects in the actor's jurisdiction by code, the next page's cursor, and how many there are."""
    wanted: list[ColumnElement[bool]] = [InspectedObject.region.startswith(region_prefix(actor.region))]
    if q:
        wanted.append(_matches(q))
    if region:
        wanted.append(InspectedObject.region.startswith(region_prefix(region)))
    equal = {"kind": kind, "authority": authority, "status": status, "risk": risk}
    wanted += [getattr(InspectedObject, name) == value for name, value in equal.items() if value]
    marks = {"tag": tag, "licence": licence, "library": library}
    wanted += [InspectedObject.code.in_(_marked(mark, value)) for mark, value in marks.items() if value]
    if registered_from:
        wanted.append(InspectedObject.registered_on >= registered_from)
    if registered_to:
        wanted.append(InspectedObject.registered_on <= registered_to)
    # The first page goes on to count; the others would count the same again.
    most = limit if cursor else max(limit, MOST_COUNTED)
    # Codes alone are found in the index; only the rows that are shown are read from the table.
    found = select(InspectedObject.code).where(*wanted, InspectedObject.code > cursor)
    codes = list(session.scalars(found.order_by(InspectedObject.code).limit(most + 1)))
    shown = select(InspectedObject).where(InspectedObject.code.in_(codes[:limit])).order_by(InspectedObject.code)
    regions, bodies = region_names(session), body_names(session)
    return {
        "items": [describe_object(thing, regions, bodies) for thing in session.scalars(shown)],
        "next": codes[limit - 1] if len(codes) > limit else None,
        "total": None if cursor else {"count": min(len(codes), most), "more": len(codes) > most},
    }


def find_object(session: Session, code: str) -> InspectedObject | None:
    """The object of that unified social credit code."""
    return session.scalars(select(InspectedObject).where(InspectedObject.code == code)).first()


def list_marks(session: Session) -> dict[str, list[str]]:
    """The tags, licence kinds and libraries in use."""
    found = select(ObjectMark.mark, ObjectMark.value).distinct().order_by(ObjectMark.mark, ObjectMark.value)
    marks: dict[str, list[str]] = {"tag": [], "licence": [], "library": []}
    for mark, value in session.execute(found):
        marks[mark].append(value)
    return {"tags": marks["tag"], "licences": marks["licence"], "libraries": marks["library"]}


def visit_counts(session: Session, *, region: str, year: int) -> dict[str, int]:
    """How many visits of a year each object of a region's subtree has, planned or made; others are absent."""
    found = (
        select(ObjectVisit.object_code, func.count())
        .where(ObjectVisit.year == year, ObjectVisit.region.startswith(region_prefix(region)))
        .group_by(ObjectVisit.object_code)
    )
    return dict(session.execute(found).all())


def describe_object(thing: InspectedObject, regions: dict[str, str], bodies: dict[str, str]) -> dict[str, Any]:
    """An object as lists show it."""
    return {
        **{column.name: getattr(thing, column.name) for column in InspectedObject.__table__.columns},
        "region_name": regions[thing.region],
        "authority_name": bodies[thing.authority],
        "maintained_by_name": bodies[thing.maintained_by],
    }


def _matches(q: str) -> ColumnElement[bool]:
    code = q.upper()
    return or_(
        InspectedObject.name.contains(q, autoescape=True),
        # What lies between is what begins with it; a pattern would have to look at every code.
        and_(InspectedObject.code >= code, InspectedObject.code < f"{code}\U0010ffff"),
    )


def _marked(mark: str, value: str) -> Select[str]:
    return select(ObjectMark.object_code).where(ObjectMark.mark == mark, ObjectMark.value == value)
