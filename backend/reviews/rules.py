"""How near a deadline is, what a return must say, and who may decide when; pure decisions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from backend.foundation.problems import InvalidInput
from schemas.vocabulary import Duty, InspectionState

Level = Literal["green", "amber", "red"]

AMBER_WITHIN = 5

# Which state a record must be in for a decision, and the duty that the decision makes of the person.
DECISIONS: Mapping[str, tuple[InspectionState, Duty]] = {
    "return": (InspectionState.SUBMITTED, Duty.REVIEWER),
    "approve": (InspectionState.SUBMITTED, Duty.REVIEWER),
    "sign_off": (InspectionState.APPROVED, Duty.SUPERVISOR),
}


def deadline_level(*, today: date, due_on: date, working_days_left: int) -> Level:
    """Green with more than five working days left, amber with fewer, red when the day has passed."""
    if today > due_on:
        return "red"
    return "amber" if working_days_left <= AMBER_WITHIN else "green"


def can_decide(decision: str, *, state: str, duty: str | None, roles: Collection[str]) -> bool:
    """Whether somebody with these roles, and this duty in the inspection or none, can decide in this state."""
    needed_state, needed_duty = DECISIONS[decision]
    # The duties of an office are named like the roles that may take them on.
    return state == needed_state and needed_duty in roles and duty in (None, needed_duty)


def check_return(*, comment: str, points: Sequence[Mapping[str, Any]], known: Collection[str]) -> None:
    """A return says what is wrong, at points of this sheet and once each; raises InvalidInput."""
    if not comment.strip() and not points:
        raise InvalidInput(
            "请写明退回意见，或至少指出一个检查要点。",
            "Say what is wrong, or name at least one check point.",
            errors=[{"pointer": "/comment", "code": "required", "message": "退回意见 comment"}],
        )
    seen: set[str] = set()
    errors = []
    for index, entry in enumerate(points):
        if entry["point"] not in known or entry["point"] in seen:
            code = "repeated" if entry["point"] in seen else "unknown"
            errors.append({"pointer": f"/points/{index}/point", "code": code, "message": entry["point"]})
        seen.add(entry["point"])
    if errors:
        raise InvalidInput(
            "检查要点不在此记录表中，或重复。", "Not a check point of this sheet, or repeated.", errors=errors
        )
