"""Reads of recusals 回避."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.problems import NotFound
from backend.registry.models import InspectedObject, Inspector, Recusal
from schemas.vocabulary import Role


def list_recusals(session: Session, *, region: str) -> set[tuple[str, str]]:
    """The (object code, inspector code) pairs that must stay apart, of one region's inspectors."""
    pairs = (
        select(InspectedObject.code, Inspector.code)
        .join(Recusal, Recusal.object_id == InspectedObject.id)
        .join(Inspector, Recusal.inspector_id == Inspector.id)
        .where(Inspector.region == region, Recusal.withdrawn_at.is_(None))
    )
    return set(session.execute(pairs))


def list_visible_recusals(
    session: Session,
    *,
    actor: Actor,
    inspector: str | None,
    thing: str | None,
    withdrawn: bool,
    cursor: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of the recusals in sight, newest first, and the cursor of the next."""
    found = _described().where(in_sight(actor))
    if not withdrawn:
        found = found.where(Recusal.withdrawn_at.is_(None))
    if inspector:
        found = found.where(Inspector.code == inspector)
    if thing:
        found = found.where(InspectedObject.code == thing)
    if cursor:
        found = found.where(Recusal.id < cursor)
    rows = [_row(*each) for each in session.execute(found.order_by(Recusal.id.desc()).limit(limit + 1))]
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None


def list_recusals_of(session: Session, thing: InspectedObject) -> list[dict[str, Any]]:
    """All recusals from one object, withdrawn ones too, newest first."""
    found = _described().where(Recusal.object_id == thing.id).order_by(Recusal.id.desc())
    return [_row(*each) for each in session.execute(found)]


def get_visible_recusal(session: Session, recusal_id: str, *, actor: Actor) -> dict[str, Any]:
    """One recusal that the actor may see; raises NotFound."""
    found = session.execute(_described().where(Recusal.id == recusal_id, in_sight(actor))).first()
    if found is None:
        raise NotFound()
    return _row(*found)


def in_sight(actor: Actor) -> Any:
    """The recusals that an actor may see: an inspector one's own, an office those of its region."""
    if actor.roles == {Role.INSPECTOR}:
        return Inspector.person_id == actor.person_id
    return Inspector.region.startswith(region_prefix(actor.region))


def _described() -> Select[Recusal, str, str, str, str]:
    return (
        select(Recusal, Inspector.code, Person.name, InspectedObject.code, InspectedObject.name)
        .join(Inspector, Inspector.id == Recusal.inspector_id)
        .join(Person, Person.id == Inspector.person_id)
        .join(InspectedObject, InspectedObject.id == Recusal.object_id)
    )


def _row(recusal: Recusal, inspector: str, inspector_name: str, code: str, name: str) -> dict[str, Any]:
    return {
        "id": recusal.id,
        "inspector": inspector,
        "inspector_name": inspector_name,
        "object": code,
        "object_name": name,
        "reason": recusal.reason,
        "raised_by": recusal.raised_by,
        "created_at": recusal.created_at,
        "withdrawn_at": recusal.withdrawn_at,
        "withdrawn_because": recusal.withdrawn_because,
    }
