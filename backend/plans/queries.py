"""Reads of plans and tasks, the canonical plan document, and the run of a task's scope on the directory."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from backend.accounts.models import Person
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.problems import NotFound
from backend.plans.models import Plan, Stratum, Task
from backend.plans.problems import OutsideJurisdiction
from backend.plans.rules import EXCLUSIONS, place, quota, regions_above, sees
from backend.registry.models import InspectionItem
from backend.registry.queries import body_names, each_object, region_names
from schemas.vocabulary import PlanState, TaskState


def in_sight(region: InstrumentedAttribute[str], actor: Actor) -> ColumnElement[bool]:
    """The rows that `rules.sees` lets the actor see, as a condition on their region column."""
    return or_(region.startswith(region_prefix(actor.region)), region.in_(regions_above(actor.region)))


def list_plans(session: Session, *, actor: Actor) -> list[Plan]:
    """The plans in sight, every version, newest year first."""
    found = select(Plan).where(in_sight(Plan.region, actor)).options(selectinload(Plan.tasks))
    return list(session.scalars(found.order_by(Plan.year.desc(), Plan.code, Plan.version.desc())))


def get_visible_plan(session: Session, plan_id: str, *, actor: Actor, locked: bool = False) -> Plan:
    """The plan of that id if it is in sight, locked if it is about to change; raises NotFound."""
    plan = session.get(Plan, plan_id, with_for_update=locked or None)
    if plan is None or not sees(actor, plan.region):
        raise NotFound()
    return plan


def get_own_plan(session: Session, plan_id: str, *, actor: Actor) -> Plan:
    """The plan of that id, locked, for who answers for its region. Raises NotFound, OutsideJurisdiction."""
    plan = get_visible_plan(session, plan_id, actor=actor, locked=True)
    if not actor.covers(plan.region):
        raise OutsideJurisdiction()
    return plan


def list_tasks(session: Session, *, actor: Actor, state: TaskState | None) -> list[Task]:
    """The tasks in sight of plans that are not closed, newest period first."""
    found = select(Task).join(Plan).where(in_sight(Task.region, actor), Plan.state != PlanState.CLOSED)
    if state:
        found = found.where(Task.state == state)
    found = found.options(selectinload(Task.strata), selectinload(Task.plan))
    return list(session.scalars(found.order_by(Task.period_from.desc(), Task.code, Plan.version.desc())))


def get_visible_task(session: Session, task_id: str, *, actor: Actor, locked: bool = False) -> Task:
    """The task of that id if it is in sight, locked if it is about to change; raises NotFound."""
    task = session.get(Task, task_id, with_for_update=locked or None)
    if task is None or not sees(actor, task.region):
        raise NotFound()
    return task


def get_own_task(session: Session, task_id: str, *, actor: Actor) -> Task:
    """The task of that id, locked, for who answers for its region. Raises NotFound, OutsideJurisdiction."""
    task = get_visible_task(session, task_id, actor=actor, locked=True)
    if not actor.covers(task.region):
        raise OutsideJurisdiction()
    return task


def find_later_version(session: Session, plan: Plan) -> Plan | None:
    """The newest version of the same plan after this one."""
    found = select(Plan).where(Plan.code == plan.code, Plan.version > plan.version)
    return session.scalars(found.order_by(Plan.version.desc())).first()


def list_earlier_versions(session: Session, plan: Plan) -> list[Plan]:
    """The earlier versions of the same plan, locked, oldest first."""
    found = select(Plan).where(Plan.code == plan.code, Plan.version < plan.version)
    return list(session.scalars(found.order_by(Plan.version).with_for_update()))


def item_codes_for(task: Task, stratum: str) -> list[str]:
    """The codes of the items for which an object of that stratum is checked, before applicability."""
    chosen: list[str] = task.items_by_stratum.get(stratum, task.items)
    return chosen


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as it is digested at approval and published: nothing that changes afterwards, no row ids."""
    return {
        "v": 1,
        "code": plan.code,
        "version": plan.version,
        "title": plan.title,
        "year": plan.year,
        "region": plan.region,
        "body": plan.body_code,
        "tasks": [task_document(task) for task in plan.tasks],
    }


def task_document(task: Task) -> dict[str, Any]:
    """One task of the plan document; its digest is the `rules` of a draw's commitment."""
    return {
        "code": task.code,
        "name": task.name,
        "region": task.region,
        "items": task.items,
        "items_by_stratum": task.items_by_stratum,
        "scope": task.scope,
        "cut_off": task.cut_off.isoformat(),
        "period_from": task.period_from.isoformat(),
        "period_to": task.period_to.isoformat(),
        "method": task.method,
        "mode": task.mode,
        "seats": task.seats,
        "match_within_days": task.match_within_days,
        "publish_within_working_days": task.publish_within_working_days,
        "strata": [_stratum_document(stratum) for stratum in task.strata],
    }


