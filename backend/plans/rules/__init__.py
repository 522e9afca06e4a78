"""Which drafts are allowed, which states follow, which stratum takes an object, and what a plan adds up to. Pure."""

from backend.plans.rules.adding_up import (
    LEAST_COVERAGE,
    LEAST_RISK_USE,
    looks_at,
    region_loads,
    share,
)
from backend.plans.rules.admission import (
    EXCLUSIONS,
    Admission,
    effective_ratio,
    months_before,
    place,
    quota,
    strictest_cap,
)
from backend.plans.rules.drafting import Fault, KnownItem, named_objects, plan_faults, size_faults
from backend.plans.rules.files import file_type
from backend.plans.rules.joint import check_joint, current_answers, participants_of
from backend.plans.rules.moves import (
    PLAN_MOVES,
    TASK_MOVES,
    check_plan_move,
    check_task_move,
    is_drawable,
    is_late,
    plan_due,
    regions_above,
    sees,
)
from backend.plans.rules.versions import differences
from backend.plans.rules.visits import merge_visits

__all__ = [
    "EXCLUSIONS",
    "LEAST_COVERAGE",
    "LEAST_RISK_USE",
    "PLAN_MOVES",
    "TASK_MOVES",
    "Admission",
    "Fault",
    "KnownItem",
    "check_joint",
    "check_plan_move",
    "check_task_move",
    "current_answers",
    "differences",
    "effective_ratio",
    "file_type",
    "is_drawable",
    "is_late",
    "looks_at",
    "merge_visits",
    "months_before",
    "named_objects",
    "participants_of",
    "place",
    "plan_due",
    "plan_faults",
    "quota",
    "region_loads",
    "regions_above",
    "sees",
    "share",
    "size_faults",
    "strictest_cap",
]
