"""Which plans and tasks there are, and which of them concern somebody."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.problems import NotFound
from backend.plans.models import Attachment, Plan, Task
from backend.plans.problems import OutsideJurisdiction
from backend.plans.rules import regions_above, sees
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
    """The plan of that id, locked, for those of the body that drafts it. Raises NotFound, OutsideJurisdiction."""
    plan = get_visible_plan(session, plan_id, actor=actor, locked=True)
    if plan.body_code != actor.body_code:
        raise OutsideJurisdiction("本计划由其他单位编制。", "Another body drafts this plan.")
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


def find_previous_version(session: Session, plan: Plan) -> Plan | None:
    """The version of the same plan before this one."""
    found = select(Plan).where(Plan.code == plan.code, Plan.version < plan.version)
    return session.scalars(found.order_by(Plan.version.desc())).first()


def get_attachment(session: Session, plan_id: str, sha256: str, *, actor: Actor) -> Attachment:
    """One file of a plan in sight; raises NotFound."""
    plan = get_visible_plan(session, plan_id, actor=actor)
    for row in plan.attachments:
        if row.sha256 == sha256:
            return row
    raise NotFound()
