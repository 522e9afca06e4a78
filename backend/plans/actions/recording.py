"""The audit row of a plan, and the guard of plans under way."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.plans.models import Plan
from backend.plans.problems import PlanUnderWay
from schemas.vocabulary import TaskState


def record(session: Session, plan: Plan, verb: str, *, actor: Actor, now: datetime, **more: Any) -> None:
    """Note what was done to a plan, with where it stands now."""
    after = {"state": str(plan.state), "code": plan.code, "version": plan.version, "digest": plan.digest, **more}
    audit.record(session, actor=actor, action=f"plans.{verb}", subject=("plan", plan.id), now=now, after=after)


def refuse_if_begun(plan: Plan) -> None:
    """Raises PlanUnderWay if a pool has been frozen for any task of the plan."""
    begun = [task.code for task in plan.tasks if task.state != TaskState.PLANNED]
    if begun:
        raise PlanUnderWay(f"已冻结名单的任务：{'、'.join(begun)}。", f"Begun: {', '.join(begun)}.")
