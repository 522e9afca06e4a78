"""Wire shapes of plans, their tasks and strata, and of the forecast."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, sha256, storable, text
from schemas.base import code as code_field
from schemas.vocabulary import (
    AttachmentKind,
    MeetingDecision,
    Method,
    OpinionAnswer,
    PlanKind,
    PlanState,
    TaskKind,
    TaskSource,
    TaskState,
)

_REGION = validate.Regexp(r"^[0-9]{6}(?!\n)$")


class StratumIn(Strict):
    """One stratum 分层; its place in the list is its order, and the first that fits an object takes it.

    It gives a ratio p/q of its objects or a number of them: one of the two.
    """

    code = code_field(40)
    name = text(100)
    rule = fields.Dict(required=True, allow_none=True, validate=storable)
    ratio = text(21, required=False, load_default=None, allow_none=True)
    number = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000))
    reserves = fields.Integer(required=True, validate=validate.Range(0, 1000))


class TaskSizeIn(Strict):
    """What decides how many objects a task draws and whom it burdens."""

    kind = Code(TaskKind, load_default=TaskKind.DOUBLE_RANDOM)
    region = fields.String(required=True, validate=_REGION)
    items = fields.List(code_field(40), required=True, validate=validate.Length(1, 200))
    participants = fields.List(code_field(40), load_default=list, validate=validate.Length(max=50))
    scope = fields.Dict(required=True, validate=storable)
    cut_off = fields.Date(required=True)
    period_from = fields.Date(required=True)
    seats = fields.Integer(load_default=2, validate=validate.Range(2, 9))
    frequency_cap = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 100))
    observation_months = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 36))
    observation_risks = fields.List(code_field(20), load_default=list, validate=validate.Length(max=20))
    strata = fields.List(fields.Nested(StratumIn), required=True, validate=validate.Length(1, 100))


class TaskIn(TaskSizeIn):
    """One task 抽查任务 of a draft."""

    code = text(60)
    name = text(200)
    source = Code(TaskSource, load_default=None, allow_none=True)
    source_note = text(2000, required=False, load_default=None, allow_none=True)
    trigger = text(500, required=False, load_default=None, allow_none=True)
    lead = code_field(40, required=False, load_default=None, allow_none=True)
    items_by_stratum = fields.Dict(keys=code_field(40), values=fields.List(code_field(40)), load_default=dict)
    period_to = fields.Date(required=True)
    method = Code(Method, required=True)
    mode = text(40)
    match_within_days = fields.Integer(load_default=5, validate=validate.Range(1, 30))
    publish_within_working_days = fields.Integer(load_default=20, validate=validate.Range(1, 20))
    merge_visits = fields.Boolean(load_default=False)
    group_size = fields.Integer(load_default=1, validate=validate.Range(1, 50))
    cool_off_months = fields.Integer(load_default=0, validate=validate.Range(0, 60))
    experts = fields.Integer(load_default=0, validate=validate.Range(0, 5))
    expert_specialities = fields.List(code_field(40), load_default=list, validate=validate.Length(max=20))
    sealed = fields.Boolean(load_default=False)


class PlanIn(Strict):
    """A draft plan 年度抽查计划 with its tasks."""

    kind = Code(PlanKind, load_default=PlanKind.ANNUAL)
    title = text(200)
    year = fields.Integer(required=True, validate=validate.Range(2019, 2100))
    tasks = fields.List(fields.Nested(TaskIn), required=True, validate=validate.Length(1, 100))


class PlanChangeIn(PlanIn):
    """A changed draft; `row_version` is that of the draft which was edited."""

    row_version = fields.Integer(required=True)


class RevisionIn(Strict):
    """Why a plan is adjusted."""

    reason = text(2000, minimum=2)


class FilingIn(Strict):
    """Where and under which number an adjusted plan was put on file 备案."""

    filing = text(200, minimum=2)


class OpinionIn(Strict):
    """The written answer of a participating body to the draft of that digest."""

    answer = Code(OpinionAnswer, required=True)
    text = text(2000, minimum=0, required=False, load_default="")
    digest = sha256()


class MeetingIn(Strict):
    """What the joint meeting decided on the draft of that digest; `file` is an attachment of the plan."""

    held_on = fields.Date(required=True)
    attendees = text(2000)
    decision = Code(MeetingDecision, required=True)
    minutes = text(20000)
    file = sha256(required=False, load_default=None, allow_none=True)
    digest = sha256()


class AttachmentIn(Strict):
    """What the uploaded bytes are."""

    kind = Code(AttachmentKind, required=True)
    name = text(120)


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
    ratio = fields.String(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
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
    kind = Code(PlanKind, required=True)
    state = Code(PlanState, required=True)


class TaskOut(Schema):
    """One task with its strata and where it stands."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    state = Code(TaskState, required=True)
    kind = Code(TaskKind, required=True)
    source = Code(TaskSource, required=True, allow_none=True)
    source_note = fields.String(required=True, allow_none=True)
    trigger = fields.String(required=True, allow_none=True)
    lead = fields.String(required=True, allow_none=True)
    participants = fields.List(fields.String(), required=True)
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
    frequency_cap = fields.Integer(required=True, allow_none=True)
    observation_months = fields.Integer(required=True, allow_none=True)
    observation_risks = fields.List(fields.String(), required=True)
    merge_visits = fields.Boolean(required=True)
    group_size = fields.Integer(required=True)
    cool_off_months = fields.Integer(required=True)
    experts = fields.Integer(required=True)
    expert_specialities = fields.List(fields.String(), required=True)
    sealed = fields.Boolean(required=True)
    strata = fields.List(fields.Nested(StratumOut), required=True)


