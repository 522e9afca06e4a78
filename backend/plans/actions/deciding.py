"""Approval, filing and publication of a plan."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.foundation import outbox
from backend.foundation.access.actor import Actor
from backend.plans.actions.recording import record, refuse_if_begun
from backend.plans.models import Plan
from backend.plans.problems import ApproverIsDrafter, NotFiled, WrongPlanState
from backend.plans.queries import check_consulted, get_own_plan, list_earlier_versions, plan_digest
from backend.plans.rules import check_plan_move
from schemas.vocabulary import PlanState


def approve_plan(session: Session, *, plan_id: str, actor: Actor, now: datetime) -> Plan:
    """Approve a draft as head of the body and fix its digest.

    Raises WrongPlanState, ApproverIsDrafter, AnswersOpen, ObjectionOpen.
    """
    plan = get_own_plan(session, plan_id, actor=actor)
    check_plan_move(plan.state, PlanState.APPROVED)
    if plan.drafted_by == actor.person_id:
        raise ApproverIsDrafter("请由编制人以外的负责人批准。", "Somebody else must approve it.")
    check_consulted(session, plan)
    plan.state = PlanState.APPROVED
    plan.approved_by, plan.approved_at = actor.person_id, now
    plan.digest = plan_digest(plan)
    record(session, plan, "approve", actor=actor, now=now)
    return plan


def file_plan(session: Session, *, plan_id: str, filing: str, actor: Actor, now: datetime) -> Plan:
    """Note where an approved adjusted plan was put on file 备案. Raises WrongPlanState."""
    plan = get_own_plan(session, plan_id, actor=actor)
    if plan.state != PlanState.APPROVED or plan.version == 1 or plan.filed_at:
        raise WrongPlanState("只有已批准、尚未备案的调整计划需要备案。", "Only an approved adjustment is filed, once.")
    plan.filing, plan.filed_at = filing, now
    record(session, plan, "file", actor=actor, now=now, filing=filing)
    return plan


def publish_plan(session: Session, *, plan_id: str, actor: Actor, now: datetime) -> Plan:
    """Publish an approved plan and close its earlier version, of which no task may have begun.

    Raises WrongPlanState, NotFiled, PlanUnderWay.
    """
    plan = get_own_plan(session, plan_id, actor=actor)
    check_plan_move(plan.state, PlanState.PUBLISHED)
    if plan.version > 1 and not plan.filed_at:
        raise NotFiled("请先登记备案，再重新公示。", "File it first, then publish it again.")
    for earlier in list_earlier_versions(session, plan):
        if earlier.state == PlanState.CLOSED:
            continue
        refuse_if_begun(earlier)
        check_plan_move(earlier.state, PlanState.CLOSED)
        earlier.state = PlanState.CLOSED
        record(session, earlier, "close", actor=actor, now=now)
    plan.state, plan.published_at = PlanState.PUBLISHED, now
    record(session, plan, "publish", actor=actor, now=now)
    outbox.emit(session, "plan.published", now=now, plan_id=plan.id)
    return plan
