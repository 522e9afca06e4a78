"""The canonical document of a plan: what is digested at approval and published."""

import hashlib
from typing import Any

import rfc8785

from backend.plans.models import Plan, Stratum, Task

STRATUM_FIELDS = ("code", "name", "rule", "ratio", "number", "reserves")
TASK_FIELDS = (
    *("code", "name", "kind", "source", "source_note", "trigger", "lead", "participants"),
    *("region", "items", "items_by_stratum", "scope", "cut_off", "period_from", "period_to", "method", "mode"),
    *("seats", "match_within_days", "publish_within_working_days"),
    *("frequency_cap", "observation_months", "observation_risks", "merge_visits", "group_size"),
    *("cool_off_months", "experts", "expert_specialities", "sealed"),
)
# The first shape of the document knew these alone.
_FIRST_TASK = (
    *("code", "name", "region", "items", "items_by_stratum", "scope", "cut_off", "period_from", "period_to"),
    *("method", "mode", "seats", "match_within_days", "publish_within_working_days"),
)
_FIRST_STRATUM = ("code", "name", "rule", "ratio", "reserves")
# A note on a source can tell who complained, so it stays in the office.
_NOT_PUBLIC = ("source_note",)


def task_values(task: Task) -> dict[str, Any]:
    """A task with its strata as plain values, in the shape of schemas.plans.TaskIn."""
    strata = [_picked(stratum, STRATUM_FIELDS) for stratum in task.strata]
    return {**_picked(task, TASK_FIELDS), "strata": strata}


def item_codes_for(task: Task, stratum: str) -> list[str]:
    """The codes of the items for which an object of that stratum is checked, before applicability."""
    chosen: list[str] = task.items_by_stratum.get(stratum, task.items)
    return chosen


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as it is digested at approval and published: nothing that changes afterwards, no row ids."""
    document = {
        "v": plan.document_v,
        "code": plan.code,
        "version": plan.version,
        "title": plan.title,
        "year": plan.year,
        "region": plan.region,
        "body": plan.body_code,
        "tasks": [task_document(task) for task in plan.tasks],
    }
    if plan.document_v == 1:
        return document
    files = [_picked(row, ("kind", "name", "mime", "size", "sha256")) for row in plan.attachments]
    return {**document, "kind": plan.kind, "reason": plan.reason, "attachments": files}


def task_document(task: Task) -> dict[str, Any]:
    """One task of the plan document; its digest is the `rules` of a draw's commitment."""
    first = task.plan.document_v == 1
    fields = _FIRST_TASK if first else [name for name in TASK_FIELDS if name not in _NOT_PUBLIC]
    days = {name: getattr(task, name).isoformat() for name in ("cut_off", "period_from", "period_to")}
    strata = [_picked(row, _FIRST_STRATUM if first else STRATUM_FIELDS) for row in task.strata]
    return {**_picked(task, fields), **days, "strata": strata}


def plan_digest(plan: Plan) -> str:
    """SHA-256 of the canonical plan document as it stands."""
    return hashlib.sha256(rfc8785.dumps(plan_document(plan))).hexdigest()


def _picked(row: Task | Stratum | Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
