"""New drafts, changed drafts, and drafts of another version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.plans.actions.recording import record, refuse_if_begun
from backend.plans.models import Attachment, Plan, Stratum, Task
from backend.plans.problems import LaterVersion, PlanChanged, PlanInvalid, WrongPlanState
from backend.plans.queries import find_later_version, get_own_plan, object_regions, task_values
from backend.plans.rules import KnownItem, named_objects, plan_faults
from backend.registry.queries import body_regions, list_items, region_names
from schemas.vocabulary import PlanKind, PlanState, TaskKind, TaskState


def draft_plan(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """A new draft of the actor's body. Raises PlanInvalid naming every fault."""
    _check(session, data, body=actor.body_code, region=actor.region, now=now)
    plan = Plan(
        id=new_id(),
        code=_next_code(session, body=actor.body_code, year=data["year"]),
        version=1,
        kind=data["kind"],
        title=data["title"],
        year=data["year"],
        region=actor.region,
        body_code=actor.body_code,
        state=PlanState.DRAFT,
        drafted_by=actor.person_id,
        drafted_at=now,
        tasks=[_task(**task) for task in data["tasks"]],
    )
    session.add(plan)
    record(session, plan, "draft", actor=actor, now=now)
    return plan


def change_draft(session: Session, *, plan_id: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """Replace a draft's content; whoever changed it last counts as its drafter.

    Answers of participating bodies were to the former content and no longer count.
    Raises WrongPlanState, PlanChanged, PlanInvalid.
    """
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state != PlanState.DRAFT:
        raise WrongPlanState("只有草稿可以修改；已公示的计划请另立新版本。", "Only a draft can be changed.")
    if data["row_version"] != plan.row_version:
        raise PlanChanged("请重新打开后再修改。", "Read it again, then change it.")
    _check(session, data, body=plan.body_code, region=plan.region, now=now)
    session.execute(delete(Stratum).where(Stratum.task_id.in_([task.id for task in plan.tasks])))
    session.execute(delete(Task).where(Task.plan_id == plan.id))
    session.expire(plan, ["tasks"])
    plan.kind, plan.title, plan.year = data["kind"], data["title"], data["year"]
    plan.drafted_by, plan.drafted_at = actor.person_id, now
    # Other tables change too, so the version must grow even when the plan's own columns stay as they were.
    flag_modified(plan, "title")
    plan.tasks = [_task(**task) for task in data["tasks"]]
    record(session, plan, "change", actor=actor, now=now)
    return plan


def revise_plan(session: Session, *, plan_id: str, reason: str, actor: Actor, now: datetime) -> Plan:
    """A draft of version n+1 with the same content. Raises WrongPlanState, LaterVersion, PlanUnderWay."""
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state not in (PlanState.APPROVED, PlanState.PUBLISHED):
        raise WrongPlanState("请直接修改草稿；已结束的计划不再修订。", "Only approved or published.")
    if find_later_version(session, plan):
        raise LaterVersion()
    refuse_if_begun(plan)
    revised = Plan(
        id=new_id(),
        code=plan.code,
        version=plan.version + 1,
        kind=plan.kind,
        title=plan.title,
        year=plan.year,
        region=plan.region,
        body_code=plan.body_code,
        state=PlanState.DRAFT,
        reason=reason,
        drafted_by=actor.person_id,
        drafted_at=now,
        tasks=[_task(**task_values(task)) for task in plan.tasks],
        attachments=[
            Attachment(id=new_id(), added_by=row.added_by, added_at=row.added_at, **_file(row))
            for row in plan.attachments
        ],
    )
    session.add(revised)
    record(session, revised, "revise", actor=actor, now=now, reason=reason)
    return revised


def _check(session: Session, data: Mapping[str, Any], *, body: str, region: str, now: datetime) -> None:
    tasks = data["tasks"]
    items = {
        item.code: KnownItem(item.name, item.key, item.ratio_cap, item.random_fit, item.unfit_reason)
        for item in list_items(session, on=china_date(now))
    }
    named = {code for task in tasks if task["kind"] is TaskKind.SINGLE_CASE for code in named_objects(task) or ()}
    faults = plan_faults(
        tasks,
        kind=PlanKind(data["kind"]),
        body=body,
        region=region,
        regions=region_names(session),
        items=items,
        bodies=body_regions(session),
        objects=object_regions(session, named),
    )
    if faults:
        raise PlanInvalid("请检查标出的内容。", "See `errors`.", errors=list(faults))


def _next_code(session: Session, *, body: str, year: int) -> str:
    prefix = f"{body}-{year}-"
    codes = session.scalars(select(Plan.code).where(Plan.code.startswith(prefix, autoescape=True)))
    return f"{prefix}{max((int(code.removeprefix(prefix)) for code in codes), default=0) + 1:02d}"


def _task(*, strata: Sequence[Mapping[str, Any]], **fields: Any) -> Task:
    rows = [Stratum(id=new_id(), seq=seq, **stratum) for seq, stratum in enumerate(strata, start=1)]
    return Task(id=new_id(), state=TaskState.PLANNED, strata=rows, **fields)


def _file(row: Attachment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("kind", "name", "mime", "size", "sha256")}
