"""The run of a task's scope on the directory, object by object."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import region_prefix
from backend.plans.models import Stratum, Task
from backend.plans.queries.alike import Traits
from backend.plans.queries.documents import task_values
from backend.plans.rules import EXCLUSIONS, Admission, effective_ratio, months_before, place, quota, strictest_cap
from backend.registry.models import InspectedObject
from backend.registry.queries import list_items, visit_counts


def admission(session: Session, task: Mapping[str, Any]) -> Admission:
    """What a task (in the shape of schemas.plans.TaskSizeIn) asks of each object of its region."""
    begin, months = task["period_from"], task["observation_months"]
    items = [item.frequency_cap for item in list_items(session, on=begin) if item.code in task["items"]]
    cap = strictest_cap(task["frequency_cap"], items)
    visits = visit_counts(session, region=task["region"], year=begin.year) if cap is not None else {}
    return Admission(
        scope=task["scope"],
        cut_off=task["cut_off"],
        strata=[(stratum["code"], stratum["rule"]) for stratum in task["strata"]],
        observed_after=months_before(task["cut_off"], months) if months else None,
        observed_risks=frozenset(task["observation_risks"]),
        visited=frozenset(code for code, count in visits.items() if cap is not None and count >= cap),
    )


def run_scope(session: Session, task: Task) -> Iterator[tuple[str, str, str, str]]:
    """(object code, region, stratum, reason) of each object of the task's region, as `rules.place` says, streamed in
    no order."""
    asked = admission(session, task_values(task))
    unlimited, traits = replace(asked, visited=frozenset()), Traits.of([asked])

    @lru_cache(maxsize=65536)
    def placed(values: tuple[Any, ...]) -> tuple[str, str]:
        return place(traits.facts_of(values), unlimited)

    found = select(InspectedObject.code, *traits.columns())
    found = found.where(InspectedObject.region.startswith(region_prefix(task.region)))
    for code, *values in session.execute(found.execution_options(yield_per=5000)):
        stratum, reason = placed(tuple(values))
        if stratum and code in asked.visited:
            stratum, reason = "", "frequency_cap"
        yield code, values[0], stratum, reason


def object_regions(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The regions of some objects by code."""
    found = select(InspectedObject.code, InspectedObject.region).where(InspectedObject.code.in_(codes))
    return dict(session.execute(found).all())


def stratum_sizes(strata: Iterable[Stratum], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each stratum with its size, the ratio it draws at and its quota, in order."""
    return [
        size_of(
            {"code": row.code, "name": row.name, "ratio": row.ratio, "number": row.number, "reserves": row.reserves},
            counts.get(row.code, 0),
        )
        for row in strata
    ]


def size_of(stratum: Mapping[str, Any], n: int) -> dict[str, Any]:
    """A stratum (in the shape of schemas.plans.StratumIn) of n objects, with the ratio it draws at and its quota."""
    ratio = effective_ratio(n, stratum["ratio"], stratum["number"])
    kept = {name: stratum[name] for name in ("code", "name", "reserves")}
    return {**kept, "ratio": ratio, "n": n, "k": quota(n, ratio)}


def exclusion_counts(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many objects each reason keeps out, every reason named."""
    return [{"reason": reason, "label": label, "n": counts.get(reason, 0)} for reason, label in EXCLUSIONS.items()]
