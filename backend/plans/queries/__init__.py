"""Reads of plans and tasks: finding them, their documents, the run of their scopes, forecasts and answers."""

from backend.plans.queries.describing import (
    describe_difference,
    describe_plan,
    describe_plan_row,
    describe_tasks,
)
from backend.plans.queries.documents import (
    STRATUM_FIELDS,
    TASK_FIELDS,
    item_codes_for,
    plan_digest,
    plan_document,
    task_document,
    task_values,
)
from backend.plans.queries.finding import (
    find_later_version,
    get_attachment,
    get_own_plan,
    get_own_task,
    get_visible_plan,
    get_visible_task,
    in_sight,
    list_earlier_versions,
    list_plans,
    list_tasks,
)
from backend.plans.queries.forecasts import forecast_draft, forecast_tasks
from backend.plans.queries.joint import check_consulted, list_participants, list_partners, person_brief
from backend.plans.queries.scope import exclusion_counts, object_regions, run_scope, stratum_sizes

__all__ = [
    "STRATUM_FIELDS",
    "TASK_FIELDS",
    "check_consulted",
    "describe_difference",
    "describe_plan",
    "describe_plan_row",
    "describe_tasks",
    "exclusion_counts",
    "find_later_version",
    "forecast_draft",
    "forecast_tasks",
    "get_attachment",
    "get_own_plan",
    "get_own_task",
    "get_visible_plan",
    "get_visible_task",
    "in_sight",
    "item_codes_for",
    "list_earlier_versions",
    "list_participants",
    "list_partners",
    "list_plans",
    "list_tasks",
    "object_regions",
    "person_brief",
    "plan_digest",
    "plan_document",
    "run_scope",
    "stratum_sizes",
    "task_document",
    "task_values",
]
