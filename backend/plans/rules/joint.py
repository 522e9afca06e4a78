"""部门联合: whose written answers a draft needs, and when it may be approved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backend.plans.problems import AnswersOpen, ObjectionOpen
from schemas.vocabulary import MeetingDecision, OpinionAnswer


def participants_of(tasks: Iterable[Mapping[str, Any]], *, lead: str) -> list[str]:
    """The bodies that take part in any of the tasks besides the plan's own, by code."""
    return sorted({body for task in tasks for body in (*task["participants"], task["lead"]) if body} - {lead})


def current_answers(opinions: Iterable[tuple[str, str, str]], *, digest: str) -> dict[str, str]:
    """The last answer of each body to the draft of that digest, from (body, answer, digest) in order of time."""
    return {body: answer for body, answer, given_to in opinions if given_to == digest}


def check_joint(
    participants: Sequence[str], *, answers: Mapping[str, str], decision: str | None, names: Mapping[str, str]
) -> None:
    """Raises AnswersOpen or ObjectionOpen unless all have answered and the meeting decided over any objection.

    `decision` is the last one of the joint meeting on this draft.
    """
    if waiting := [body for body in participants if body not in answers]:
        listed = "、".join(names[body] for body in waiting)
        raise AnswersOpen(f"尚未收到书面意见：{listed}。", f"No answer yet: {', '.join(waiting)}.")
    objecting = [body for body in participants if answers[body] == OpinionAnswer.OBJECT]
    if decision == MeetingDecision.SENT_BACK or (objecting and decision != MeetingDecision.ADOPTED):
        listed = "、".join(names[body] for body in objecting)
        raise ObjectionOpen(
            f"{f'{listed}不同意' if objecting else '联席会议退回修改'}，需联席会议审议通过后才能批准。",
            "The joint meeting has to adopt the draft first.",
        )
