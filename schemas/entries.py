"""What entries of all directories share on the wire: places, versions, lists of words, and their history."""

from typing import Any

from marshmallow import Schema, fields, validate

from schemas.base import LARGEST_INTEGER, text

REGION = validate.Regexp(r"^[0-9]{6}(?!\n)$")
ROW_VERSION = validate.Range(1, LARGEST_INTEGER)


def texts(**options: Any) -> "fields.List[str]":
    """A list of short words."""
    return fields.List(text(60), validate=validate.Length(0, 50), **options)


class FieldChangeOut(Schema):
    """One field that differs."""

    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ChangeOut(Schema):
    """A change of an entry; without fields it is the entry's making. `person` is null where no person stands behind."""

    at = fields.DateTime(required=True)
    person = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    reason = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FieldChangeOut), required=True, attribute="fields", data_key="fields")
