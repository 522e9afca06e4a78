"""Wire shapes of the item list, the object directory and the inspector directory."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, text
from schemas.vocabulary import InspectorStatus, Method, ObjectKind, ObjectStatus


class ItemOut(Schema):
    """The version of an inspection item 抽查事项 in force, with its check points."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    category = fields.String(required=True)
    key = fields.Boolean(required=True)
    ratio_cap = fields.String(required=True, allow_none=True)
    legal_basis = fields.String(required=True)
    method = Code(Method, required=True)
    object_kinds = fields.List(Code(ObjectKind), required=True)
    applies = fields.Dict(required=True, allow_none=True)
    points = fields.List(fields.Dict(), required=True)
    effective_from = fields.Date(required=True)


class ItemListOut(Schema):
    """The item list in order of code."""

    items = fields.List(fields.Nested(ItemOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ObjectQueryIn(Strict):
    """Which objects to list: part of a name or the beginning of a code, kind, region subtree."""

    q = text(100, minimum=0, required=False, load_default="")
    kind = Code(ObjectKind, load_default=None)
    region = fields.String(validate=validate.Regexp(r"^[0-9]{6}(?!\n)$"), load_default=None)
    cursor = text(64, minimum=0, required=False, load_default="")
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=50)


class ObjectRowOut(Schema):
    """An inspected object 检查对象 as it stands in the directory."""

    code = fields.String(required=True)
    kind = Code(ObjectKind, required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    authority = fields.String(required=True)
    authority_name = fields.String(required=True)
    registered_on = fields.Date(required=True)
    status = Code(ObjectStatus, required=True)
    industry = fields.String(required=True)
    address = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    licences = fields.List(fields.String(), required=True)
    risk = fields.String(required=True)


class ObjectOut(ObjectRowOut):
    """One inspected object with whom to call."""

    legal_representative = fields.String(required=True)
    phone = fields.String(required=True)


class ObjectListOut(Schema):
    """One page of objects in order of code; `next` is the cursor of the following page."""

    items = fields.List(fields.Nested(ObjectRowOut), required=True)
    next = fields.String(required=True, allow_none=True)


class InspectorQueryIn(Strict):
    """Which inspectors to list: those of a region's subtree."""

    region = fields.String(validate=validate.Regexp(r"^[0-9]{6}(?!\n)$"), load_default=None)


class InspectorOut(Schema):
    """An inspector 执法检查人员 with certificate and qualifications."""

    code = fields.String(required=True)
    person = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    certificate_no = fields.String(required=True)
    certificate_expires_on = fields.Date(required=True)
    qualifications = fields.List(fields.String(), required=True)
    status = Code(InspectorStatus, required=True)


class InspectorListOut(Schema):
    """Inspectors in order of code."""

    items = fields.List(fields.Nested(InspectorOut), required=True)
    next = fields.String(required=True, allow_none=True)
