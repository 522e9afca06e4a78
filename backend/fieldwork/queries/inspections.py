"""What an inspector sees of their inspections: the list, and the packet taken along."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.accounts.models import Body, Region
from backend.checklists.models import Checklist
from backend.checklists.queries import get_checklist
from backend.checklists.rules import results
from backend.draws.models import Draw, DrawnObject
from backend.draws.queries.substitutions import was_seated
from backend.fieldwork.models import DutyAssignment, Inspection, LoggedOperation, SealedRecord
from backend.fieldwork.queries.etags import packet_etags, phones_of
from backend.fieldwork.rules import check_code
from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.foundation.problems import NotFound
from backend.plans.models import Stratum
from backend.registry.models import Inspector
from schemas.vocabulary import Duty, InspectionState, SeatRole
from sync import OK, Kind

# A change is stamped before it commits, so one stamped earlier may appear after a later one was read.
OVERLAP = timedelta(minutes=2)
# Until then the record is with its inspectors.
IN_HAND = (InspectionState.ASSIGNED, InspectionState.ON_SITE, InspectionState.SEALED, InspectionState.RETURNED)


def get_visible_inspection(session: Session, inspection_id: str, *, actor: Actor) -> Inspection:
    """The inspection if the actor is one of its inspectors; raises NotFound."""
    inspection = session.get(Inspection, inspection_id)
    if inspection is None or not is_inspector(session, inspection, person_id=actor.person_id):
        raise NotFound()
    return inspection


def is_inspector(session: Session, inspection: Inspection, *, person_id: str) -> bool:
    """Whether the person is an inspector of it now."""
    duty = session.get(DutyAssignment, (inspection.id, person_id))
    return duty is not None and duty.duty == Duty.INSPECTOR


def was_assigned(session: Session, inspection: Inspection, *, person_id: str) -> bool:
    """Whether the person is, or was by the draw, one of its inspectors: late work is kept, not refused."""
    if is_inspector(session, inspection, person_id=person_id):
        return True
    inspector = session.scalar(select(Inspector.code).where(Inspector.person_id == person_id))
    return inspector is not None and was_seated(
        session, task_id=inspection.task_id, object_code=inspection.object.code, inspector_code=inspector
    )


def list_inspectors(session: Session, inspection: Inspection) -> list[DutyAssignment]:
    """The team, the lead first."""
    duties = session.scalars(
        select(DutyAssignment)
        .where(DutyAssignment.inspection_id == inspection.id, DutyAssignment.duty == Duty.INSPECTOR)
        .options(joinedload(DutyAssignment.person))
    )
    return _lead_first(duties)


def list_briefs(session: Session, *, actor: Actor, since: datetime | None, now: datetime) -> dict[str, Any]:
    """The actor's inspections that changed since then, all when it is None, those due first on top; and all that
    are in the actor's hand, so that a phone sees which it lost to a substitute."""
    mine = select(DutyAssignment.inspection_id).where(
        DutyAssignment.person_id == actor.person_id, DutyAssignment.duty == Duty.INSPECTOR
    )
    # Read before the changes, so that whatever leaves this list in between is found among them.
    held = select(Inspection.id).where(Inspection.id.in_(mine), Inspection.state.in_(IN_HAND)).order_by(Inspection.id)
    in_hand = session.scalars(held).all()
    query = (
        select(Inspection, Checklist.digest)
        .join(Checklist, Checklist.inspection_id == Inspection.id)
        .where(Inspection.id.in_(mine))
        .options(
            joinedload(Inspection.task),
            joinedload(Inspection.object),
            selectinload(Inspection.duties).joinedload(DutyAssignment.person),
        )
        .order_by(Inspection.due_on, Inspection.id)
    )
    if since is not None:
        query = query.where(Inspection.changed_at >= since)
    rows = session.execute(query).all()
    regions = _region_names(session, {row.object.region for row, _ in rows})
    returns = _returns(session, [row for row, _ in rows if row.rev > 1])
    etags = packet_etags(session, rows)
    return {
        "items": [_brief(row, digest, regions, returns.get(row.id), etags[row.id]) for row, digest in rows],
        "in_hand": in_hand,
        # With Z, as a plus sign in an address would be read as a blank.
        "next_since": f"{(now - OVERLAP).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "now": now,
    }


def get_packet_etag(session: Session, inspection: Inspection) -> str:
    """The validator of one packet."""
    return packet_etags(session, [(inspection, get_checklist(session, inspection.id).digest)])[inspection.id]


