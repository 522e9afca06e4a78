"""Making the sheet of an inspection, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.checklists.models import Checklist
from backend.checklists.queries import get_checklist, list_items_in_force
from backend.checklists.rules import compose, digest, named_parties
from backend.foundation.clock import china_date
from backend.plans.models import Task
from backend.plans.queries import item_codes_for
from backend.registry.models import InspectedObject, InspectionItem


def freeze_checklist(
    session: Session,
    *,
    inspection_id: str,
    task: Task,
    stratum: str,
    thing: InspectedObject,
    region_name: str,
    parties: Sequence[dict[str, Any]],
    now: datetime,
    also: Sequence[tuple[Task, str]] = (),
) -> Checklist:
    """Compose the sheet from the items in force today and keep it with its digest.

    Items are the task's, limited to those that its stratum is checked for; `also` are other tasks that the visit
    serves, each with its stratum. A sheet that nobody has begun is made anew.
    """
    wanted = {one.id: item_codes_for(one, layer) for one, layer in [(task, stratum), *also]}
    codes = list(dict.fromkeys(code for several in wanted.values() for code in several))
    served = [
        {"id": one.id, "code": one.code, "name": one.name, "items": wanted[one.id]}
        for one in [task, *(other for other, _ in also)]
    ]
    document = compose(
        items=[_item(item) for item in list_items_in_force(session, codes=codes, on=china_date(now))],
        object_facts={
            **thing.facts(),
            "code": thing.code,
            "address": thing.address,
            "region_name": region_name,
        },
        parties=parties,
        task={"code": task.code, "name": task.name},
        inspection=inspection_id,
        tasks=served if also else (),
    )
    checklist = Checklist(inspection_id=inspection_id, document=document, digest=digest(document), generated_at=now)
    return session.merge(checklist)


def change_parties(session: Session, *, inspection_id: str, parties: Sequence[dict[str, Any]]) -> str:
    """Put another team into a sheet that nobody has signed, leaving all else frozen; the new digest."""
    checklist = get_checklist(session, inspection_id)
    checklist.document = {**checklist.document, "parties": named_parties(parties)}
    checklist.digest = digest(checklist.document)
    return checklist.digest


def _item(item: InspectionItem) -> dict[str, Any]:
    return {column.name: getattr(item, column.name) for column in InspectionItem.__table__.columns}
