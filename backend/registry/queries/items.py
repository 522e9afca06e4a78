"""Reads of the item list 抽查事项清单 and its versions."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.foundation.problems import NotFound
from backend.registry.models import InspectionItem
from backend.registry.queries.names import bodies_maintained, body_names
from backend.registry.rules import item_differences, item_stage
from schemas.vocabulary import ItemStage, ItemState


def list_items(session: Session, *, on: date, codes: Collection[str] | None = None) -> list[InspectionItem]:
    """The version of every item (or of those named) that is in force on a day, by code."""
    versions = select(InspectionItem).where(
        InspectionItem.state == ItemState.PUBLISHED, InspectionItem.effective_from <= on
    )
    if codes is not None:
        versions = versions.where(InspectionItem.code.in_(codes))
    newest = {item.code: item for item in session.scalars(versions.order_by(InspectionItem.version))}
    return [newest[code] for code in sorted(newest) if (last := newest[code].effective_to) is None or last >= on]


def list_catalogue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    q: str,
    category: str | None,
    key: bool | None,
    stage: ItemStage | None,
    all_versions: bool,
) -> list[dict[str, Any]]:
    """Items by code and version: those in force on a day, those of one stage on that day, or every version."""
    found = select(InspectionItem).order_by(InspectionItem.code, InspectionItem.version)
    if q:
        found = found.where(
            or_(
                *(
                    column.contains(q, autoescape=True)
                    for column in (InspectionItem.name, InspectionItem.sub_item, InspectionItem.name_en)
                ),
                InspectionItem.code.startswith(q.upper(), autoescape=True),
            )
        )
    if category:
        found = found.where(InspectionItem.category == category)
    if key is not None:
        found = found.where(InspectionItem.key == key)
    rows = _described(session, list(session.scalars(found)), actor=actor, on=on)
    wanted = stage or (None if all_versions else ItemStage.IN_FORCE)
    return [row for row in rows if wanted is None or row["stage"] == wanted]


def get_item(session: Session, code: str, *, actor: Actor, on: date, version: int | None) -> dict[str, Any]:
    """One version of an item with the list of all its versions; raises NotFound.

    Without a version: the one in force, else the newest.
    """
    rows = _described(session, list_versions(session, code), actor=actor, on=on)
    shown = [row for row in rows if version in (None, row["version"])]
    if not shown:
        raise NotFound()
    in_force = [row for row in shown if row["stage"] == ItemStage.IN_FORCE]
    return {**(in_force or shown)[-1], "versions": rows[::-1]}


def get_difference(session: Session, code: str, *, earlier: int | None, later: int | None) -> dict[str, Any]:
    """The fields in which two versions of an item differ; raises NotFound.

    Unless told, the later one is the newest, and the earlier one the version before it.
    """
    versions = {item.version: item for item in list_versions(session, code)}
    new = max(versions, default=0) if later is None else later
    old = new - 1 if earlier is None else earlier
    if old not in versions or new not in versions:
        raise NotFound()
    return {"code": code, "earlier": old, "later": new, "changes": item_differences(versions[old], versions[new])}


def list_versions(session: Session, code: str) -> list[InspectionItem]:
    """All versions of an item, oldest first."""
    found = select(InspectionItem).where(InspectionItem.code == code).order_by(InspectionItem.version)
    return list(session.scalars(found))


def list_categories(session: Session) -> list[str]:
    """The categories that items have."""
    return list(session.scalars(select(InspectionItem.category).distinct().order_by(InspectionItem.category)))


def _described(session: Session, items: list[InspectionItem], *, actor: Actor, on: date) -> list[dict[str, Any]]:
    """Item versions as the desk shows them."""
    in_force = {item.id for item in list_items(session, on=on, codes={item.code for item in items})}
    owners, maintained = body_names(session), bodies_maintained(session, actor.body_code)
    return [
        {
            **{column.name: getattr(item, column.name) for column in InspectionItem.__table__.columns},
            "maintained_by_name": owners[item.maintained_by],
            "mine": item.maintained_by in maintained,
            "stage": item_stage(
                state=item.state,
                effective_from=item.effective_from,
                effective_to=item.effective_to,
                in_force=item.id in in_force,
                on=on,
            ),
        }
        for item in items
    ]
