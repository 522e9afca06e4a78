"""What an entry of the registry must hold, who may maintain it, and what follows from statements. Pure.

Every `*_faults` takes one row as plain values (dates as `date`, lists as lists, codes as text) and lists what is wrong
with it as {field, code, message, mend}; a single change by the desk and an import of a hundred thousand rows ask the
same functions. A row may leave out what it does not change; `new` rows must have everything without a default.
"""

from backend.registry.rules.faults import Fault, Known, as_errors, may_maintain
from backend.registry.rules.items import (
    ITEM_DEFAULTS,
    ITEM_FIELDS,
    check_applicability,
    item_differences,
    item_faults,
    item_stage,
)
from backend.registry.rules.objects import (
    OBJECT_DEFAULTS,
    OBJECT_FIELDS,
    DescribedObject,
    licence_faults,
    licence_kinds,
    marks_of,
    object_facts,
    object_faults,
    risk_faults,
)
from backend.registry.rules.people import (
    EXPERT_DEFAULTS,
    EXPERT_FIELDS,
    INSPECTOR_DEFAULTS,
    INSPECTOR_FIELDS,
    certificate_state,
    expert_faults,
    inspector_faults,
    recusal_faults,
)

__all__ = [
    "EXPERT_DEFAULTS",
    "EXPERT_FIELDS",
    "INSPECTOR_DEFAULTS",
    "INSPECTOR_FIELDS",
    "ITEM_DEFAULTS",
    "ITEM_FIELDS",
    "OBJECT_DEFAULTS",
    "OBJECT_FIELDS",
    "DescribedObject",
    "Fault",
    "Known",
    "as_errors",
    "certificate_state",
    "check_applicability",
    "expert_faults",
    "inspector_faults",
    "item_differences",
    "item_faults",
    "item_stage",
    "licence_faults",
    "licence_kinds",
    "marks_of",
    "may_maintain",
    "object_facts",
    "object_faults",
    "recusal_faults",
    "risk_faults",
]
