"""What fieldwork does: make inspections, take operations and files in, write the office's decisions."""

from backend.fieldwork.actions.assignments import create_inspections, follow_naming, follow_substitution, serve_also
from backend.fieldwork.actions.ingest import push
from backend.fieldwork.actions.office import append_office_operation, mark_published
from backend.fieldwork.actions.rescue import import_bundle
from backend.fieldwork.actions.uploads import begin_upload, discard_abandoned, discard_upload, receive, received

__all__ = [
    "append_office_operation",
    "begin_upload",
    "create_inspections",
    "discard_abandoned",
    "discard_upload",
    "follow_naming",
    "follow_substitution",
    "import_bundle",
    "mark_published",
    "push",
    "receive",
    "received",
    "serve_also",
]
