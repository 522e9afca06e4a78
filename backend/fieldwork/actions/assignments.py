"""From a published match or a named team to inspections: who visits whom, by when, with which sheet; and what changes
later: substitutions, and tasks that share a visit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.queries import region_name
from backend.checklists.actions import change_parties, freeze_checklist
from backend.checklists.queries import get_checklist
from backend.draws.actions.merging import keep_apart
from backend.draws.models import Draw, DrawnObject, NamedTeam, Substitution
from backend.fieldwork.actions.teams import Teams
from backend.fieldwork.models import Inspection
from backend.fieldwork.queries.log import lock_inspection
from backend.fieldwork.queries.served import list_served, list_tasks_served
from backend.fieldwork.rules import due_on
from backend.foundation import audit
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.plans.models import Task
from backend.registry.models import InspectedObject
from schemas.vocabulary import DrawKind, Duty, InspectionState, MergeOutcome

# Until its record is sealed an inspection can get another team.
OPEN_STATES = frozenset({InspectionState.ASSIGNED, InspectionState.ON_SITE})


def create_inspections(session: Session, *, draw: Draw, now: datetime) -> list[Inspection]:
    """An inspection with team and frozen sheet for each object of an inspectors' draw.

    Where an earlier round left one without a full team, it gets this one.
    """
    teams = Teams.drawn(session, draw)
    present = {
        inspection.object.code: inspection
        for inspection in session.scalars(select(Inspection).where(Inspection.task_id == draw.task_id))
    }
    drawn = (
        select(DrawnObject, InspectedObject)
        .join(InspectedObject, InspectedObject.code == DrawnObject.object_code)
        .where(DrawnObject.draw_id == draw.parent_id, DrawnObject.object_code.in_(teams.inspectors))
        .order_by(DrawnObject.ticket)
    )
    made = []
    for ticket, thing in session.execute(drawn).all():
        earlier = present.get(thing.code)
        if earlier is None:
            made.append(_create(session, draw.task, draw, thing, stratum=ticket.stratum, teams=teams, now=now))
        elif earlier.draw_id != draw.id:
            earlier.draw_id = draw.id
            _reassign(session, earlier, teams, now=now)
    return made


def follow_substitution(session: Session, *, substitution: Substitution, now: datetime) -> None:
    """Let inspections follow: another team, or none for an object that left. What is sealed stays as it was signed.

    Who left no longer gets the packet; what they still send is held like that of anybody unassigned.
    """
    draw = substitution.draw
    teams = Teams.drawn(session, draw, substitution.objects) if draw.kind == DrawKind.INSPECTORS else None
    for inspection_id in _find(session, task_id=draw.task_id, codes=substitution.objects):
        inspection = lock_inspection(session, inspection_id)
        if inspection.state not in OPEN_STATES:
            _record(session, inspection, "substitution_too_late", now=now, substitution=substitution.id)
        elif teams is None:
            _withdraw(session, inspection)
            inspection.changed_at = now
            _record(session, inspection, "withdraw", now=now, substitution=substitution.id)
        else:
            _reassign(session, inspection, teams, now=now)
    if teams is None:
        gone = session.get_one(DrawnObject, (draw.id, substitution.leaving))
        if gone.merge == MergeOutcome.MERGED and gone.merge_with:
            _compose_anew(session, cover_id=gone.merge_with, code=gone.object_code, now=now)


def follow_naming(session: Session, *, team: NamedTeam, now: datetime) -> None:
    """The inspection of a single case for the team that was named, or another team for it until it is sealed."""
    teams = Teams.named(session, team)
    present = _find(session, task_id=team.task_id, codes=[team.object_code])
    if not present:
        _create(session, team.task, team, team.object, stratum=team.task.strata[0].code, teams=teams, now=now)
    for inspection_id in present:
        inspection = lock_inspection(session, inspection_id)
        if inspection.state in OPEN_STATES:
            _reassign(session, inspection, teams, now=now)


def serve_also(session: Session, *, draw: Draw, objects: Collection[str], now: datetime) -> None:
    """Let visits that are assigned take in the items of one task more; one that has begun stays as it is.

    A visit that has no team yet is made with these items, once it gets one.
    """
    merged = select(DrawnObject).where(
        DrawnObject.draw_id == draw.id,
        DrawnObject.object_code.in_(objects),
        DrawnObject.merge == MergeOutcome.MERGED,
    )
    for row in session.scalars(merged.order_by(DrawnObject.object_code)).all():
        if row.merge_with and not _compose_anew(session, cover_id=row.merge_with, code=row.object_code, now=now):
            keep_apart(session, draw, row, now=now)


def _compose_anew(session: Session, *, cover_id: str, code: str, now: datetime) -> bool:
    """Make the sheet of a draw's visit to an object anew for the tasks that it now serves, unless it has begun."""
    cover, drawn = session.get_one(Draw, cover_id), session.get_one(DrawnObject, (cover_id, code))
    for inspection_id in _find(session, task_id=cover.task_id, codes=[code]):
        inspection = lock_inspection(session, inspection_id)
        if inspection.head or inspection.state != InspectionState.ASSIGNED:
            return False
        parties = get_checklist(session, inspection.id).document["parties"]
        digest = _freeze(session, inspection, stratum=drawn.stratum, parties=parties, now=now)
        inspection.changed_at = now
        tasks = [task.id for task in list_tasks_served(session, inspection)]
        _record(session, inspection, "compose", now=now, tasks=tasks, checklist=digest)
    return True


