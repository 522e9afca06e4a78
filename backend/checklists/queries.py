"""Reads of frozen checklists, and of the catalogue as it is in force on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from backend.checklists.models import Checklist
from backend.foundation.problems import NotFound
from backend.registry.models import InspectionItem
from backend.registry.queries import list_items


def get_checklist(session: Session, inspection_id: str) -> Checklist:
    """The frozen sheet of an inspection; raises NotFound."""
    checklist = session.get(Checklist, inspection_id)
    if checklist is None:
        raise NotFound()
    return checklist


def list_items_in_force(session: Session, *, codes: Sequence[str], on: date) -> list[InspectionItem]:
    """The newest version effective on that day of each item, in the order of the codes."""
    in_force = {item.code: item for item in list_items(session, on=on, codes=codes)}
    return [in_force[code] for code in codes if code in in_force]
