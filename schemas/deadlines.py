"""Wire shapes of the notices 三单 that the clock issues."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, text
from schemas.vocabulary import NoticeKind


class NoticesIn(Strict):
    """Which notices; `open` leaves out those that were acknowledged."""

    open = fields.Boolean(load_default=False)
    cursor = text(100, required=False, load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class NoticeOut(Schema):
    """One notice; `provisional` where the holidays up to the due day are not announced yet."""

    id = fields.String(required=True)
    kind = Code(NoticeKind, required=True)
    matter = fields.String(required=True, validate=validate.OneOf(["matching", "publication"]))
    subject_id = fields.String(required=True)
    title = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    issued_at = fields.DateTime(required=True)
    acknowledged_at = fields.DateTime(required=True, allow_none=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    may_acknowledge = fields.Boolean(required=True)


class NoticesOut(Schema):
    """A page of notices, latest first."""

    items = fields.List(fields.Nested(NoticeOut), required=True)
    next = fields.String(required=True, allow_none=True)
