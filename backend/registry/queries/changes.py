"""The history of an entry of the directories."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.registry.models import RegistryChange

# Histories show their newest part; nothing of them is paged.
MOST_SHOWN = 200


def list_changes(session: Session, *, kind: str, code: str) -> list[dict[str, Any]]:
    """What changed in an entry, newest first; of the entry's making both sides are empty."""
    found = (
        select(RegistryChange, Person.name)
        .outerjoin(Person, Person.id == RegistryChange.person_id)
        .where(RegistryChange.kind == kind, RegistryChange.code == code)
        .order_by(RegistryChange.at.desc(), RegistryChange.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        {
            "at": change.at,
            "person": name,
            "source": change.source,
            "reason": change.reason,
            "fields": [
                {"field": field, "before": change.before[field], "after": change.after[field]} for field in change.after
            ],
        }
        for change, name in session.execute(found)
    ]
