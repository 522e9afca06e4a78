"""What codes are called, and how bodies stand to each other."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Body, Region
from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.registry.models import Expert, InspectedObject, InspectionItem, Inspector
from backend.registry.rules import Known


def region_names(session: Session) -> dict[str, str]:
    """The names of all regions by code."""
    return dict(session.execute(select(Region.code, Region.name)).all())


def body_names(session: Session) -> dict[str, str]:
    """The names of all bodies by code."""
    return dict(session.execute(select(Body.code, Body.name)).all())


def body_regions(session: Session) -> dict[str, str]:
    """The region of each body by the body's code."""
    return dict(session.execute(select(Body.code, Body.region)).all())


def bodies_maintained(session: Session, body: str) -> frozenset[str]:
    """The bodies whose entries a body may maintain 谁建立谁管理: itself and those below it in its own line."""
    below: dict[str | None, list[str]] = {}
    for code, parent in session.execute(select(Body.code, Body.parent)):
        below.setdefault(parent, []).append(code)
    found, open_ends = {body}, [body]
    while open_ends:
        fresh = [code for code in below.get(open_ends.pop(), []) if code not in found]
        found.update(fresh)
        open_ends.extend(fresh)
    return frozenset(found)


def object_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The names of some objects by code."""
    found = select(InspectedObject.code, InspectedObject.name).where(InspectedObject.code.in_(codes))
    return dict(session.execute(found).all())


def inspector_names(session: Session) -> dict[str, str]:
    """The names of all inspectors by code."""
    found = select(Inspector).options(joinedload(Inspector.person))
    return {inspector.code: inspector.person.name for inspector in session.scalars(found)}


def known_places(session: Session, *, actor: Actor, now: datetime) -> Known:
    """What rows of this actor are judged against."""
    return Known(
        regions=region_names(session).keys(),
        bodies=body_regions(session),
        jurisdiction=actor.region,
        body=actor.body_code,
        maintained=bodies_maintained(session, actor.body_code),
        today=china_date(now),
    )


def owners_of(
    session: Session, kind: Literal["object", "inspector", "expert", "item"], codes: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The bodies that may maintain each of some entries, by code; unknown codes are absent.

    An object is also maintained by its registration authority.
    """
    if kind == "object":
        found = select(InspectedObject.code, InspectedObject.maintained_by, InspectedObject.authority)
        rows = session.execute(found.where(InspectedObject.code.in_(codes)))
        return {code: (owner, authority) for code, owner, authority in rows}
    models: dict[str, type[Inspector | Expert | InspectionItem]] = {
        "inspector": Inspector,
        "expert": Expert,
        "item": InspectionItem,
    }
    model = models[kind]
    owners = session.execute(select(model.code, model.maintained_by).where(model.code.in_(codes)))
    return {code: (owner,) for code, owner in owners}
