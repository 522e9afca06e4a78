"""Wire shapes of papers and of what a check code shows."""

from marshmallow import Schema, fields

from schemas.base import Code, Strict
from schemas.fieldwork import TaskBriefOut
from schemas.vocabulary import InspectionState


class SheetIn(Strict):
    """`filled`: with what was recorded so far; otherwise empty, for the pen."""

    filled = fields.Boolean(load_default=False)


class CheckCodeOut(Schema):
    """核验码 of an inspection and the address that its QR code opens."""

    code = fields.String(required=True)
    url = fields.String(required=True)


class CheckedObjectOut(Schema):
    """Who is inspected."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ComingPersonOut(Schema):
    """One of those who come, to be compared with the certificate 执法证 they show."""

    name = fields.String(required=True)
    role_label = fields.String(required=True)
    certificate = fields.String(required=True)


class CheckedItemOut(Schema):
    """An item that will be checked."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ObjectProofOut(Schema):
    """How the object was drawn: its rank among the k drawn of n; the numbers stand in the published bundle."""

    id = fields.String(required=True)
    stratum_name = fields.String(required=True)
    rank = fields.Integer(required=True)
    k = fields.Integer(required=True)
    n = fields.Integer(required=True)
    result_digest = fields.String(required=True, allow_none=True)


class TeamProofOut(Schema):
    """The draw that chose the inspectors."""

    id = fields.String(required=True)
    result_digest = fields.String(required=True, allow_none=True)


class CheckOut(Schema):
    """核验 What the business at the door may know of the visit."""

    object = fields.Nested(CheckedObjectOut, required=True)
    task = fields.Nested(TaskBriefOut, required=True)
    body_name = fields.String(required=True)
    state = Code(InspectionState, required=True)
    team = fields.List(fields.Nested(ComingPersonOut), required=True)
    items = fields.List(fields.Nested(CheckedItemOut), required=True)
    # None where a single case named its object and its team.
    draw = fields.Nested(ObjectProofOut, required=True, allow_none=True)
    match = fields.Nested(TeamProofOut, required=True, allow_none=True)
