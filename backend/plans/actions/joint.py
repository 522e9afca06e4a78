"""部门联合: the written answers of participating bodies and the decisions of the joint meeting."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor
from backend.foundation.clock import china_date
from backend.foundation.ids import new_id
from backend.plans.actions.recording import record
from backend.plans.models import Meeting, Opinion, Plan
from backend.plans.problems import DraftChanged, NotParticipating, PlanInvalid, WrongPlanState
from backend.plans.queries import get_own_plan, get_visible_plan, list_participants, plan_digest
from schemas.vocabulary import OpinionAnswer, PlanState


def answer_draft(session: Session, *, plan_id: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """Answer a draft in writing for one's body; the last answer counts.

    Raises NotFound, NotParticipating, WrongPlanState, DraftChanged, PlanInvalid.
    """
    plan = get_visible_plan(session, plan_id, actor=actor, locked=True)
    if actor.body_code not in list_participants(plan):
        raise NotParticipating()
    _check_draft(plan, data["digest"])
    if data["answer"] is not OpinionAnswer.AGREE and not data["text"].strip():
        fault = {"pointer": "/text", "code": "required", "message": "请写明意见和理由 Please say what and why."}
        raise PlanInvalid("请写明意见。", "The comment is missing.", errors=[fault])
    opinion = Opinion(
        id=new_id(),
        body_code=actor.body_code,
        answer=data["answer"],
        text=data["text"],
        digest=data["digest"],
        person_id=actor.person_id,
        given_at=now,
    )
    plan.opinions.append(opinion)
    after = {"body": actor.body_code, "answer": data["answer"].value, "draft": data["digest"]}
    record(session, plan, "answer", actor=actor, now=now, **after)
    return plan


def record_meeting(session: Session, *, plan_id: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> Plan:
    """Note what the joint meeting decided on a draft. Raises WrongPlanState, DraftChanged, PlanInvalid."""
    plan = get_own_plan(session, plan_id, actor=actor)
    _check_draft(plan, data["digest"])
    faults = []
    if data["held_on"] > china_date(now):
        faults.append({"pointer": "/held_on", "code": "future", "message": "会议日期不能晚于今天 Not yet held."})
    if data["file"] and data["file"] not in {row.sha256 for row in plan.attachments}:
        faults.append({"pointer": "/file", "code": "unknown_file", "message": "本计划没有这个附件 No such attachment."})
    if faults:
        raise PlanInvalid("请检查标出的内容。", "See `errors`.", errors=faults)
    plan.meetings.append(Meeting(id=new_id(), recorded_by=actor.person_id, recorded_at=now, **data))
    after = {"decision": data["decision"].value, "held_on": data["held_on"].isoformat(), "draft": data["digest"]}
    record(session, plan, "meeting", actor=actor, now=now, **after)
    return plan


def _check_draft(plan: Plan, digest: str) -> None:
    if plan.state != PlanState.DRAFT:
        raise WrongPlanState("计划已经批准，不再征求意见。", "It is approved already.")
    if digest != plan_digest(plan):
        raise DraftChanged("请重新打开，对现在的内容表示意见。", "Read it again, then answer to what stands there now.")
