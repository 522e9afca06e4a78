"""Wire shapes of forecasts: what drafts would draw, and what they come to."""

from marshmallow import Schema, fields, validate

from schemas.base import Strict
from schemas.plans import ExclusionCountOut, StratumSizeOut, TaskSizeIn


class RegionSizeOut(Schema):
    """A region's share of a task: objects in its strata, visits to expect, and seats for each active inspector."""

    region = fields.String(required=True)
    name = fields.String(required=True)
    n = fields.Integer(required=True)
    k = fields.Float(required=True)
    inspectors = fields.Integer(required=True)
    per_inspector = fields.Float(required=True, allow_none=True)


class CellOut(Schema):
    """How many objects of a stratum lie in a region."""

    stratum = fields.String(required=True)
    region = fields.String(required=True)
    n = fields.Integer(required=True)


class ForecastOut(Schema):
    """What a task would draw from the directory of today."""

    n = fields.Integer(required=True)
    k = fields.Integer(required=True)
    strata = fields.List(fields.Nested(StratumSizeOut), required=True)
    regions = fields.List(fields.Nested(RegionSizeOut), required=True)
    cells = fields.List(fields.Nested(CellOut), required=True)
    excluded = fields.List(fields.Nested(ExclusionCountOut), required=True)


class PlanForecastIn(Strict):
    """Tasks of a draft that need not be kept anywhere yet."""

    tasks = fields.List(fields.Nested(TaskSizeIn), required=True, validate=validate.Length(1, 100))


class ShareOut(Schema):
    """A part of a whole with the share that is asked for at least; `enough`: it is reached."""

    part = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    least = fields.String(required=True)
    enough = fields.Boolean(required=True)


class PlanForecastOut(Schema):
    """What each task would draw, and the plan as a whole.

    coverage: objects drawn of the active ones of one's region; risk_use: joint tasks that look at risk classes.
    """

    tasks = fields.List(fields.Nested(ForecastOut), required=True)
    coverage = fields.Nested(ShareOut, required=True)
    risk_use = fields.Nested(ShareOut, required=True)
