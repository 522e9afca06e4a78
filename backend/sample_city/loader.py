"""Loads the sample city through the same tables and actions that an office uses; refuses nothing silently."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from backend.accounts.actions import hash_password
from backend.accounts.models import Account, Body, Person, Region
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from backend.plans.models import Plan, Stratum, Task
from backend.publication.actions import publish_item_list
from backend.registry.models import InspectedObject, InspectionItem, Inspector, Recusal
from backend.sample_city import generator

PASSWORD = "suicha-demo-2026"
ITEMS = Path(__file__).with_name("items.json")


def is_loaded() -> bool:
    """Whether anybody is in the database."""
    return bool(db.session.scalar(select(func.count()).select_from(Account)))


def load(*, clock: Callable[[], datetime]) -> None:
    """Write the whole city in one transaction: all of it or none of it."""
    city, now = generator.generate(), clock()
    with transaction() as session:
        session.add_all(Region(code=region.code, name=region.name) for region in city.regions)
        session.flush()  # bodies point at regions
        session.add_all(
            Body(code=body.code, name=body.name, short_name=body.short_name, region=body.region) for body in city.bodies
        )
        session.flush()  # persons point at bodies
        people = _add_people(session, city)
        session.execute(insert(InspectedObject), [_object_row(thing) for thing in city.objects])
        inspectors = {row.code: row for row in session.scalars(select(Inspector))}
        objects = dict(session.execute(select(InspectedObject.code, InspectedObject.id)).all())
        session.add_all(
            Recusal(
                inspector_id=inspectors[recusal.inspector].id,
                object_id=objects[recusal.object],
                reason=recusal.reason,
                raised_by="system",
                created_at=now,
            )
            for recusal in city.recusals
        )
        session.add_all(_item(entry) for entry in json.loads(ITEMS.read_text("utf-8"))["items"])
        for number, plan in enumerate(city.plans, start=1):
            _add_plan(session, plan, number, planner=people["planner"], now=now)
        session.flush()  # the item list that is published is read back
        publish_item_list(session, now=now)


def _add_people(session: Any, city: generator.City) -> dict[str, Person]:
    """Persons, accounts for the six who can sign in, and the inspectors; returns the six by username."""
    # One hash for all demo accounts: they share one published password, and hashing it six times would only be slow.
    password_hash = hash_password(PASSWORD)
    named = {entry.inspector: entry for entry in city.persons if entry.inspector}
    people: dict[str, Person] = {}
    for entry in city.persons:
        people[entry.username] = Person(id=new_id(), name=entry.name, body_code=entry.body)
    session.add_all(people.values())
    others = [entry for entry in city.inspectors if entry.code not in named]
    colleagues = {entry.code: Person(id=new_id(), name=entry.name, body_code=entry.body) for entry in others}
    session.add_all(colleagues.values())
    session.flush()  # accounts and inspectors point at persons
    session.add_all(
        Account(
            username=entry.username,
            password_hash=password_hash,
            person_id=people[entry.username].id,
            roles=list(entry.roles),
        )
        for entry in city.persons
    )
    session.add_all(
        Inspector(
            code=entry.code,
            person_id=(people[named[entry.code].username] if entry.code in named else colleagues[entry.code]).id,
            region=entry.region,
            certificate_no=entry.certificate_number,
            certificate_expires_on=entry.certificate_expires_on,
            qualifications=list(entry.qualifications),
            status=entry.status,
        )
        for entry in city.inspectors
    )
    session.flush()  # recusals read the inspectors back
    return people


def _object_row(thing: generator.SampleObject) -> dict[str, Any]:
    return {
        "id": new_id(),
        "code": thing.code,
        "kind": thing.kind,
        "name": thing.name,
        "region": thing.region,
        "authority": thing.authority,
        "registered_on": thing.registered_on,
        "status": thing.status,
        "industry": thing.industry,
        "address": thing.address,
        "tags": list(thing.tags),
        "licences": list(thing.licences),
        "risk": thing.risk,
        "legal_representative": thing.legal_representative,
        "phone": thing.phone,
    }


def _item(entry: dict[str, Any]) -> InspectionItem:
    return InspectionItem(
        code=entry["code"],
        version=entry["version"],
        name=entry["name"],
        name_en=entry["name_en"],
        category=entry["category"],
        key=entry["key"],
        ratio_cap=entry["ratio_cap"],
        legal_basis=entry["legal_basis"],
        method=entry["method"],
        object_kinds=entry["object_kinds"],
        applies=entry["applies"],
        points=entry["points"],
        effective_from=date(2020, 12, 1),
    )


def _add_plan(session: Any, plan: generator.Plan, number: int, *, planner: Person, now: datetime) -> None:
    task = plan.task
    row = Plan(
        id=new_id(),
        code=f"{plan.body}-{plan.year}-{number:02d}",
        version=1,
        title=plan.title,
        year=plan.year,
        region=planner.body.region,
        body_code=plan.body,
        drafted_by=planner.id,
        drafted_at=now,
    )
    row.tasks.append(
        Task(
            id=new_id(),
            code=task.code,
            name=task.name,
            region=task.region,
            items=list(task.items),
            items_by_stratum={code: list(items) for code, items in task.items_by_stratum.items()},
            scope=task.scope,
            cut_off=task.cut_off,
            period_from=task.period_start,
            period_to=task.period_end,
            method=task.method,
            mode=task.mode,
            match_within_days=task.match_within_days,
            strata=[
                Stratum(
                    seq=stratum.seq,
                    code=stratum.code,
                    name=stratum.name,
                    rule=stratum.rule,
                    ratio=stratum.ratio,
                    reserves=stratum.reserves,
                )
                for stratum in task.strata
            ],
        )
    )
    session.add(row)


def describe_accounts() -> str:
    """The demo accounts, as the terminal shows them after the start."""
    lines = [f"  演示账号 demo accounts (password {PASSWORD}):"]
    for person in generator.generate().persons:
        lines.append(f"    {person.username:<11} {person.name}  {', '.join(person.roles)}")
    return "\n".join(lines) + "\n"
