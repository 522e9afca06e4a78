"""Plans and tasks as the office sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.clock import china_date
from backend.foundation.problems import Problem
from backend.plans.models import Plan, Task
from backend.plans.queries.documents import STRATUM_FIELDS, plan_document, task_values
from backend.plans.queries.finding import find_later_version, find_previous_version
from backend.plans.queries.joint import check_consulted, describe_consultation, list_participants, person_brief
from backend.plans.rules import differences, is_late, plan_due
from backend.registry.models import InspectionItem
from backend.registry.queries import body_names, region_names
from schemas.vocabulary import PlanState


def describe_plan(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """One plan with its tasks, files and answers."""
    files = [
        {name: getattr(row, name) for name in ("kind", "name", "mime", "size", "sha256")} for row in plan.attachments
    ]
    return {
        **describe_plan_row(session, plan, actor=actor, now=now),
        "attachments": files,
        "consultation": describe_consultation(session, plan),
        "tasks": describe_tasks(session, plan.tasks),
    }


def describe_plan_row(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """One plan in a list."""
    due = plan_due(plan.kind, plan.version, plan.year)
    published_on = china_date(plan.published_at) if plan.published_at else None
    return {
        "id": plan.id,
        "code": plan.code,
        "version": plan.version,
        "kind": plan.kind,
        "title": plan.title,
        "year": plan.year,
        "region": plan.region,
        "region_name": region_names(session)[plan.region],
        "body": plan.body_code,
        "body_name": body_names(session)[plan.body_code],
        "state": plan.state,
        "row_version": plan.row_version,
        "drafted_by": person_brief(session.get(Person, plan.drafted_by)),
        "drafted_at": plan.drafted_at,
        "approved_by": person_brief(session.get(Person, plan.approved_by)) if plan.approved_by else None,
        "approved_at": plan.approved_at,
        "published_at": plan.published_at,
        "reason": plan.reason,
        "filing": plan.filing,
        "filed_at": plan.filed_at,
        "due_on": due,
        "late": is_late(due, published_on=published_on, today=china_date(now)),
        "digest": plan.digest,
        "task_count": len(plan.tasks),
        "may": _may(session, plan, actor),
    }


def describe_tasks(session: Session, tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks with their strata and where they stand."""
    items, regions = _item_names(session), region_names(session)
    return [_task_out(task, items, regions) for task in tasks]


def describe_difference(session: Session, plan: Plan) -> dict[str, Any]:
    """What a version changes against the one before it."""
    before = find_previous_version(session, plan)
    if before is None:
        return {"against": None, "changes": []}
    return {"against": before.version, "changes": differences(plan_document(before), plan_document(plan))}


def _may(session: Session, plan: Plan, actor: Actor) -> list[str]:
    state, own, joint = plan.state, plan.body_code == actor.body_code, list_participants(plan)
    can_revise = state in (PlanState.APPROVED, PlanState.PUBLISHED) and find_later_version(session, plan) is None
    adjusted = plan.version > 1
    draft, approved = state == PlanState.DRAFT, state == PlanState.APPROVED
    possible = {
        "edit": (Permission.PLAN_DRAFT, own and draft),
        "answer": (Permission.PLAN_ANSWER, draft and actor.body_code in joint),
        "meet": (Permission.PLAN_DRAFT, own and draft and bool(joint)),
        "approve": (
            Permission.PLAN_APPROVE,
            own and draft and plan.drafted_by != actor.person_id and _is_consulted(session, plan),
        ),
        "file": (Permission.PLAN_PUBLISH, own and approved and adjusted and not plan.filed_at),
        "publish": (Permission.PLAN_PUBLISH, own and approved and (not adjusted or plan.filed_at is not None)),
        "revise": (Permission.PLAN_DRAFT, own and can_revise),
    }
    return [name for name, (permission, now) in possible.items() if now and allows(permission, actor.roles)]


def _is_consulted(session: Session, plan: Plan) -> bool:
    try:
        check_consulted(session, plan)
    except Problem:
        return False
    return True


def _item_names(session: Session) -> dict[str, str]:
    named = select(InspectionItem.code, InspectionItem.name).order_by(InspectionItem.version)
    return dict(session.execute(named).all())


def _task_out(task: Task, items: dict[str, str], regions: dict[str, str]) -> dict[str, Any]:
    plan = task.plan
    return {
        **task_values(task),
        "id": task.id,
        "state": task.state,
        "plan": {name: getattr(plan, name) for name in ("id", "code", "version", "kind", "title", "state")},
        "region_name": regions[task.region],
        "items": [{"code": code, "name": items.get(code, code)} for code in task.items],
        "strata": [{"seq": row.seq, **{name: getattr(row, name) for name in STRATUM_FIELDS}} for row in task.strata],
    }
