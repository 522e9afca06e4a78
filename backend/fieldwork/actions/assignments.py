"""From a published match to inspections: who visits whom, by when, with which sheet."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.queries import region_name
from backend.checklists.actions import freeze_checklist
from backend.draws.models import Draw, DrawnObject, Seat
from backend.fieldwork.models import DutyAssignment, Inspection
from backend.fieldwork.rules import due_on
from backend.foundation import audit
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.registry.models import InspectedObject, Inspector
from schemas.vocabulary import Duty, SeatRole


def create_inspections(session: Session, *, draw: Draw, now: datetime) -> list[Inspection]:
    """An inspection with team and frozen sheet for each object of an inspectors' draw that has none yet."""
    teams: dict[str, list[tuple[Seat, Inspector]]] = defaultdict(list)
    seats = (
        select(Seat, Inspector)
        .join(Inspector, Inspector.code == Seat.inspector_code)
        .where(Seat.draw_id == draw.id)
        .order_by(Seat.object_code, Seat.seat)
    )
    for seat, inspector in session.execute(seats):
        teams[seat.object_code].append((seat, inspector))
    present = set(session.scalars(select(Inspection.object_id).where(Inspection.task_id == draw.task_id)))
    drawn = (
        select(DrawnObject, InspectedObject)
        .join(InspectedObject, InspectedObject.code == DrawnObject.object_code)
        .where(DrawnObject.draw_id == draw.parent_id, DrawnObject.object_code.in_(teams))
        .order_by(DrawnObject.ticket)
    )
    return [
        _create(session, draw=draw, drawn=ticket, thing=thing, team=teams[thing.code], now=now)
        for ticket, thing in session.execute(drawn).all()
        if thing.id not in present
    ]


def _create(
    session: Session,
    *,
    draw: Draw,
    drawn: DrawnObject,
    thing: InspectedObject,
    team: list[tuple[Seat, Inspector]],
    now: datetime,
) -> Inspection:
    inspection = Inspection(
        id=new_id(),
        task_id=draw.task_id,
        object_id=thing.id,
        draw_id=draw.id,
        region=draw.region,
        due_on=due_on(period_to=draw.task.period_to, today=china_date(now)),
        created_at=now,
        changed_at=now,
    )
    session.add(inspection)
    # Duties point at the inspection by foreign key.
    session.flush()
    for seat, inspector in team:
        session.add(
            DutyAssignment(
                inspection_id=inspection.id,
                person_id=inspector.person_id,
                duty=Duty.INSPECTOR,
                seat_role=seat.role,
                certificate_no=inspector.certificate_no,
            )
        )
    freeze_checklist(
        session,
        inspection_id=inspection.id,
        task=draw.task,
        stratum=drawn.stratum,
        thing=thing,
        region_name=region_name(session, thing.region),
        parties=[
            {
                "person": inspector.person_id,
                "name": inspector.person.name,
                "role": seat.role,
                "certificate": inspector.certificate_no,
            }
            for seat, inspector in sorted(team, key=lambda row: row[0].role != SeatRole.LEAD)
        ],
        now=now,
    )
    audit.record(
        session,
        actor=None,
        action="fieldwork.assign",
        subject=("inspection", inspection.id),
        now=now,
        after={"object": thing.code, "inspectors": [inspector.code for _, inspector in team]},
    )
    return inspection
