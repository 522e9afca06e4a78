"""Wire shapes of templates, exports and imports of the directories."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, text
from schemas.vocabulary import ImportKind, ImportMode, ImportState


class UploadedTableIn(Strict):
    """The file of an import, as multipart/form-data."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ImportIn(Strict):
    """What the file holds."""

    kind = Code(ImportKind, required=True)


class ImportQueryIn(Strict):
    """A page of imports, newest first."""

    cursor = text(64, minimum=0, required=False, load_default="")
    limit = fields.Integer(validate=validate.Range(1, 100), load_default=20)


class FaultQueryIn(Strict):
    """A page of faults."""

    cursor = fields.Integer(validate=validate.Range(0, 2**31 - 1), load_default=0)
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=50)


class ImportStartIn(Strict):
    """Import what the dry run found good: only if all is good, or without the bad rows."""

    mode = Code(ImportMode, required=True)


class ImportFoundOut(Schema):
    """What the dry run counted."""

    fresh = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    bad = fields.Integer(required=True)


class ImportWrittenOut(Schema):
    """What the import has done so far."""

    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(required=True)


class TableImportOut(Schema):
    """An import 导入 with its dry run, its progress and its result."""

    id = fields.String(required=True)
    kind = Code(ImportKind, required=True)
    state = Code(ImportState, required=True)
    mode = Code(ImportMode, required=True, allow_none=True)
    by = fields.String(required=True)
    file_name = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    sheet = fields.String(required=True)
    found = fields.Nested(ImportFoundOut, required=True)
    written = fields.Nested(ImportWrittenOut, required=True)
    rows = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    problem = fields.String(required=True)


class TableImportListOut(Schema):
    """Imports of one's body, newest first."""

    items = fields.List(fields.Nested(TableImportOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ImportFaultOut(Schema):
    """A bad cell: where it is, why it is not taken, and how to mend it."""

    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    column = fields.String(required=True)
    value = fields.String(required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)
    mend = fields.String(required=True)


class ImportFaultListOut(Schema):
    """Bad cells in the order of the file."""

    items = fields.List(fields.Nested(ImportFaultOut), required=True)
    next = fields.String(required=True, allow_none=True)
