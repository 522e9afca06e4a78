"""Making the sheet of an inspection, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.checklists.models import Checklist
from backend.checklists.queries import list_items_in_force
from backend.checklists.rules import compose, digest
from backend.foundation.clock import china_date
from backend.plans.models import Task
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
) -> Checklist:
    """Compose the sheet from the items in force today and keep it with its digest.

    Items are the task's, limited to those that its stratum is checked for.
    """
    codes = task.items_by_stratum.get(stratum, task.items)
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
    )
    checklist = Checklist(inspection_id=inspection_id, document=document, digest=digest(document), generated_at=now)
    session.add(checklist)
    return checklist


def _item(item: InspectionItem) -> dict[str, Any]:
    return {column.name: getattr(item, column.name) for column in InspectionItem.__table__.columns}
