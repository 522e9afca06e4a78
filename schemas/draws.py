"""Wire shapes of pools, draws, dispatch and explanations. A bundle is served as its canonical bytes."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, code, sha256, text
from schemas.plans import ActingPersonOut, ExclusionCountOut, StratumSizeOut
from schemas.vocabulary import DrawKind, DrawState, EventType, MergeOutcome, SeatRole, TaskState

_REGION = validate.Regexp(r"^[0-9]{6}(?!\n)$")


class PoolOut(Schema):
    """A frozen pool 抽查名单库."""

    id = fields.String(required=True)
    task = fields.String(required=True)
    frozen_at = fields.DateTime(required=True)
    frozen_by = fields.Nested(ActingPersonOut, required=True)
    root = fields.String(required=True)
    n = fields.Integer(required=True)
    strata = fields.List(fields.Nested(StratumSizeOut), required=True)
    excluded = fields.List(fields.Nested(ExclusionCountOut), required=True)


class CandidateQueryIn(Strict):
    """Which objects of the task's region to list: by name or code, region, stratum, or reason of exclusion."""

    q = text(100, minimum=0, required=False, load_default="")
    region = fields.String(validate=_REGION, load_default=None)
    stratum = code(40, required=False, load_default=None)
    reason = code(40, required=False, load_default=None)
    cursor = text(64, minimum=0, required=False, load_default="")
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class CandidateOut(Schema):
    """An object with the stratum that takes it, or the reason why it is not in the pool."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    stratum = fields.String(required=True, allow_none=True)
    stratum_name = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    label = fields.String(required=True, allow_none=True)


class CandidateListOut(Schema):
    """A page of objects by code."""

    items = fields.List(fields.Nested(CandidateOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ProofOut(Schema):
    """That an object is in a frozen pool, once: the way from its leaf up to the published root."""

    object_code = fields.String(required=True)
    stratum = fields.String(required=True)
    salt = fields.String(required=True)
    leaf = fields.String(required=True)
    leaf_index = fields.Integer(required=True)
    proof = fields.List(fields.String(), required=True)
    pool_root = fields.String(required=True)
    pool_n = fields.Integer(required=True)


class DrawIn(Strict):
    """A new draw: its kind and region, the public event to come and who keeps the codes."""

    kind = Code(DrawKind, required=True)
    region = fields.String(required=True, validate=_REGION)
    event_type = Code(EventType, required=True)
    event_id = text(100)
    event_due = fields.AwareDateTime(required=True)
    custodians = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 9))


class CodeHashIn(Strict):
    """SHA-256 of the custodian's code, handed in before the commitment."""

    code_hash = sha256()


class CodeIn(Strict):
    """The custodian's code, revealed after the event."""

    code = text(128)


class EventValueIn(Strict):
    """The public event's outcome in its canonical text."""

    value = text(200)


class VoidIn(Strict):
    """Why a draw is to be void; the reason stays public."""

    reason = text(500, minimum=5)


class DrawQueryIn(Strict):
    """Which draws to list: those of one task, or all in sight."""

    task = code(36, required=False, load_default=None)


class DrawnQueryIn(Strict):
    """Which rows to list: those dispatched to a region's subtree, or all."""

    region = fields.String(validate=_REGION, load_default=None)


class CustodianQueryIn(Strict):
    """The region whose draw needs custodians."""

    region = fields.String(required=True, validate=_REGION)


class DrawTaskOut(Schema):
    """The task of a draw."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    state = Code(TaskState, required=True)


class DrawEventOut(Schema):
    """The public event; `value` is null until it is recorded."""

    type = Code(EventType, required=True)
    id = fields.String(required=True)
    due = fields.DateTime(required=True)
    value = fields.String(required=True, allow_none=True)


class DrawCustodianOut(Schema):
    """A custodian 持码人 and how far they are; `mine` marks the person who asks."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    code_hash = fields.String(required=True, allow_none=True)
    handed_in = fields.Boolean(required=True)
    revealed = fields.Boolean(required=True)
    revealed_at = fields.DateTime(required=True, allow_none=True)
    mine = fields.Boolean(required=True)


