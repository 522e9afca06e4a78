"""部门联合: who takes part in a draft, what they answered, and what the joint meeting decided."""

from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.accounts.queries import list_bodies
from backend.foundation.access.actor import Actor
from backend.plans.models import Plan
from backend.plans.queries.documents import plan_digest, task_values
from backend.plans.rules import check_joint, current_answers, participants_of, sees
from backend.registry.queries import region_names
from schemas.vocabulary import OpinionAnswer


def list_participants(plan: Plan) -> list[str]:
    """The bodies that take part in the plan besides its own, by code."""
    return participants_of([task_values(task) for task in plan.tasks], lead=plan.body_code)


def check_consulted(session: Session, plan: Plan) -> None:
    """Raises AnswersOpen or ObjectionOpen unless the draft may be approved as far as its participants go."""
    participants = list_participants(plan)
    if not participants:
        return
    digest = plan_digest(plan)
    decisions = [meeting.decision for meeting in plan.meetings if meeting.digest == digest]
    check_joint(
        participants,
        answers=current_answers(_given(plan), digest=digest),
        decision=decisions[-1] if decisions else None,
        names={body.code: body.name for body in list_bodies(session)},
    )


def list_partners(session: Session, *, actor: Actor) -> list[dict[str, str]]:
    """The bodies that lie below the actor's region or above it, by code."""
    names = region_names(session)
    return [
        {"code": body.code, "name": body.name, "region": body.region, "region_name": names[body.region]}
        for body in list_bodies(session)
        if sees(actor, body.region)
    ]


def describe_consultation(session: Session, plan: Plan) -> dict[str, Any]:
    """Who takes part, who has answered, and every answer and decision, those to earlier drafts marked void."""
    # Approval fixed the digest; until then it is that of the draft as it stands.
    digest = plan.digest or plan_digest(plan)
    names = {body.code: body.name for body in list_bodies(session)}
    participants, answers = list_participants(plan), current_answers(_given(plan), digest=digest)

    def named(code: str) -> dict[str, str]:
        return {"code": code, "name": names[code]}

    return {
        "digest": digest,
        "participants": [named(code) for code in participants],
        "waiting": [named(code) for code in participants if code not in answers],
        "objecting": [named(code) for code in participants if answers.get(code) == OpinionAnswer.OBJECT],
        "opinions": [
            {
                "body": named(row.body_code),
                "answer": row.answer,
                "text": row.text,
                "by": person_brief(session.get(Person, row.person_id)),
                "given_at": row.given_at,
                "void": row.digest != digest,
            }
            for row in plan.opinions
        ],
        "meetings": [
            {
                "held_on": row.held_on,
                "attendees": row.attendees,
                "decision": row.decision,
                "minutes": row.minutes,
                "file": row.file,
                "by": person_brief(session.get(Person, row.recorded_by)),
                "recorded_at": row.recorded_at,
                "void": row.digest != digest,
            }
            for row in plan.meetings
        ],
    }


def person_brief(person: Person | None) -> dict[str, str] | None:
    """A person by id and name."""
    return {"person": person.id, "name": person.name} if person else None


def _given(plan: Plan) -> list[tuple[str, str, str]]:
    return [(row.body_code, row.answer, row.digest) for row in plan.opinions]