def _stratum_document(stratum: Stratum) -> dict[str, Any]:
    return {
        "code": stratum.code,
        "name": stratum.name,
        "rule": stratum.rule,
        "ratio": stratum.ratio,
        "reserves": stratum.reserves,
    }


def run_scope(session: Session, task: Task) -> Iterator[tuple[str, str, str, str]]:
    """(object code, region, stratum, reason) of each object of the task's region, as `rules.place` says."""
    strata = [(stratum.code, stratum.rule) for stratum in task.strata]
    for thing in each_object(session, region=task.region):
        yield (
            thing.code,
            thing.region,
            *place(thing.facts(), scope=task.scope, cut_off=task.cut_off, strata=strata),
        )


def forecast(session: Session, task: Task) -> dict[str, Any]:
    """What the task would draw from the directory as it stands."""
    strata, regions, excluded = Counter[str](), Counter[str](), Counter[str]()
    for _, region, stratum, reason in run_scope(session, task):
        if reason:
            excluded[reason] += 1
        else:
            strata[stratum] += 1
            regions[region] += 1
    names = region_names(session)
    sizes = stratum_sizes(task.strata, strata)
    return {
        "n": strata.total(),
        "k": sum(size["k"] for size in sizes),
        "strata": sizes,
        "regions": [{"region": code, "name": names[code], "n": regions[code]} for code in sorted(regions)],
        "excluded": exclusion_counts(excluded),
    }


def stratum_sizes(strata: Iterable[Stratum], counts: dict[str, int]) -> list[dict[str, Any]]:
    """Each stratum with its size and quota, in order."""
    return [
        {
            "code": stratum.code,
            "name": stratum.name,
            "ratio": stratum.ratio,
            "n": counts.get(stratum.code, 0),
            "k": quota(counts.get(stratum.code, 0), stratum.ratio),
            "reserves": stratum.reserves,
        }
        for stratum in strata
    ]


def exclusion_counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many objects each reason keeps out, every reason named."""
    return [{"reason": reason, "label": label, "n": counts.get(reason, 0)} for reason, label in EXCLUSIONS.items()]


def person_brief(person: Person | None) -> dict[str, str] | None:
    """A person by id and name."""
    return {"person": person.id, "name": person.name} if person else None


def describe_plan(session: Session, plan: Plan, *, actor: Actor) -> dict[str, Any]:
    """One plan with its tasks as the office sees it."""
    items, regions = _item_names(session), region_names(session)
    tasks = [_task_out(task, items, regions) for task in plan.tasks]
    return {**describe_plan_row(session, plan, actor=actor), "tasks": tasks}


def describe_plan_row(session: Session, plan: Plan, *, actor: Actor) -> dict[str, Any]:
    """One plan in a list."""
    return {
        "id": plan.id,
        "code": plan.code,
        "version": plan.version,
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
        "digest": plan.digest,
        "task_count": len(plan.tasks),
        "may": _may(session, plan, actor),
    }


def describe_tasks(session: Session, tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks as the office sees them."""
    items, regions = _item_names(session), region_names(session)
    return [_task_out(task, items, regions) for task in tasks]


def _may(session: Session, plan: Plan, actor: Actor) -> list[str]:
    state, own = plan.state, actor.covers(plan.region)
    can_revise = state in (PlanState.APPROVED, PlanState.PUBLISHED) and find_later_version(session, plan) is None
    possible = {
        "edit": (Permission.PLAN_DRAFT, state == PlanState.DRAFT),
        "approve": (
            Permission.PLAN_APPROVE,
            state == PlanState.DRAFT and plan.drafted_by != actor.person_id,
        ),
        "publish": (Permission.PLAN_PUBLISH, state == PlanState.APPROVED),
        "revise": (Permission.PLAN_DRAFT, can_revise),
    }
    return [name for name, (permission, now) in possible.items() if own and now and allows(permission, actor.roles)]


def _item_names(session: Session) -> dict[str, str]:
    named = select(InspectionItem.code, InspectionItem.name).order_by(InspectionItem.version)
    return dict(session.execute(named).all())


def _task_out(task: Task, items: dict[str, str], regions: dict[str, str]) -> dict[str, Any]:
    plan = task.plan
    return {
        **task_document(task),
        "id": task.id,
        "state": task.state,
        "plan": {
            "id": plan.id,
            "code": plan.code,
            "version": plan.version,
            "title": plan.title,
            "state": plan.state,
        },
        "region_name": regions[task.region],
        "items": [{"code": code, "name": items.get(code, code)} for code in task.items],
        "cut_off": task.cut_off,
        "period_from": task.period_from,
        "period_to": task.period_to,
        "strata": [{"seq": stratum.seq, **_stratum_document(stratum)} for stratum in task.strata],
    }