class PlanRowOut(Schema):
    """One version of a plan; `may` names what this person can do now.

    edit, answer, meet, approve, file, publish, revise. `late`: not published by its 30 April `due_on`.
    """

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
    kind = Code(PlanKind, required=True)
    reason = fields.String(required=True, allow_none=True)
    filing = fields.String(required=True, allow_none=True)
    filed_at = fields.DateTime(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    digest = fields.String(required=True, allow_none=True)
    task_count = fields.Integer(required=True)
    may = fields.List(fields.String(), required=True)


class BodyOut(Schema):
    """A body by code and name."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class PartnerOut(BodyOut):
    """A body that can lead or take part in one's plans, with its region."""

    region = fields.String(required=True)
    region_name = fields.String(required=True)


class PartnerListOut(Schema):
    """The bodies of one's own line up and down, one's own among them."""

    items = fields.List(fields.Nested(PartnerOut), required=True)
    next = fields.String(required=True, allow_none=True)


class AttachmentOut(Schema):
    """A file of the plan."""

    kind = Code(AttachmentKind, required=True)
    name = fields.String(required=True)
    mime = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class OpinionOut(Schema):
    """An answer; `void`: the draft has been changed since."""

    body = fields.Nested(BodyOut, required=True)
    answer = Code(OpinionAnswer, required=True)
    text = fields.String(required=True)
    by = fields.Nested(ActingPersonOut, required=True)
    given_at = fields.DateTime(required=True)
    void = fields.Boolean(required=True)


class MeetingOut(Schema):
    """A decision of the joint meeting; `void`: the draft has been changed since."""

    held_on = fields.Date(required=True)
    attendees = fields.String(required=True)
    decision = Code(MeetingDecision, required=True)
    minutes = fields.String(required=True)
    file = fields.String(required=True, allow_none=True)
    by = fields.Nested(ActingPersonOut, required=True)
    recorded_at = fields.DateTime(required=True)
    void = fields.Boolean(required=True)


class ConsultationOut(Schema):
    """部门联合 who takes part, what they answered to this draft, and what still bars approval (empty: nothing)."""

    digest = fields.String(required=True)
    participants = fields.List(fields.Nested(BodyOut), required=True)
    waiting = fields.List(fields.Nested(BodyOut), required=True)
    objecting = fields.List(fields.Nested(BodyOut), required=True)
    opinions = fields.List(fields.Nested(OpinionOut), required=True)
    meetings = fields.List(fields.Nested(MeetingOut), required=True)


class PlanOut(PlanRowOut):
    """One version of a plan with its tasks."""

    attachments = fields.List(fields.Nested(AttachmentOut), required=True)
    consultation = fields.Nested(ConsultationOut, required=True)
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


class PlanChangeOut(Schema):
    """One difference between two versions: where, and what stood there before and after."""

    task = fields.String(required=True, allow_none=True)
    stratum = fields.String(required=True, allow_none=True)
    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class PlanDifferenceOut(Schema):
    """What a version changes against the one before it; `against` is none for the first."""

    against = fields.Integer(required=True, allow_none=True)
    changes = fields.List(fields.Nested(PlanChangeOut), required=True)


class StratumSizeOut(Schema):
    """A stratum with its size and how many it gives.

    k = n times the ratio, rounded up; where a number is asked for, the ratio is that number of n.
    """

    code = fields.String(required=True)
    name = fields.String(required=True)
    ratio = fields.String(required=True)
    n = fields.Integer(required=True)
    k = fields.Integer(required=True)
    reserves = fields.Integer(required=True)


class ExclusionCountOut(Schema):
    """Why objects are not in: after_cut_off, out_of_scope, observation, no_stratum or frequency_cap."""

    reason = fields.String(required=True)
    label = fields.String(required=True)
    n = fields.Integer(required=True)
