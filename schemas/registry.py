"""Wire shapes of the object directory 检查对象名录库 and of the feeds of risk classes and licences."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, text
from schemas.base import code as code_field
from schemas.entries import REGION, ROW_VERSION, ChangeOut, texts
from schemas.people import RecusalOut
from schemas.vocabulary import LicenceStatus, ObjectKind, ObjectStatus, RiskLevel

MOST_FEED_ROWS = 5000


class ObjectFieldsIn(Strict):
    """What an entry of the object directory 检查对象名录库 may say beside what it must."""

    maintained_by = code_field(40, required=False)
    status = Code(ObjectStatus)
    industry = text(100, minimum=0, required=False)
    address = text(300, minimum=0, required=False)
    libraries = texts()
    tags = texts()
    licences = texts()
    risk = Code(RiskLevel)
    legal_representative = text(100, minimum=0, required=False)
    phone = text(40, minimum=0, required=False)


class ObjectIn(ObjectFieldsIn):
    """A new object. Businesses have a unified social credit code, other kinds the code of whoever lists them."""

    code = code_field()
    kind = Code(ObjectKind, required=True)
    name = text(200)
    region = fields.String(required=True, validate=REGION)
    authority = code_field(40)
    registered_on = fields.Date(required=True)


class ObjectChangeIn(ObjectFieldsIn):
    """Some fields of an object; `row_version` is that of the entry which was read."""

    name = text(200, required=False)
    region = fields.String(validate=REGION)
    authority = code_field(40, required=False)
    registered_on = fields.Date()
    reason = text(500, minimum=0, required=False)
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class ObjectQueryIn(Strict):
    """Which objects to list: part of a name or the beginning of a code, and what they are."""

    q = text(100, minimum=0, required=False, load_default="")
    kind = Code(ObjectKind, load_default=None)
    region = fields.String(validate=REGION, load_default=None)
    authority = text(40, required=False, load_default=None)
    status = Code(ObjectStatus, load_default=None)
    risk = Code(RiskLevel, load_default=None)
    tag = text(60, required=False, load_default=None)
    licence = text(60, required=False, load_default=None)
    library = text(60, required=False, load_default=None)
    registered_from = fields.Date(load_default=None)
    registered_to = fields.Date(load_default=None)
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
    maintained_by = fields.String(required=True)
    maintained_by_name = fields.String(required=True)
    registered_on = fields.Date(required=True)
    status = Code(ObjectStatus, required=True)
    industry = fields.String(required=True)
    address = fields.String(required=True)
    libraries = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    licences = fields.List(fields.String(), required=True)
    risk = fields.String(required=True)


class TotalOut(Schema):
    """How many there are; `more` where counting stopped."""

    count = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class ObjectListOut(Schema):
    """One page of objects in order of code; `next` is the cursor of the following page, the first knows the total."""

    items = fields.List(fields.Nested(ObjectRowOut), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Nested(TotalOut, required=True, allow_none=True)


class LicenceOut(Schema):
    """One statement about a licence; `current` where no later one says otherwise."""

    kind = fields.String(required=True)
    number = fields.String(required=True)
    issuing_body = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    status = Code(LicenceStatus, required=True)
    effective_on = fields.Date(required=True)
    source = fields.String(required=True)
    batch = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)
    current = fields.Boolean(required=True)


class RiskOut(Schema):
    """One statement of a risk class."""

    risk = Code(RiskLevel, required=True)
    effective_on = fields.Date(required=True)
    source = fields.String(required=True)
    batch = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)


class VisitOut(Schema):
    """A visit, planned or made."""

    task_id = fields.String(required=True)
    task_name = fields.String(required=True)
    year = fields.Integer(required=True)
    planned_on = fields.Date(required=True)
    visited_on = fields.Date(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)


class ObjectOut(ObjectRowOut):
    """One inspected object with whom to call and all its histories, newest first; `mine` if the reader maintains it."""

    legal_representative = fields.String(required=True)
    phone = fields.String(required=True)
    row_version = fields.Integer(required=True)
    mine = fields.Boolean(required=True)
    licences_held = fields.List(fields.Nested(LicenceOut), required=True)
    risk_history = fields.List(fields.Nested(RiskOut), required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    recusals = fields.List(fields.Nested(RecusalOut), required=True)
    visits = fields.List(fields.Nested(VisitOut), required=True)


class MarksOut(Schema):
    """What objects can be searched and chosen by."""

    tags = fields.List(fields.String(), required=True)
    licences = fields.List(fields.String(), required=True)
    libraries = fields.List(fields.String(), required=True)


class RiskFeedRowIn(Strict):
    """One risk class."""

    object = code_field()
    risk = Code(RiskLevel, required=True)
    effective_on = fields.Date(required=True)


class LicenceFeedRowIn(Strict):
    """One licence as it stands from `effective_on`."""

    object = code_field()
    kind = text(60)
    number = text(100)
    issuing_body = text(200, minimum=0, required=False, load_default="")
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    status = Code(LicenceStatus, required=True)
    effective_on = fields.Date(required=True)


class RiskFeedIn(Strict):
    """A batch of risk classes; the same batch may be sent again."""

    batch = code_field()
    rows = fields.List(fields.Nested(RiskFeedRowIn), required=True, validate=validate.Length(1, MOST_FEED_ROWS))


class LicenceFeedIn(Strict):
    """A batch of licences; the same batch may be sent again."""

    batch = code_field()
    rows = fields.List(fields.Nested(LicenceFeedRowIn), required=True, validate=validate.Length(1, MOST_FEED_ROWS))


class FeedFaultOut(Schema):
    """Why a row of a batch was not kept, by its number from 1, and how to mend it."""

    row = fields.Integer(required=True)
    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    mend = fields.String(required=True)


class FeedOut(Schema):
    """What became of a batch: rows kept, entries that they changed, rows known before, rows refused."""

    recorded = fields.Integer(required=True)
    in_force = fields.Integer(required=True)
    repeated = fields.Integer(required=True)
    faults = fields.List(fields.Nested(FeedFaultOut), required=True)
