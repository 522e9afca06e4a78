"""A published match in the sample city, made without its draws: what fieldwork and later stages start from."""

from datetime import datetime

from flask import Flask
from sqlalchemy import select

from backend.accounts.models import Account, Person
from backend.draws.models import Draw, DrawnObject, Seat
from backend.fieldwork.models import Inspection
from backend.foundation import outbox
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from backend.plans.models import Plan, Task
from backend.registry.models import InspectedObject, Inspector

COUNTY = "130303"
TEAM = (("SHG-0001", "lead"), ("SHG-0002", "member"))


def publish_match(app: Flask, *, now: datetime, count: int = 2) -> list[str]:
    """Draw, match and publish `count` enterprises of the county with inspector1 and inspector2; inspection ids."""
    with app.app_context():
        with transaction() as session:
            plan = session.scalars(select(Plan).order_by(Plan.code)).first()
            task = session.scalars(select(Task).where(Task.plan_id == plan.id)).first()
            task.state = "matched"
            stratum = task.strata[0].code
            chosen = session.scalars(
                select(InspectedObject)
                .where(
                    InspectedObject.region == COUNTY,
                    InspectedObject.kind == "enterprise",
                    InspectedObject.status == "active",
                )
                .order_by(InspectedObject.code)
                .limit(count)
            ).all()
            objects = _draw(task, kind="objects", region=task.region, by=plan.drafted_by, now=now)
            objects.commitment = {"strata": [{"code": stratum, "n": 200, "k": count, "ratio": "1/100"}]}
            objects.result_digest = "ab" * 32
            session.add(objects)
            session.flush()
            match = _draw(task, kind="inspectors", region=COUNTY, by=plan.drafted_by, now=now)
            match.parent_id = objects.id
            session.add(match)
            session.flush()
            for rank, thing in enumerate(chosen, start=1):
                session.add(
                    DrawnObject(
                        draw_id=objects.id,
                        object_code=thing.code,
                        stratum=stratum,
                        rank=rank,
                        ticket=f"{rank:064x}",
                        reserve=False,
                        dispatched_to=COUNTY,
                        dispatched_at=now,
                    )
                )
                for number, (inspector, role) in enumerate(TEAM, start=1):
                    session.add(
                        Seat(
                            draw_id=match.id,
                            object_code=thing.code,
                            seat=number,
                            inspector_code=inspector,
                            role=role,
                            ticket=f"{number:064x}",
                        )
                    )
            outbox.emit(session, "draw.published", now=now, draw_id=match.id)
        outbox.deliver_due(now=now)
        made = select(Inspection.id).where(Inspection.draw_id == match.id).order_by(Inspection.id)
        found = list(db.session.scalars(made))
        db.session.rollback()
        return found


def give_account(app: Flask, *, username: str, inspector: str, like: str = "inspector1") -> None:
    """An account for an inspector of the sample city who has none, with the password of `like`."""
    with app.app_context(), transaction() as session:
        model = session.scalars(select(Account).where(Account.username == like)).one()
        person = session.scalars(
            select(Person).join(Inspector, Inspector.person_id == Person.id).where(Inspector.code == inspector)
        ).one()
        session.add(
            Account(
                username=username,
                password_hash=model.password_hash,
                person_id=person.id,
                roles=["inspector"],
            )
        )


def _draw(task: Task, *, kind: str, region: str, by: str, now: datetime) -> Draw:
    return Draw(
        id=new_id(),
        task_id=task.id,
        kind=kind,
        region=region,
        attempt=1,
        state="published",
        event_type="dice",
        event_id="会议室掷骰",
        event_due=now,
        created_by=by,
        created_at=now,
    )
