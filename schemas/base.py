"""What all wire shapes share: unknown fields are refused by name, text is bounded and printable."""

import json
from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

# The most that a database's INTEGER holds; beyond it a search would be a fault and not an empty answer.
LARGEST_INTEGER = 2**31 - 1
# A dollar sign alone would let a line feed follow; this reads the same in Python and in browsers.
_END = r"(?!\n)$"


class Strict(Schema):
    """A shape that refuses unknown fields."""

    class Meta:
        unknown = RAISE


def _printable(value: str) -> None:
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in value) or any(0xD800 <= ord(s) <= 0xDFFF for s in value):
        raise ValidationError("含有不可用的控制字符。 Control characters are not allowed.")


def storable(rule: object) -> None:
    """Refuse what neither a database nor RFC 8785 can hold: control characters and lone surrogates."""
    try:
        written = json.dumps(rule, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        written = b"\\u00"
    if b"\\u00" in written:
        raise ValidationError("含有不可用的字符。 Contains characters that cannot be stored.")


def text(maximum: int = 200, *, minimum: int = 1, **options: Any) -> fields.String:
    """A required bounded text without control characters."""
    options.setdefault("required", True)
    return fields.String(validate=[validate.Length(min=minimum, max=maximum), _printable], **options)


def code(maximum: int = 64, **options: Any) -> fields.String:
    """A required code: letters, digits and `._:-`, as the draw's texts allow."""
    options.setdefault("required", True)
    checks = [validate.Regexp(rf"^[A-Za-z0-9._:-]+{_END}"), validate.Length(max=maximum)]
    return fields.String(validate=checks, **options)


def _datable(value: datetime) -> None:
    if not MINYEAR < value.year < MAXYEAR:
        raise ValidationError("时间超出范围。 Out of range.")


def moment(**options: Any) -> fields.AwareDateTime:
    """A moment with its zone, far enough from the ends of the calendar to be told in any other zone."""
    return fields.AwareDateTime(validate=_datable, **options)


def sha256(**options: Any) -> fields.String:
    """A required SHA-256 digest in lower-case hex."""
    options.setdefault("required", True)
    return fields.String(validate=validate.Regexp(rf"^[0-9a-f]{{64}}{_END}"), **options)


class Code(fields.Enum[StrEnum]):
    """A code of the vocabulary. Tables hold codes as plain text, so both text and member are written out."""

    def __init__(self, kind: type[StrEnum], **options: Any) -> None:
        super().__init__(kind, by_value=True, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return super()._serialize(self.enum(value) if isinstance(value, str) else value, attr, obj, **options)


class ProblemOut(Schema):
    """application/problem+json (RFC 9457); a kind of problem may say more, such as where to go on."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String()
    code = fields.String()
    errors = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