class DrawnStratumOut(StratumSizeOut):
    """A stratum with what was really drawn of it."""

    drawn = fields.Integer(required=True)
    drawn_reserves = fields.Integer(required=True)


class ShortfallOut(Schema):
    """An object that got no team, and why: too_few or unqualified."""

    object_code = fields.String(required=True)
    name = fields.String(required=True)
    reason = fields.String(required=True)
    label = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)


class TeamsOut(Schema):
    """Summary of a match: objects put up, staffed, and those without a team."""

    objects = fields.Integer(required=True)
    staffed = fields.Integer(required=True)
    insufficient = fields.List(fields.Nested(ShortfallOut), required=True)


class DrawVoidOut(Schema):
    """A request to void, and who agreed."""

    reason = fields.String(required=True)
    requested_by = fields.Nested(ActingPersonOut, required=True)
    approved_by = fields.Nested(ActingPersonOut, required=True, allow_none=True)
    at = fields.DateTime(required=True, allow_none=True)


class DrawStepOut(Schema):
    """One step of a draw as the audit log has it."""

    at = fields.DateTime(required=True)
    action = fields.String(required=True)
    label = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class DrawRowOut(Schema):
    """One draw in a list.

    `may` names what this person can do now: hand_in, commit, record_event, reveal, run, publish, dispatch,
    request_void, approve_void, open, substitute, read_result.
    """

    id = fields.String(required=True)
    task = fields.Nested(DrawTaskOut, required=True)
    kind = Code(DrawKind, required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    round = fields.Integer(required=True)
    attempt = fields.Integer(required=True)
    state = Code(DrawState, required=True)
    sealed = fields.Boolean(required=True)
    opened_at = fields.DateTime(required=True, allow_none=True)
    event = fields.Nested(DrawEventOut, required=True)
    parent = fields.String(required=True, allow_none=True)
    created_by = fields.Nested(ActingPersonOut, required=True)
    created_at = fields.DateTime(required=True)
    committed_at = fields.DateTime(required=True, allow_none=True)
    drawn_at = fields.DateTime(required=True, allow_none=True)
    commitment_digest = fields.String(required=True, allow_none=True)
    result_digest = fields.String(required=True, allow_none=True)
    bundle_digest = fields.String(required=True, allow_none=True)
    void = fields.Nested(DrawVoidOut, required=True, allow_none=True)
    may = fields.List(fields.String(), required=True)


class DrawOut(DrawRowOut):
    """One draw: commitment, codes, seed, result in short and every step."""

    commitment = fields.Dict(required=True, allow_none=True)
    seed = fields.String(required=True, allow_none=True)
    custodians = fields.List(fields.Nested(DrawCustodianOut), required=True)
    strata = fields.List(fields.Nested(DrawnStratumOut), required=True)
    teams = fields.Nested(TeamsOut, required=True, allow_none=True)
    timeline = fields.List(fields.Nested(DrawStepOut), required=True)


class DrawListOut(Schema):
    """Draws, newest first."""

    items = fields.List(fields.Nested(DrawRowOut), required=True)
    next = fields.String(required=True, allow_none=True)


class CustodianOut(Schema):
    """A person who may keep a code."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    body = fields.String(required=True)
    body_name = fields.String(required=True)


class CustodianListOut(Schema):
    """Who may keep codes for a region's draw; never the person who asks, who is its operator."""

    items = fields.List(fields.Nested(CustodianOut), required=True)
    next = fields.String(required=True, allow_none=True)


class DrawnSeatOut(Schema):
    """One seat of a team."""

    inspector_code = fields.String(required=True)
    name = fields.String(required=True)
    role = Code(SeatRole, required=True)


class MergeTaskOut(Schema):
    """The other task that drew the same object."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class MergeOut(Schema):
    """合并上门: another task drew the object too; `outcome` says whether its visit serves both, or why not."""

    outcome = Code(MergeOutcome, required=True)
    label = fields.String(required=True)
    draw = fields.String(required=True)
    task = fields.Nested(MergeTaskOut, required=True)


class DrawnRowOut(Schema):
    """One drawn object or reserve 候补, where it was dispatched, and its team once there is one."""

    object_code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    region = fields.String(required=True)
    stratum = fields.String(required=True)
    stratum_name = fields.String(required=True)
    rank = fields.Integer(required=True)
    ticket = fields.String(required=True)
    reserve = fields.Boolean(required=True)
    dispatched_to = fields.String(required=True, allow_none=True)
    dispatched_to_name = fields.String(required=True, allow_none=True)
    match_due_on = fields.Date(required=True, allow_none=True)
    # Substitution of objects: it left, or stepped in from the reserves; visited: its record is sealed.
    left = fields.Boolean(required=True)
    entered = fields.Boolean(required=True)
    visited = fields.Boolean(required=True)
    merge = fields.Nested(MergeOut, required=True, allow_none=True)
    seats = fields.List(fields.Nested(DrawnSeatOut), required=True)


class DrawnListOut(Schema):
    """Drawn rows: strata in their order, ranks ascending, reserves last in each."""

    items = fields.List(fields.Nested(DrawnRowOut), required=True)
    next = fields.String(required=True, allow_none=True)


class CountyOut(Schema):
    """How many objects went to a county and whether its match is published."""

    region = fields.String(required=True)
    name = fields.String(required=True)
    n = fields.Integer(required=True)
    matched = fields.Boolean(required=True)
    waiting = fields.Integer(required=True)
    match_due_on = fields.Date(required=True)
    draw = fields.String(required=True, allow_none=True)


class DispatchOut(Schema):
    """A dispatched task: who got how many, to be matched by when."""

    task = fields.String(required=True)
    state = Code(TaskState, required=True)
    counties = fields.List(fields.Nested(CountyOut), required=True)


class NamedCodeOut(Schema):
    """An object or a person by code and name."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ChosenOut(Schema):
    """Why somebody is in the team: by lot, or for a qualification that the team needs."""

    inspector_code = fields.String(required=True)
    name = fields.String(required=True)
    role = Code(SeatRole, required=True)
    ticket = fields.String(required=True)
    load = fields.Integer(required=True)  # type: ignore[assignment]  # the field is taken out of the class
    how = fields.String(required=True)
    label = fields.String(required=True)


class NotChosenOut(Schema):
    """Why somebody is not in the team; ticket and load are null for those who were not eligible."""

    inspector_code = fields.String(required=True)
    name = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)
    labels = fields.List(fields.String(), required=True)
    ticket = fields.String(required=True, allow_none=True)
    load = fields.Integer(required=True, allow_none=True)  # type: ignore[assignment]  # the same


class ExplanationOut(Schema):
    """Why this object stands where it stands, from the published bundle alone.

    An objects' draw fills rank, salt, leaf and proof; an inspectors' draw fills team and others.
    """

    object_code = fields.String(required=True)
    name = fields.String(required=True)
    stratum = fields.String(required=True)
    ticket = fields.String(required=True)
    outcome = fields.String(required=True)
    label = fields.String(required=True)
    n = fields.Integer(required=True, allow_none=True)
    k = fields.Integer(required=True, allow_none=True)
    rank = fields.Integer(required=True, allow_none=True)
    salt = fields.String(required=True)
    leaf = fields.String(required=True)
    leaf_index = fields.Integer(required=True)
    proof = fields.List(fields.String(), required=True)
    pool_root = fields.String(required=True)
    pool_n = fields.Integer(required=True)
    limit = fields.Integer(required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True)
    needs = fields.List(fields.String(), required=True)
    group = fields.List(fields.Nested(NamedCodeOut), required=True)
    team = fields.List(fields.Nested(ChosenOut), required=True)
    others = fields.List(fields.Nested(NotChosenOut), required=True)
