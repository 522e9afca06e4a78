"""Wire shapes of teams that are named for a single case 个案."""

from marshmallow import Schema, fields, validate

from schemas.base import Strict, code, text
from schemas.draws import DrawnSeatOut
from schemas.plans import ActingPersonOut


class NamedTeamIn(Strict):
    """Who goes, by inspector code, the lead first; and a note why these, where there is one."""

    inspectors = fields.List(code(40), required=True, validate=validate.Length(1, 9))
    note = text(500, minimum=0, required=False, load_default="")


class NamedTeamOut(Schema):
    """A named team; it stays once the record of its visit is sealed."""

    seats = fields.List(fields.Nested(DrawnSeatOut), required=True)
    note = fields.String(required=True)
    named_by = fields.Nested(ActingPersonOut, required=True)
    named_at = fields.DateTime(required=True)
    visited = fields.Boolean(required=True)


class CaseObjectOut(Schema):
    """An object that a single case names, with the county that answers for it and its team."""

    object_code = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    team = fields.Nested(NamedTeamOut, required=True, allow_none=True)


class CaseListOut(Schema):
    """The objects of a single case in one's own region, by code."""

    items = fields.List(fields.Nested(CaseObjectOut), required=True)
    next = fields.String(required=True, allow_none=True)


class EligibleOut(Schema):
    """An inspector of the county: how many visits wait for them, what they hold, and why they may not go."""

    inspector_code = fields.String(required=True)
    name = fields.String(required=True)
    waiting = fields.Integer(required=True)
    holds = fields.List(fields.String(), required=True)
    reasons = fields.List(fields.String(), required=True)
    labels = fields.List(fields.String(), required=True)


class EligibleListOut(Schema):
    """Who may be named for an object; `needs` is what the team must hold together."""

    seats = fields.Integer(required=True)
    needs = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(EligibleOut), required=True)
