"""Reads of inspections, their logs, records and files."""

from backend.fieldwork.queries.blobs import blobs_missing, get_blob, get_upload, list_missing, may_read, uses
from backend.fieldwork.queries.inspections import (
    draw_proof,
    get_packet,
    get_packet_etag,
    get_visible_inspection,
    list_briefs,
    list_inspectors,
    was_assigned,
)
from backend.fieldwork.queries.log import (
    get_inspection,
    known_hashes,
    load_log,
    load_state,
    lock_inspection,
    read_log,
)
from backend.fieldwork.queries.records import record_view

__all__ = [
    "blobs_missing",
    "draw_proof",
    "get_blob",
    "get_inspection",
    "get_packet",
    "get_packet_etag",
    "get_upload",
    "get_visible_inspection",
    "known_hashes",
    "list_briefs",
    "list_inspectors",
    "list_missing",
    "load_log",
    "load_state",
    "lock_inspection",
    "may_read",
    "read_log",
    "record_view",
    "uses",
    "was_assigned",
]