def _find(session: Session, *, task_id: str, codes: Collection[str]) -> list[str]:
    found = (
        select(Inspection.id)
        .join(InspectedObject, InspectedObject.id == Inspection.object_id)
        .where(Inspection.task_id == task_id, InspectedObject.code.in_(codes))
        .order_by(Inspection.id)
    )
    return list(session.scalars(found))


def _create(
    session: Session,
    task: Task,
    by: Draw | NamedTeam,
    thing: InspectedObject,
    *,
    stratum: str,
    teams: Teams,
    now: datetime,
) -> Inspection:
    """The inspection of an object whose team a match gave, or somebody named."""
    inspection = Inspection(
        id=new_id(),
        task_id=task.id,
        object_id=thing.id,
        draw_id=by.id if isinstance(by, Draw) else None,
        region=by.region,
        due_on=due_on(period_to=task.period_to, today=china_date(now)),
        created_at=now,
        changed_at=now,
    )
    session.add(inspection)
    # Duties point at the inspection by foreign key.
    session.flush()
    session.add_all(teams.duties(inspection, thing.code))
    _freeze(session, inspection, stratum=stratum, parties=teams.parties(thing.code), now=now)
    _record(session, inspection, "assign", now=now, object=thing.code, inspectors=teams.codes(thing.code))
    return inspection


def _freeze(
    session: Session, inspection: Inspection, *, stratum: str, parties: Sequence[dict[str, Any]], now: datetime
) -> str:
    """The sheet for all tasks that the visit serves, and the day by which it is due for all of them."""
    thing = inspection.object
    last_day = min(task.period_to for task in list_tasks_served(session, inspection))
    inspection.due_on = min(inspection.due_on, due_on(period_to=last_day, today=china_date(now)))
    return freeze_checklist(
        session,
        inspection_id=inspection.id,
        task=inspection.task,
        stratum=stratum,
        thing=thing,
        region_name=region_name(session, thing.region),
        parties=parties,
        now=now,
        also=[(task, row.stratum) for task, row in list_served(session, inspection)],
    ).digest


def _reassign(session: Session, inspection: Inspection, teams: Teams, *, now: datetime) -> None:
    """Another team: its duties, and its names in the sheet. Items and points stay as they were frozen."""
    code = inspection.object.code
    _withdraw(session, inspection, keep={inspector.person_id for _, inspector in teams.inspectors[code]})
    present = {duty.person_id: duty for duty in inspection.duties}
    for duty in teams.duties(inspection, code):
        if duty.person_id in present:
            present[duty.person_id].seat_role = duty.seat_role
        else:
            session.add(duty)
    inspection.changed_at = now
    digest = change_parties(session, inspection_id=inspection.id, parties=teams.parties(code))
    _record(session, inspection, "reassign", now=now, object=code, inspectors=teams.codes(code), checklist=digest)


def _withdraw(session: Session, inspection: Inspection, *, keep: Collection[str] = ()) -> None:
    for duty in inspection.duties:
        if duty.duty == Duty.INSPECTOR and duty.person_id not in keep:
            session.delete(duty)
    session.flush()
    session.expire(inspection, ["duties"])


def _record(session: Session, inspection: Inspection, verb: str, *, now: datetime, **after: Any) -> None:
    subject = ("inspection", inspection.id)
    audit.record(session, actor=None, action=f"fieldwork.{verb}", subject=subject, now=now, after=after)
