"""The validator of a packet: whether a phone's copy is still what it would be given now."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from backend.accounts.models import Body, Region
from backend.checklists.models import Checklist
from backend.draws.models import Draw
from backend.fieldwork.models import Inspection, SealedRecord
from backend.registry.models import Inspector
from schemas.vocabulary import Duty, InspectionState
from sync import Json, canonical, short_hash

# Grows with every change of what a packet holds or how it is told, so that phones fetch theirs anew.
EDITION = 2
OBJECT_FIELDS = (
    "code",
    "name",
    "kind",
    "region",
    "status",
    "industry",
    "authority",
    "address",
    "phone",
    "legal_representative",
    "tags",
    "licences",
    "risk",
)


def packet_etags(session: Session, rows: Iterable[tuple[Inspection, str]]) -> dict[str, str]:
    """By inspection, given with the digest of its sheet: a digest of what its packet is made from.

    It leaves out what the brief says of the log (state, rev, head, chain, return, times): that comes with every list,
    and changes with every answer. The sheet, the draw's result and earlier records stand in it by their own digests,
    so a list of any length costs five queries and builds no packet.
    """
    inspections = {inspection.id: (inspection, digest) for inspection, digest in rows}
    things = [inspection.object for inspection, _ in inspections.values()]
    regions = _names(session, Region, {thing.region for thing in things})
    bodies = _names(session, Body, {thing.authority for thing in things})
    draws = _draws(session, {inspection.draw_id for inspection, _ in inspections.values()} - {None})
    earlier = _earlier(session, {thing.id for thing in things})
    phones = phones_of(
        session, {duty.person_id for inspection, _ in inspections.values() for duty in inspection.duties}
    )
    etags = {}
    for inspection, digest in inspections.values():
        thing, task = inspection.object, inspection.task
        sources = {
            "edition": EDITION,
            "checklist": digest,
            "due_on": inspection.due_on.isoformat(),
            "task": [task.code, task.name, task.kind, task.source, task.source_note],
            "object": [getattr(thing, name) for name in OBJECT_FIELDS],
            "registered_on": thing.registered_on.isoformat(),
            "names": [regions.get(thing.region), bodies.get(thing.authority)],
            "team": sorted(
                [duty.person_id, duty.person.name, duty.seat_role, phones.get(duty.person_id, "")]
                for duty in inspection.duties
                if duty.duty == Duty.INSPECTOR
            ),
            "draw": draws.get(inspection.draw_id or ""),
            "history": [row for row in earlier[thing.id] if row[0] != inspection.id],
        }
        etags[inspection.id] = short_hash(canonical(sources))
    return etags


def phones_of(session: Session, persons: set[str]) -> dict[str, str]:
    """The telephone numbers of inspectors by person, for those who visit with them."""
    rows = session.execute(select(Inspector.person_id, Inspector.phone).where(Inspector.person_id.in_(persons)))
    return dict(rows.all())


def _names(session: Session, table: type[Region] | type[Body], codes: set[str]) -> dict[str, str]:
    return dict(session.execute(select(table.code, table.name).where(table.code.in_(codes))).all())


def _draws(session: Session, ids: set[str | None]) -> dict[str, Json]:
    """By match: the draw of its objects and that one's result. Everything else about it was fixed before."""
    parent = aliased(Draw)
    rows = session.execute(
        select(Draw.id, Draw.result_digest, parent.id, parent.result_digest)
        .outerjoin(parent, parent.id == Draw.parent_id)
        .where(Draw.id.in_(ids))
    )
    return {match: [match, result, above, drawn] for match, result, above, drawn in rows}


def _earlier(session: Session, objects: set[str]) -> dict[str, list[Json]]:
    """By object: its published inspections with what says what they found."""
    rows = session.execute(
        select(Inspection.object_id, Inspection.id, SealedRecord.digest, Checklist.digest)
        .join(Checklist, Checklist.inspection_id == Inspection.id)
        .join(SealedRecord, SealedRecord.inspection_id == Inspection.id)
        .where(
            SealedRecord.rev == Inspection.rev,
            Inspection.object_id.in_(objects),
            Inspection.state == InspectionState.PUBLISHED,
        )
        .order_by(SealedRecord.sealed_at, Inspection.id)
    )
    found: dict[str, list[Json]] = defaultdict(list)
    for thing, *told in rows:
        found[thing].append(told)
    return found