def get_packet(session: Session, inspection: Inspection, *, etag: str, check_key: bytes) -> dict[str, Any]:
    """Everything that the inspection needs without network."""
    checklist, thing = get_checklist(session, inspection.id), inspection.object
    regions = _region_names(session, {thing.region})
    authority = session.get(Body, thing.authority)
    brief = _brief(inspection, checklist.digest, regions, _returns(session, [inspection]).get(inspection.id), etag)
    phones = phones_of(session, {member["person"] for member in brief["team"]})
    names = ("region", "registered_on", "status", "industry", "authority", "tags", "licences", "risk")
    return {
        **brief,
        "object": {
            **brief["object"],
            **{name: getattr(thing, name) for name in names},
            "authority_name": authority.name if authority else thing.authority,
        },
        "team": [{**member, "phone": phones.get(member["person"], "")} for member in brief["team"]],
        "checklist": {"document": checklist.document, "digest": checklist.digest},
        "check_code": check_code(inspection.id, key=check_key),
        "draw": draw_proof(session, inspection),
        "source": {
            "kind": inspection.task.kind,
            "source": inspection.task.source,
            "note": inspection.task.source_note,
        },
        "history": _history(session, inspection),
    }


def _brief(
    inspection: Inspection, digest: str, regions: dict[str, str], returned: dict[str, Any] | None, etag: str
) -> dict[str, Any]:
    thing, task = inspection.object, inspection.task
    duties = (duty for duty in inspection.duties if duty.duty == Duty.INSPECTOR)
    names = ("code", "name", "kind", "address", "phone", "legal_representative")
    fields = ("id", "state", "rev", "head", "chain", "due_on", "publish_due_on", "changed_at")
    return {
        **{name: getattr(inspection, name) for name in fields},
        "task": {"code": task.code, "name": task.name},
        "object": {
            **{name: getattr(thing, name) for name in names},
            "region_name": regions.get(thing.region, thing.region),
        },
        "team": [
            {"person": duty.person_id, "name": duty.person.name, "role": duty.seat_role} for duty in _lead_first(duties)
        ],
        "checklist_digest": digest,
        "packet_etag": etag,
        "returned": returned,
    }


def _lead_first(duties: Iterable[DutyAssignment]) -> list[DutyAssignment]:
    return sorted(duties, key=lambda duty: (duty.seat_role != SeatRole.LEAD, duty.person_id))


def _region_names(session: Session, codes: set[str]) -> dict[str, str]:
    rows = session.execute(select(Region.code, Region.name).where(Region.code.in_(codes)))
    return dict(rows.all())


def _returns(session: Session, inspections: list[Inspection]) -> dict[str, dict[str, Any]]:
    """Why each came back the last time, from the log itself."""
    lines = session.scalars(
        select(LoggedOperation)
        .where(
            LoggedOperation.inspection_id.in_([inspection.id for inspection in inspections]),
            LoggedOperation.kind == Kind.REVIEW_RETURN,
            LoggedOperation.status == OK.st,
        )
        .order_by(LoggedOperation.pos)
    )
    return {line.inspection_id: json.loads(line.body)["val"] for line in lines}


def draw_proof(session: Session, inspection: Inspection) -> dict[str, Any] | None:
    """How the object came to be drawn; the inspectors' draw names the objects' draw as its parent. None where a
    single case named both."""
    if inspection.draw_id is None:
        return None
    match = session.get_one(Draw, inspection.draw_id)
    draw = match.parent or match
    drawn = session.get_one(DrawnObject, (draw.id, inspection.object.code))
    committed = {row["code"]: row for row in (draw.commitment or {}).get("strata", [])}
    stratum = session.scalars(
        select(Stratum).where(Stratum.task_id == inspection.task_id, Stratum.code == drawn.stratum)
    ).one()
    return {
        "draw": draw.id,
        "stratum": drawn.stratum,
        "stratum_name": stratum.name,
        "rank": drawn.rank,
        "ticket": drawn.ticket,
        "k": committed[drawn.stratum]["k"],
        "n": committed[drawn.stratum]["n"],
        "result_digest": draw.result_digest,
    }


def _history(session: Session, inspection: Inspection) -> list[dict[str, Any]]:
    """Earlier published inspections of the object with what they found, newest first."""
    rows = session.execute(
        select(Inspection, Checklist, SealedRecord)
        .join(Checklist, Checklist.inspection_id == Inspection.id)
        .join(SealedRecord, SealedRecord.inspection_id == Inspection.id)
        .where(
            SealedRecord.rev == Inspection.rev,
            Inspection.object_id == inspection.object_id,
            Inspection.id != inspection.id,
            Inspection.state == InspectionState.PUBLISHED,
        )
        .order_by(SealedRecord.sealed_at.desc())
    )
    history: list[dict[str, Any]] = []
    for earlier, checklist, sealed in rows:
        registers = json.loads(sealed.snapshot)["registers"]
        found = results(checklist.document, registers)
        answers = {reg[4:]: value for reg, value in registers.items() if reg.startswith("ans/")}
        history.append(
            {
                "task": {"code": earlier.task.code, "name": earlier.task.name},
                "checked_on": china_date(sealed.sealed_at),
                "result": found["object"],
                "state": found["state"],
                # At the door only the last visit's answers help; the packet stays small.
                "answers": {} if history else answers,
            }
        )
    return history
