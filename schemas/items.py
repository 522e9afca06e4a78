"""Wire shapes of the item list 抽查事项清单 and its versions."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, storable, text
from schemas.base import code as code_field
from schemas.entries import ROW_VERSION, FieldChangeOut, texts
from schemas.registry import ObjectRowOut
from schemas.vocabulary import ItemStage, ItemState, Method, ObjectKind


class GuidanceIn(Strict):
    """工作指引 of an item: how it goes, what is looked at, by which means."""

    procedure = text(4000, minimum=0, required=False)
    content = text(4000, minimum=0, required=False)
    method = text(4000, minimum=0, required=False)


class ItemIn(Strict):
    """The content of one version of an inspection item 抽查事项. General items have a cap, key items none."""

    code = code_field(40)
    category = text(100)
    name = text(200)
    name_en = text(200, minimum=0, required=False, load_default="")
    sub_item = text(200, minimum=0, required=False, load_default="")
    content = text(4000, minimum=0, required=False, load_default="")
    legal_basis = text(4000)
    executing_body = text(200, minimum=0, required=False, load_default="")
    joint_departments = texts(load_default=list)
    object_kinds = fields.List(Code(ObjectKind), required=True, validate=validate.Length(1, 6))
    method = Code(Method, required=True)
    key = fields.Boolean(required=True)
    ratio_cap = text(21, required=False, load_default=None, allow_none=True)
    frequency_cap = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 365))
    random_fit = fields.Boolean(load_default=True)
    unfit_reason = text(500, minimum=0, required=False, load_default="")
    qualifications = texts(load_default=list)
    applies = fields.Dict(load_default=None, allow_none=True, validate=storable)
    points = fields.List(fields.Dict(validate=storable), load_default=list, validate=validate.Length(0, 100))
    guidance = fields.Nested(GuidanceIn, load_default=dict)
    effective_from = fields.Date(required=True)


class ItemChangeIn(ItemIn):
    """A changed draft; `row_version` is that of the draft which was edited. The code is the address's."""

    class Meta(ItemIn.Meta):
        exclude = ("code",)

    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class ItemPublishIn(Strict):
    """Publish the draft that was read."""

    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class ItemRetireIn(Strict):
    """End an item; `effective_to` is its last day."""

    effective_to = fields.Date(required=True)
    reason = text(500)


class ItemQueryIn(Strict):
    """Which items to list: by default those in force today."""

    q = text(100, minimum=0, required=False, load_default="")
    category = text(100, required=False, load_default=None)
    key = fields.Boolean(load_default=None)
    stage = Code(ItemStage, load_default=None)
    on = fields.Date(load_default=None)
    all_versions = fields.Boolean(load_default=False)


class ItemVersionIn(Strict):
    """Which version of an item; the one in force unless told."""

    version = fields.Integer(load_default=None, validate=ROW_VERSION)


class ItemDifferenceIn(Strict):
    """Two versions of an item; unless told, the newest and the one before the later one."""

    earlier = fields.Integer(load_default=None, validate=ROW_VERSION)
    later = fields.Integer(load_default=None, validate=ROW_VERSION)


class ApplicabilityIn(Strict):
    """Kinds of object and a condition, as an item that is being written has them."""

    object_kinds = fields.List(Code(ObjectKind), required=True, validate=validate.Length(1, 6))
    applies = fields.Dict(load_default=None, allow_none=True, validate=storable)


class ApplicabilityOut(Schema):
    """To how many of the active objects of one's region that applies, with the first few of them."""

    count = fields.Integer(required=True)
    of = fields.Integer(required=True)
    sample = fields.List(fields.Nested(ObjectRowOut), required=True)


class GuidanceOut(Schema):
    """工作指引 of an item."""

    procedure = fields.String()
    content = fields.String()
    method = fields.String()


class ItemOut(Schema):
    """One version of an inspection item 抽查事项 with its check points."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    state = Code(ItemState, required=True)
    stage = Code(ItemStage, required=True)
    category = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    sub_item = fields.String(required=True)
    content = fields.String(required=True)
    legal_basis = fields.String(required=True)
    executing_body = fields.String(required=True)
    joint_departments = fields.List(fields.String(), required=True)
    object_kinds = fields.List(Code(ObjectKind), required=True)
    method = Code(Method, required=True)
    key = fields.Boolean(required=True)
    ratio_cap = fields.String(required=True, allow_none=True)
    frequency_cap = fields.Integer(required=True, allow_none=True)
    random_fit = fields.Boolean(required=True)
    unfit_reason = fields.String(required=True)
    qualifications = fields.List(fields.String(), required=True)
    applies = fields.Dict(required=True, allow_none=True)
    points = fields.List(fields.Dict(), required=True)
    guidance = fields.Nested(GuidanceOut, required=True)
    effective_from = fields.Date(required=True)
    effective_to = fields.Date(required=True, allow_none=True)
    maintained_by = fields.String(required=True)
    maintained_by_name = fields.String(required=True)
    mine = fields.Boolean(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    row_version = fields.Integer(required=True)


class ItemListOut(Schema):
    """Items in order of code and version; the categories to choose from."""

    items = fields.List(fields.Nested(ItemOut), required=True)
    categories = fields.List(fields.String(), required=True)
    next = fields.String(required=True, allow_none=True)


class ItemVersionOut(Schema):
    """One version in the list of an item's versions."""

    version = fields.Integer(required=True)
    state = Code(ItemState, required=True)
    stage = Code(ItemStage, required=True)
    name = fields.String(required=True)
    effective_from = fields.Date(required=True)
    effective_to = fields.Date(required=True, allow_none=True)
    published_at = fields.DateTime(required=True, allow_none=True)


class ItemDetailOut(ItemOut):
    """One version with all versions of the item, newest first."""

    versions = fields.List(fields.Nested(ItemVersionOut), required=True)


class ItemDifferenceOut(Schema):
    """The fields in which two versions of an item differ; check points as points/<code>."""

    code = fields.String(required=True)
    earlier = fields.Integer(required=True)
    later = fields.Integer(required=True)
    changes = fields.List(fields.Nested(FieldChangeOut), required=True)
