"""Drafting, approving, publishing and revising plans. A published version is never edited."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from backend.foundation import audit, outbox
from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.plans.models import Plan, Stratum, Task
from backend.plans.problems import (
    ApproverIsDrafter,
    LaterVersion,
    PlanChanged,
    PlanInvalid,
    PlanUnderWay,
    WrongPlanState,
)
from backend.plans.queries import find_later_version, get_own_plan, list_earlier_versions, plan_document
from backend.plans.rules import KnownItem, check_plan_move, check_task_move, plan_faults
from backend.registry.queries import list_items, region_names
from schemas.vocabulary import PlanState, TaskState

_TASK_FIELDS = (
    "code", "name", "region", "items", "items_by_stratum", "scope", "cut_off", "period_from", "period_to",
    "method", "mode", "seats", "match_within_days", "publish_within_working_days",
)  # fmt: skip
_STRATUM_FIELDS = ("code", "name", "rule", "ratio", "reserves")


def draft_plan(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """A new draft of the actor's body. Raises PlanInvalid naming every fault."""
    _check(session, data["tasks"], region=actor.region, now=now)
    plan = Plan(
        id=new_id(),
        code=_next_code(session, body=actor.body_code, year=data["year"]),
        version=1,
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
    _record(session, plan, "draft", actor=actor, now=now)
    return plan


def change_draft(session: Session, *, plan_id: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """Replace a draft's content; whoever changed it last counts as its drafter.

    Raises WrongPlanState, PlanChanged, PlanInvalid.
    """
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state != PlanState.DRAFT:
        raise WrongPlanState("只有草稿可以修改；已公示的计划请另立新版本。", "Only a draft can be changed.")
    if data["row_version"] != plan.row_version:
        raise PlanChanged("请重新打开后再修改。", "Read it again, then change it.")
    _check(session, data["tasks"], region=plan.region, now=now)
    session.execute(delete(Stratum).where(Stratum.task_id.in_([task.id for task in plan.tasks])))
    session.execute(delete(Task).where(Task.plan_id == plan.id))
    session.expire(plan, ["tasks"])
    plan.title, plan.year = data["title"], data["year"]
    plan.drafted_by, plan.drafted_at = actor.person_id, now
    # Other tables change too, so the version must grow even when the plan's own columns stay as they were.
    flag_modified(plan, "title")
    plan.tasks = [_task(**task) for task in data["tasks"]]
    _record(session, plan, "change", actor=actor, now=now)
    return plan


def approve_plan(session: Session, *, plan_id: str, actor: Actor, now: datetime) -> Plan:
    """Approve a draft as head of the body and fix its digest. Raises WrongPlanState, ApproverIsDrafter."""
    plan = get_own_plan(session, plan_id, actor=actor)
    check_plan_move(plan.state, PlanState.APPROVED)
    if plan.drafted_by == actor.person_id:
        raise ApproverIsDrafter("请由编制人以外的负责人批准。", "Somebody else must approve it.")
    plan.state = PlanState.APPROVED
    plan.approved_by, plan.approved_at = actor.person_id, now
    plan.digest = hashlib.sha256(rfc8785.dumps(plan_document(plan))).hexdigest()
    _record(session, plan, "approve", actor=actor, now=now)
    return plan


def publish_plan(session: Session, *, plan_id: str, actor: Actor, now: datetime) -> Plan:
    """Publish an approved plan and close its earlier version, of which no task may have begun.

    Raises WrongPlanState, PlanUnderWay.
    """
    plan = get_own_plan(session, plan_id, actor=actor)
    check_plan_move(plan.state, PlanState.PUBLISHED)
    for earlier in list_earlier_versions(session, plan):
        if earlier.state == PlanState.CLOSED:
            continue
        _refuse_if_begun(earlier)
        check_plan_move(earlier.state, PlanState.CLOSED)
        earlier.state = PlanState.CLOSED
        _record(session, earlier, "close", actor=actor, now=now)
    plan.state, plan.published_at = PlanState.PUBLISHED, now
    _record(session, plan, "publish", actor=actor, now=now)
    outbox.emit(session, "plan.published", now=now, plan_id=plan.id)
    return plan


def revise_plan(session: Session, *, plan_id: str, actor: Actor, now: datetime) -> Plan:
    """A draft of version n+1 with the same content. Raises WrongPlanState, LaterVersion, PlanUnderWay."""
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state not in (PlanState.APPROVED, PlanState.PUBLISHED):
        raise WrongPlanState("请直接修改草稿；已结束的计划不再修订。", "Only approved or published.")
    if find_later_version(session, plan):
        raise LaterVersion()
    _refuse_if_begun(plan)
    tasks = [{field: getattr(task, field) for field in (*_TASK_FIELDS, "strata")} for task in plan.tasks]
    for task in tasks:
        task["strata"] = [{field: getattr(row, field) for field in _STRATUM_FIELDS} for row in task["strata"]]
    revised = Plan(
        id=new_id(),
        code=plan.code,
        version=plan.version + 1,
        title=plan.title,
        year=plan.year,
        region=plan.region,
        body_code=plan.body_code,
        state=PlanState.DRAFT,
        drafted_by=actor.person_id,
        drafted_at=now,
        tasks=[_task(**task) for task in tasks],
    )
    session.add(revised)
    _record(session, revised, "revise", actor=actor, now=now)
    return revised


def move_task(session: Session, *, task: Task, to: TaskState, actor: Actor | None, now: datetime) -> None:
    """Take a task to another state; `actor` None is the system. Raises WrongTaskState."""
    check_task_move(task.state, to)
    before, task.state = task.state, to
    audit.record(
        session,
        actor=actor,
        action="plans.move_task",
        subject=("task", task.id),
        now=now,
        before={"state": str(before)},
        after={"state": to.value},
    )


def _check(session: Session, tasks: Sequence[Mapping[str, Any]], *, region: str, now: datetime) -> None:
    in_force = list_items(session, on=china_date(now))
    items = {item.code: KnownItem(item.key, item.ratio_cap) for item in in_force}
    faults = plan_faults(tasks, region=region, regions=region_names(session), items=items)
    if faults:
        raise PlanInvalid("请检查标出的内容。", "See `errors`.", errors=list(faults))


def _next_code(session: Session, *, body: str, year: int) -> str:
    prefix = f"{body}-{year}-"
    codes = session.scalars(select(Plan.code).where(Plan.code.startswith(prefix, autoescape=True)))
    return f"{prefix}{max((int(code.removeprefix(prefix)) for code in codes), default=0) + 1:02d}"


def _task(*, strata: Sequence[Mapping[str, Any]], **fields: Any) -> Task:
    rows = [Stratum(id=new_id(), seq=seq, **stratum) for seq, stratum in enumerate(strata, start=1)]
    return Task(id=new_id(), state=TaskState.PLANNED, strata=rows, **fields)


def _refuse_if_begun(plan: Plan) -> None:
    begun = [task.code for task in plan.tasks if task.state != TaskState.PLANNED]
    if begun:
        raise PlanUnderWay(f"已冻结名单的任务：{'、'.join(begun)}。", f"Begun: {', '.join(begun)}.")


def _record(session: Session, plan: Plan, verb: str, *, actor: Actor, now: datetime) -> None:
    after = {"state": str(plan.state), "code": plan.code, "version": plan.version, "digest": plan.digest}
    audit.record(session, actor=actor, action=f"plans.{verb}", subject=("plan", plan.id), now=now, after=after)
