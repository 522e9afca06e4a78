"""What drafts would draw from the directory of today, counted without reading it object by object.

Objects that agree in every fact the tasks ask for are placed once, as a group.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.conditions import Condition
from backend.plans.problems import PlanInvalid
from backend.plans.queries.alike import Traits
from backend.plans.queries.scope import admission, exclusion_counts, size_of
from backend.plans.rules import (
    LEAST_COVERAGE,
    LEAST_RISK_USE,
    Admission,
    looks_at,
    place,
    region_loads,
    share,
    size_faults,
)
from backend.registry.models import InspectedObject, Inspector
from backend.registry.queries import region_names
from schemas.vocabulary import InspectorStatus, ObjectStatus, TaskKind

# As many as any database takes in one list.
_BATCH = 10_000


@dataclass(frozen=True)
class _Group:
    """Objects of one region that no condition tells apart."""

    facts: Mapping[str, Any]
    region: str
    n: int


def forecast_plan(session: Session, tasks: Sequence[Mapping[str, Any]], *, region: str) -> dict[str, Any]:
    """What each task (in the shape of schemas.plans.TaskSizeIn) would draw, and what they come to in a region."""
    shown = forecast_tasks(session, tasks)
    active = select(func.count()).where(
        InspectedObject.region.startswith(region_prefix(region)), InspectedObject.status == ObjectStatus.ACTIVE
    )
    drawn = sum(one["k"] for task, one in zip(tasks, shown, strict=True) if task["kind"] == TaskKind.DOUBLE_RANDOM)
    joint = [task for task in tasks if task["participants"]]
    using = sum(any(looks_at(rule, "risk") for rule in _conditions(task)) for task in joint)
    return {
        "tasks": shown,
        "coverage": share(drawn, session.scalars(active).one(), LEAST_COVERAGE),
        "risk_use": share(using, len(joint), LEAST_RISK_USE),
    }


def forecast_draft(session: Session, tasks: Sequence[Mapping[str, Any]], *, actor: Actor) -> dict[str, Any]:
    """What tasks that are still being written would draw. Raises PlanInvalid."""
    faults = size_faults(tasks, region=actor.region, regions=region_names(session))
    if faults:
        raise PlanInvalid("请检查标出的内容。", "See `errors`.", errors=faults)
    return forecast_plan(session, tasks, region=actor.region)


def forecast_tasks(session: Session, tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each task would draw from the directory as it stands."""
    asked = [admission(session, task) for task in tasks]
    traits = Traits.of(asked)
    regions = {task["region"] for task in tasks}
    groups = {region: _groups(session, region=region, traits=traits) for region in regions}
    names, inspectors = region_names(session), _active_inspectors(session)
    return [
        _forecast(session, task, one, groups[task["region"]], names=names, inspectors=inspectors)
        for task, one in zip(tasks, asked, strict=True)
    ]


def _forecast(
    session: Session,
    task: Mapping[str, Any],
    asked: Admission,
    groups: Sequence[_Group],
    *,
    names: Mapping[str, str],
    inspectors: Mapping[str, int],
) -> dict[str, Any]:
    cells, excluded = Counter[tuple[str, str]](), Counter[str]()
    unlimited = replace(asked, visited=frozenset())
    for group in groups:
        stratum, reason = place(group.facts, unlimited)
        if reason:
            excluded[reason] += group.n
        else:
            cells[stratum, group.region] += group.n
    for group in _visited(session, asked, region=task["region"]):
        stratum, _ = place(group.facts, unlimited)
        if stratum:
            excluded["frequency_cap"] += group.n
            cells[stratum, group.region] -= group.n
    rows = [(stratum, region, n) for (stratum, region), n in sorted(cells.items())]
    sizes = Counter[str]()
    for stratum, _, n in rows:
        sizes[stratum] += n
    strata = [size_of(stratum, sizes[stratum["code"]]) for stratum in task["strata"]]
    quotas = {size["code"]: size["k"] for size in strata}
    loads = region_loads(rows, quotas=quotas, seats=task["seats"], inspectors=inspectors)
    return {
        "n": sizes.total(),
        "k": sum(quotas.values()),
        "strata": strata,
        "regions": [{"region": code, "name": names[code], **load} for code, load in loads.items()],
        "cells": [{"stratum": stratum, "region": region, "n": n} for stratum, region, n in rows],
        "excluded": exclusion_counts(excluded),
    }


def _groups(session: Session, *, region: str, traits: Traits, only: Collection[str] | None = None) -> list[_Group]:
    keys = traits.columns()
    found = select(*keys, func.count()).where(InspectedObject.region.startswith(region_prefix(region))).group_by(*keys)
    if only is not None:
        found = found.where(InspectedObject.code.in_(only))
    return [_Group(traits.facts_of(values), region=values[0], n=n) for *values, n in session.execute(found)]


def _visited(session: Session, asked: Admission, *, region: str) -> Iterator[_Group]:
    traits, codes = Traits.of([asked]), sorted(asked.visited)
    for start in range(0, len(codes), _BATCH):
        yield from _groups(session, region=region, traits=traits, only=codes[start : start + _BATCH])


def _active_inspectors(session: Session) -> dict[str, int]:
    active = select(Inspector.region, func.count()).where(Inspector.status == InspectorStatus.ACTIVE)
    return dict(session.execute(active.group_by(Inspector.region)).all())


def _conditions(task: Mapping[str, Any]) -> list[Condition]:
    return [task["scope"], *(stratum["rule"] for stratum in task["strata"])]
