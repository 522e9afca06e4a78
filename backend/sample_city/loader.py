"""Loads a city through the same tables and actions that an office uses; refuses nothing silently."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from backend.accounts.actions import hash_password
from backend.accounts.models import Account, Body, Person, Region
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from backend.plans.models import Plan, Stratum, Task
from backend.publication.actions import publish_item_list
from backend.registry.actions import upsert_licences, upsert_objects
from backend.registry.models import Expert, InspectedObject, InspectionItem, Inspector, Recusal
from backend.sample_city import generator
from backend.sample_city.items import item_list

PASSWORD = "suicha-demo-2026"

# What an item may say beyond what every item says.
ITEM_OPTIONS = (
    "sub_item", "content", "executing_body", "joint_departments", "frequency_cap", "random_fit", "unfit_reason",
    "qualifications", "guidance",
)  # fmt: skip


def is_loaded() -> bool:
    """Whether anybody is in the database."""
    return bool(db.session.scalar(select(func.count()).select_from(Account)))


def load(*, clock: Callable[[], datetime], data: Mapping[str, Any] | None = None, scale: int = 1) -> None:
    """Write a whole city in one transaction; the sample city unless the content of another's file is given."""
    data = data or generator.read_city()
    city, items, now = generator.generate(data, scale=scale), item_list(data), clock()
    with transaction() as session:
        session.add_all(Region(code=region.code, name=region.name) for region in city.regions)
        session.flush()  # bodies point at regions
        session.add_all(
            Body(code=body.code, name=body.name, short_name=body.short_name, region=body.region, parent=body.parent)
            for body in city.bodies
        )
        session.flush()  # persons point at bodies
        people = _add_people(session, city)
        upsert_objects(session, (_object_row(thing) for thing in city.objects), source="sample", actor=None, now=now)
        upsert_licences(session, _licence_rows(city), source="sample", batch="sample", actor=None, now=now)
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
        session.add_all(
            Expert(
                code=expert.code,
                name=expert.name,
                organisation=expert.organisation,
                specialities=list(expert.specialities),
                phone=expert.phone,
                region=expert.region,
                maintained_by=expert.body,
            )
            for expert in city.experts
        )
        session.add_all(_item(entry, maintained_by=city.bodies[0].code) for entry in items)
        for number, plan in enumerate(city.plans, start=1):
            _add_plan(session, plan, number, planner=people["planner"], now=now)
        session.flush()  # the item list that is published is read back
        publish_item_list(session, now=now)


def _add_people(session: Any, city: generator.City) -> dict[str, Person]:
    """Persons, accounts for those who can sign in, and the inspectors; returns the former by username."""
    # One hash for all demo accounts: they share one published password, and hashing it each time would only be slow.
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
            maintained_by=entry.body,
            certificate_no=entry.certificate_number,
            certificate_expires_on=entry.certificate_expires_on,
            qualifications=list(entry.qualifications),
            phone=entry.phone,
            status=entry.status,
        )
        for entry in city.inspectors
    )
    session.flush()  # recusals read the inspectors back
    return people


def _object_row(thing: generator.SampleObject) -> dict[str, Any]:
    return {
        "code": thing.code,
        "kind": thing.kind,
        "name": thing.name,
        "region": thing.region,
        "authority": thing.authority,
        "maintained_by": thing.authority,
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


def _licence_rows(city: generator.City) -> Iterator[dict[str, Any]]:
    """Each licence of each object, held since it was registered."""
    held = ((thing, kind) for thing in city.objects for kind in thing.licences)
    for number, (thing, kind) in enumerate(held, start=1):
        yield {
            "row": number,
            "object": thing.code,
            "kind": kind,
            "number": f"SAMPLE-{thing.region}-{number:05d}",
            "issuing_body": "",
            "valid_from": thing.registered_on,
            "status": "valid",
            "effective_on": thing.registered_on,
        }


def _item(entry: dict[str, Any], *, maintained_by: str) -> InspectionItem:
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
        effective_from=date.fromisoformat(entry.get("effective_from", "2020-12-01")),
        state="published",
        maintained_by=maintained_by,
        **{name: entry[name] for name in ITEM_OPTIONS if name in entry},
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
