"""What tells objects apart for some tasks. Objects that agree in it are placed alike, so each kind is placed once:
a city of hundreds of thousands has a few hundred kinds."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Label, String, case, cast, literal

from backend.foundation.conditions import OBJECT_FACTS, Condition
from backend.plans.rules import Admission, looks_at
from backend.registry.models import InspectedObject

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Traits:
    """The facts and the days of registration on which the placing of an object turns."""

    facts: Sequence[str]
    days: Sequence[date]

    @classmethod
    def of(cls, tasks: Iterable[Admission]) -> "Traits":
        """All that some tasks look at, whatever the object."""
        facts, days = set[str](), set[date]()
        for task in tasks:
            rules = conditions(task)
            facts |= {fact for rule in rules for fact in OBJECT_FACTS if looks_at(rule, fact)}
            days |= {task.cut_off + _ONE_DAY, *(day for rule in rules for day in _turning_days(rule))}
            if task.observed_after:
                facts.add("risk")
                days.add(task.observed_after + _ONE_DAY)
        return cls(facts=sorted(facts - {"registered_on", "region"}), days=sorted(days))

    def columns(self) -> list[Label[Any]]:
        """The columns that hold an object's traits; its region comes first."""
        turned = [case((InspectedObject.registered_on >= day, 1), else_=0) for day in self.days]
        # Of the day of registration only this matters: how many of the days that turn a decision it has reached.
        reached: ColumnElement[Any] = sum(turned, start=literal(0))
        columns = [InspectedObject.region, reached, *map(_as_text, self.facts)]
        return [column.label(f"trait_{at}") for at, column in enumerate(columns)]

    def facts_of(self, values: Sequence[Any]) -> dict[str, Any]:
        """The facts of any object with these values in those columns, with an empty code."""
        region, reached, *others = values
        known = {
            fact: _list_of(value) if OBJECT_FACTS[fact] == "list" else value
            for fact, value in zip(self.facts, others, strict=True)
        }
        registered = (date.min, *self.days)[reached]
        return {"code": "", "region": region, "registered_on": registered.isoformat(), **known}


def conditions(task: Admission) -> list[Condition]:
    """Every condition by which a task chooses."""
    return [task.scope, *(rule for _, rule in task.strata)]


def _as_text(fact: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(InspectedObject, fact)
    return cast(column, String) if OBJECT_FACTS[fact] == "list" else column


@lru_cache(maxsize=4096)
def _list_of(text: str) -> list[str]:
    read: list[str] = json.loads(text)
    return read


def _turning_days(rule: Condition) -> Iterator[date]:
    """The days of registration from which on a condition may hold, or no longer."""
    if rule is None:
        return
    if "on_or_after" in rule:
        yield date.fromisoformat(rule["on_or_after"])
    if "on_or_before" in rule:
        yield date.fromisoformat(rule["on_or_before"]) + _ONE_DAY
    inner: list[Mapping[str, Any]] = [*rule.get("all", ()), *rule.get("any", ())]
    if "not" in rule:
        inner.append(rule["not"])
    for part in inner:
        yield from _turning_days(part)
