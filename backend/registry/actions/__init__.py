"""Changes of the registry.

The `upsert_*` write many rows with few statements and are the one place that writes each kind: the desk's single
changes, imports and the sample city all pass through them. Their rows have no faults (`rules.*_faults`).
"""

from backend.registry.actions.bulk import Counts
from backend.registry.actions.entries import (
    change_expert,
    change_inspector,
    change_object,
    create_expert,
    create_inspector,
    create_object,
)
from backend.registry.actions.feeds import Outcome, take_licences, take_risks, upsert_licences, upsert_risks
from backend.registry.actions.items import change_item, draft_item, publish_item, retire_item, upsert_items
from backend.registry.actions.objects import upsert_objects
from backend.registry.actions.people import upsert_experts, upsert_inspectors
from backend.registry.actions.recusals import raise_recusal, raise_recusals_by_rule, upsert_recusals, withdraw_recusal
from backend.registry.actions.visits import record_visits, remove_visits

__all__ = [
    "Counts",
    "Outcome",
    "change_expert",
    "change_inspector",
    "change_item",
    "change_object",
    "create_expert",
    "create_inspector",
    "create_object",
    "draft_item",
    "publish_item",
    "raise_recusal",
    "raise_recusals_by_rule",
    "record_visits",
    "remove_visits",
    "retire_item",
    "take_licences",
    "take_risks",
    "upsert_experts",
    "upsert_inspectors",
    "upsert_items",
    "upsert_licences",
    "upsert_objects",
    "upsert_recusals",
    "upsert_risks",
    "withdraw_recusal",
]
