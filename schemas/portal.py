"""Wire shapes of the public portal: published documents and the lists that lead to them."""

from marshmallow import Schema, fields, validate

from schemas.base import LARGEST_INTEGER, Code, Strict, text
from schemas.vocabulary import PublicationKind, PublicationState, Result


class PageIn(Strict):
    """Where a list goes on."""

    cursor = text(100, required=False, load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class ResultsIn(PageIn):
    """Search of results: a unified social credit code, or at least two characters of a name."""

    q = text(100, minimum=2, required=False, load_default=None)
    region = fields.String(validate=validate.Regexp(r"^[0-9]{6}(?!\n)$"), load_default=None)


class VersionIn(Strict):
    """Which version of a document; the current one unless told."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_INTEGER))


class VersionOut(Schema):
    """One version of a public document."""

    version = fields.Integer(required=True)
    state = Code(PublicationState, required=True)
    published_at = fields.DateTime(required=True)
    digest = fields.String(required=True)


class EntryOut(VersionOut):
    """A public document as lists name it."""

    kind = Code(PublicationKind, required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    region = fields.String(required=True)


class EntriesOut(Schema):
    """A page of public documents."""

    items = fields.List(fields.Nested(EntryOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ResultEntryOut(EntryOut):
    """A published result as the search shows it; `result` is null where the object had closed or moved."""

    object_name = fields.String(required=True)
    object_code = fields.String(required=True)
    result = Code(Result, required=True, allow_none=True)
    result_name = fields.String(required=True)
    checked_on = fields.String(required=True)
    organ = fields.String(required=True)


class ResultEntriesOut(Schema):
    """A page of published results."""

    items = fields.List(fields.Nested(ResultEntryOut), required=True)
    next = fields.String(required=True, allow_none=True)


class DocumentOut(EntryOut):
    """A public document whole: `digest` is the SHA-256 of its canonical text (RFC 8785)."""

    document = fields.Dict(required=True)
    versions = fields.List(fields.Nested(VersionOut), required=True)
