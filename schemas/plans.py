"""Wire shapes of plans, their tasks and strata, and of the forecast."""

import json

from marshmallow import Schema, ValidationError, fields, validate

from schemas.base import Code, Strict, text
from schemas.base import code as code_field
from schemas.vocabulary import Method, PlanState, TaskState

_REGION = validate.Regexp(r"^[0-9]{6}(?!\n)$")


def _storable(rule: object) -> None:
    """Refuse what neither a database nor RFC 8785 can hold: control characters and lone surrogates."""
    try:
        written = json.dumps(rule, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        written = b"\\u00"
    if b"\\u00" in written:
        raise ValidationError("含有不可用的字符。 Contains characters that cannot be stored.")


class StratumIn(Strict):
    """One stratum 分层; its place in the list is its order, and the first that fits an object takes it."""

    code = code_field(40)
    name = text(100)
    rule = fields.Dict(required=True, allow_none=True, validate=_storable)
    ratio = text(21)
    reserves = fields.Integer(required=True, validate=validate.Range(0, 1000))


class TaskIn(Strict):
    """One task 抽查任务 of a draft."""

    code = text(60)
    name = text(200)
    region = fields.String(required=True, validate=_REGION)
    items = fields.List(code_field(40), required=True, validate=validate.Length(1, 200))
    items_by_stratum = fields.Dict(keys=code_field(40), values=fields.List(code_field(40)), load_default=dict)
    scope = fields.Dict(required=True, validate=_storable)
    cut_off = fields.Date(required=True)
    period_from = fields.Date(required=True)
    period_to = fields.Date(required=True)
    method = Code(Method, required=True)
    mode = text(40)
    seats = fields.Integer(load_default=2, validate=validate.Range(2, 9))
    match_within_days = fields.Integer(load_default=5, validate=validate.Range(1, 30))
    publish_within_working_days = fields.Integer(load_default=20, validate=validate.Range(1, 20))
    strata = fields.List(fields.Nested(StratumIn), required=True, validate=validate.Length(1, 100))


class PlanIn(Strict):
    """A draft plan 年度抽查计划 with its tasks."""

    title = text(200)
    year = fields.Integer(required=True, validate=validate.Range(2019, 2100))
    tasks = fields.List(fields.Nested(TaskIn), required=True, validate=validate.Length(1, 100))


class PlanChangeIn(PlanIn):
    """A changed draft; `row_version` is that of the draft which was edited."""

    row_version = fields.Integer(required=True)


class ActingPersonOut(Schema):
    """A person who did something."""

    person = fields.String(required=True)
    name = fields.String(required=True)


class StratumOut(Schema):
    """One stratum in its order."""

    seq = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    rule = fields.Dict(required=True, allow_none=True)
    ratio = fields.String(required=True)
    reserves = fields.Integer(required=True)


class TaskItemOut(Schema):
    """An item of a task by code and name."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class TaskPlanOut(Schema):
    """The plan that a task belongs to."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    state = Code(PlanState, required=True)


class TaskOut(Schema):
    """One task with its strata and where it stands."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    state = Code(TaskState, required=True)
    plan = fields.Nested(TaskPlanOut, required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    items = fields.List(fields.Nested(TaskItemOut), required=True)
    items_by_stratum = fields.Dict(required=True)
    scope = fields.Dict(required=True)
    cut_off = fields.Date(required=True)
    period_from = fields.Date(required=True)
    period_to = fields.Date(required=True)
    method = Code(Method, required=True)
    mode = fields.String(required=True)
    seats = fields.Integer(required=True)
    match_within_days = fields.Integer(required=True)
    publish_within_working_days = fields.Integer(required=True)
    strata = fields.List(fields.Nested(StratumOut), required=True)


class PlanRowOut(Schema):
    """One version of a plan; `may` names what this person can do now: edit, approve, publish, revise."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    year = fields.Integer(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    body = fields.String(required=True)
    body_name = fields.String(required=True)
    state = Code(PlanState, required=True)
    row_version = fields.Integer(required=True)
    drafted_by = fields.Nested(ActingPersonOut, required=True)
    drafted_at = fields.DateTime(required=True)
    approved_by = fields.Nested(ActingPersonOut, required=True, allow_none=True)
    approved_at = fields.DateTime(required=True, allow_none=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)
    task_count = fields.Integer(required=True)
    may = fields.List(fields.String(), required=True)


class PlanOut(PlanRowOut):
    """One version of a plan with its tasks."""

    tasks = fields.List(fields.Nested(TaskOut), required=True)


class PlanListOut(Schema):
    """Plans, newest year first, every version."""

    items = fields.List(fields.Nested(PlanRowOut), required=True)
    next = fields.String(required=True, allow_none=True)


class TaskQueryIn(Strict):
    """Which tasks to list."""

    state = Code(TaskState, load_default=None)


class TaskListOut(Schema):
    """Tasks of the plans that are not closed, newest period first."""

    items = fields.List(fields.Nested(TaskOut), required=True)
    next = fields.String(required=True, allow_none=True)


class StratumSizeOut(Schema):
    """A stratum with its size and how many it gives: k = n times the ratio, rounded up."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    ratio = fields.String(required=True)
    n = fields.Integer(required=True)
    k = fields.Integer(required=True)
    reserves = fields.Integer(required=True)


class ExclusionCountOut(Schema):
    """Why objects are not in: after_cut_off, out_of_scope or no_stratum."""

    reason = fields.String(required=True)
    label = fields.String(required=True)
    n = fields.Integer(required=True)


class RegionCountOut(Schema):
    """How many objects of the scope lie in a region."""

    region = fields.String(required=True)
    name = fields.String(required=True)
    n = fields.Integer(required=True)


class ForecastOut(Schema):
    """What a task would draw from the directory of today."""

    n = fields.Integer(required=True)
    k = fields.Integer(required=True)
    strata = fields.List(fields.Nested(StratumSizeOut), required=True)
    regions = fields.List(fields.Nested(RegionCountOut), required=True)
    excluded = fields.List(fields.Nested(ExclusionCountOut), required=True)
