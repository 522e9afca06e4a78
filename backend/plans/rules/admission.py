"""What becomes of an object: the stratum that takes it or the reason that keeps it out; and a stratum's quota."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from backend.foundation.conditions import Condition, evaluate

# In the order in which they are looked at.
EXCLUSIONS: Mapping[str, str] = {
    "after_cut_off": "登记日期晚于截止日期",
    "out_of_scope": "不在抽查范围内",
    "observation": "新设低风险主体，处于观察期",
    "no_stratum": "不属于任何分层",
    "frequency_cap": "本年度检查次数已达上限",
}


@dataclass(frozen=True)
class Admission:
    """What a task asks of an object. `visited`: who has had as many visits this year as the frequency cap allows."""

    scope: Condition
    cut_off: date
    strata: Sequence[tuple[str, Condition]]
    observed_after: date | None = None
    observed_risks: Collection[str] = ()
    visited: Collection[str] = field(default_factory=frozenset)


def place(facts: Mapping[str, Any], task: Admission) -> tuple[str, str]:
    """(stratum, "") of the first stratum whose rule an object meets, or ("", reason of EXCLUSIONS)."""
    registered = facts["registered_on"]
    if registered > task.cut_off.isoformat():
        return "", "after_cut_off"
    if not evaluate(task.scope, facts, {}):
        return "", "out_of_scope"
    observed = task.observed_after
    if observed and registered > observed.isoformat() and facts["risk"] in task.observed_risks:
        return "", "observation"
    for code, rule in task.strata:
        if evaluate(rule, facts, {}):
            return ("", "frequency_cap") if facts["code"] in task.visited else (code, "")
    return "", "no_stratum"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def strictest_cap(task_cap: int | None, item_caps: Iterable[int | None]) -> int | None:
    """How often one object may be visited in a year: the least that the task and its items allow."""
    return min((cap for cap in (task_cap, *item_caps) if cap is not None), default=None)


def effective_ratio(n: int, ratio: str | None, number: int | None) -> str:
    """The ratio p/q that a stratum draws at: its own, or its number of n, all where n is no more."""
    if ratio is not None:
        return ratio
    assert number is not None, "a stratum has a ratio or a number"
    return f"{number}/{n}" if number < n else "1/1"


def quota(n: int, ratio: str) -> int:
    """How many of n a ratio p/q gives, rounded up."""
    return ceil(n * Fraction(ratio))
