"""Reads of the item list, the object directory and the inspector directory."""

from backend.registry.queries.applicability import preview_applicability
from backend.registry.queries.dossier import get_visible_object, licence_statuses
from backend.registry.queries.items import (
    get_difference,
    get_item,
    list_catalogue,
    list_categories,
    list_items,
    list_versions,
)
from backend.registry.queries.names import (
    bodies_maintained,
    body_names,
    body_regions,
    inspector_names,
    known_places,
    object_names,
    owners_of,
    region_names,
)
from backend.registry.queries.objects import find_object, list_marks, list_objects, visit_counts
from backend.registry.queries.people import (
    certificate_holders,
    get_visible_expert,
    get_visible_inspector,
    list_inspectors,
    list_visible_experts,
    list_visible_inspectors,
)
from backend.registry.queries.recusals import get_visible_recusal, in_sight, list_recusals, list_visible_recusals

__all__ = [
    "bodies_maintained",
    "body_names",
    "body_regions",
    "certificate_holders",
    "find_object",
    "get_difference",
    "get_item",
    "get_visible_expert",
    "get_visible_inspector",
    "get_visible_object",
    "get_visible_recusal",
    "in_sight",
    "inspector_names",
    "known_places",
    "licence_statuses",
    "list_catalogue",
    "list_categories",
    "list_inspectors",
    "list_items",
    "list_marks",
    "list_objects",
    "list_recusals",
    "list_versions",
    "list_visible_experts",
    "list_visible_inspectors",
    "list_visible_recusals",
    "object_names",
    "owners_of",
    "preview_applicability",
    "region_names",
    "visit_counts",
]
