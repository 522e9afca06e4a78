"""When the clock issues a notice 三单; the days themselves are fixed where the work begins."""

from datetime import date
from typing import Literal

from schemas.vocabulary import NoticeKind

Matter = Literal["matching", "publication"]

# 派发后 5 日内匹配 counts calendar days, 检查结束后 20 个工作日内公示 working days.
REMIND_WITHIN: dict[Matter, int] = {"matching": 2, "publication": 5}


def due_notice(matter: Matter, *, today: date, due_on: date, days_left: int) -> NoticeKind | None:
    """The notice for a matter still undone: 提醒单 when the day is near, 督办单 when it has passed.

    `days_left` counts the days that the matter goes by, so on a weekend after the day it may still be 0.
    """
    if today > due_on:
        return NoticeKind.URGE
    return NoticeKind.REMIND if days_left <= REMIND_WITHIN[matter] else None
