"""Reads of the item list, the object directory and the inspector directory."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Body, Region
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.problems import NotFound
from backend.registry.models import InspectedObject, InspectionItem, Inspector, Recusal
from schemas.vocabulary import ObjectKind


def list_items(session: Session, *, on: date) -> list[InspectionItem]:
    """The version of every item that is in force on a day, by code."""
    versions = select(InspectionItem).where(InspectionItem.effective_from <= on).order_by(InspectionItem.version)
    newest = {item.code: item for item in session.scalars(versions)}
    return [newest[code] for code in sorted(newest)]


def list_objects(
    session: Session,
    *,
    actor: Actor,
    q: str,
    kind: ObjectKind | None,
    region: str | None,
    cursor: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of the objects in the actor's jurisdiction by code, and the cursor of the next page."""
    found = select(InspectedObject).where(
        InspectedObject.region.startswith(region_prefix(actor.region)), InspectedObject.code > cursor
    )
    if q:
        found = found.where(
            or_(
                InspectedObject.name.contains(q, autoescape=True),
                InspectedObject.code.startswith(q.upper(), autoescape=True),
            )
        )
    if kind:
        found = found.where(InspectedObject.kind == kind)
    if region:
        found = found.where(InspectedObject.region.startswith(region_prefix(region)))
    things = list(session.scalars(found.order_by(InspectedObject.code).limit(limit + 1)))
    regions, bodies = region_names(session), body_names(session)
    rows = [_object_row(thing, regions, bodies) for thing in things[:limit]]
    return rows, things[limit - 1].code if len(things) > limit else None


def get_visible_object(session: Session, code: str, *, actor: Actor) -> dict[str, Any]:
    """One object of the actor's jurisdiction; raises NotFound."""
    thing = find_object(session, code)
    if thing is None or not actor.covers(thing.region):
        raise NotFound()
    row = _object_row(thing, region_names(session), body_names(session))
    return {**row, "legal_representative": thing.legal_representative, "phone": thing.phone}


def find_object(session: Session, code: str) -> InspectedObject | None:
    """The object of that unified social credit code."""
    return session.scalars(select(InspectedObject).where(InspectedObject.code == code)).first()


def each_object(session: Session, *, region: str) -> Iterator[InspectedObject]:
    """Every object of a region's subtree, streamed by code."""
    found = select(InspectedObject).where(InspectedObject.region.startswith(region_prefix(region)))
    yield from session.scalars(found.order_by(InspectedObject.code).execution_options(yield_per=1000))


def list_visible_inspectors(session: Session, *, actor: Actor, region: str | None) -> list[dict[str, Any]]:
    """The inspectors in the actor's jurisdiction, of one region's subtree if asked, by code."""
    found = select(Inspector).where(Inspector.region.startswith(region_prefix(actor.region)))
    if region:
        found = found.where(Inspector.region.startswith(region_prefix(region)))
    regions = region_names(session)
    return [
        {
            "code": inspector.code,
            "person": inspector.person_id,
            "name": inspector.person.name,
            "region": inspector.region,
            "region_name": regions.get(inspector.region, inspector.region),
            "certificate_no": inspector.certificate_no,
            "certificate_expires_on": inspector.certificate_expires_on,
            "qualifications": inspector.qualifications,
            "status": inspector.status,
        }
        for inspector in session.scalars(found.options(joinedload(Inspector.person)).order_by(Inspector.code))
    ]


def list_inspectors(session: Session, *, region: str) -> list[Inspector]:
    """The inspectors whose home is exactly that region, whatever their status, by code."""
    found = select(Inspector).where(Inspector.region == region).options(joinedload(Inspector.person))
    return list(session.scalars(found.order_by(Inspector.code)))


def inspector_names(session: Session) -> dict[str, str]:
    """The names of all inspectors by code."""
    found = select(Inspector).options(joinedload(Inspector.person))
    return {inspector.code: inspector.person.name for inspector in session.scalars(found)}


def list_recusals(session: Session, *, region: str) -> set[tuple[str, str]]:
    """The (object code, inspector code) pairs that must stay apart, of one region's inspectors."""
    pairs = (
        select(InspectedObject.code, Inspector.code)
        .join(Recusal, Recusal.object_id == InspectedObject.id)
        .join(Inspector, Recusal.inspector_id == Inspector.id)
        .where(Inspector.region == region)
    )
    return set(session.execute(pairs))


def object_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The names of some objects by code."""
    found = select(InspectedObject.code, InspectedObject.name).where(InspectedObject.code.in_(codes))
    return dict(session.execute(found).all())


def region_names(session: Session) -> dict[str, str]:
    """The names of all regions by code."""
    return dict(session.execute(select(Region.code, Region.name)).all())


def body_names(session: Session) -> dict[str, str]:
    """The names of all bodies by code."""
    return dict(session.execute(select(Body.code, Body.name)).all())


def body_regions(session: Session) -> dict[str, str]:
    """The region of each body by the body's code."""
    return dict(session.execute(select(Body.code, Body.region)).all())


def _object_row(thing: InspectedObject, regions: dict[str, str], bodies: dict[str, str]) -> dict[str, Any]:
    return {
        "code": thing.code,
        "kind": thing.kind,
        "name": thing.name,
        "region": thing.region,
        "region_name": regions[thing.region],
        "authority": thing.authority,
        "authority_name": bodies[thing.authority],
        "registered_on": thing.registered_on,
        "status": thing.status,
        "industry": thing.industry,
        "address": thing.address,
        "tags": thing.tags,
        "licences": thing.licences,
        "risk": thing.risk,
    }
