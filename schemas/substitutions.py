"""Wire shapes of substitutions 替换 with their evidence, and of the live page of a draw."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, code, moment, sha256, text
from schemas.draws import DrawEventOut, NamedCodeOut
from schemas.plans import ActingPersonOut
from schemas.vocabulary import DrawKind, DrawState, EventType, SubstitutionState


class EvidenceQueryIn(Strict):
    """The name of the file whose bytes are the body."""

    name = text(120)


class EvidenceOut(Schema):
    """A file handed in as evidence; the public log names its digest only."""

    sha256 = fields.String(required=True)
    name = fields.String(required=True)
    mime = fields.String(required=True)
    size = fields.Integer(required=True)


class SubstitutionIn(Strict):
    """Who leaves the teams of which objects of one group, or which object leaves; why, with evidence."""

    objects = fields.List(code(), required=True, validate=validate.Length(1, 50))
    leaving = code()
    reason = code(40)
    note = text(500, minimum=5)
    evidence = sha256()


class SubstitutionApprovalIn(Strict):
    """The public event to come that will give the substitute; none where the next reserve steps in."""

    event_type = Code(EventType, load_default=None, allow_none=True)
    event_id = text(100, required=False, load_default=None, allow_none=True)
    event_due = moment(load_default=None, allow_none=True)


class RefusalIn(Strict):
    """Why a substitution is refused, or withdrawn after it was approved."""

    reason = text(500, minimum=5)


class SubstitutionOut(Schema):
    """One request. `may` names what this person can do now: decide, record_event, withdraw."""

    id = fields.String(required=True)
    draw = fields.String(required=True)
    kind = Code(DrawKind, required=True)
    number = fields.Integer(required=True, allow_none=True)
    state = Code(SubstitutionState, required=True)
    objects = fields.List(fields.Nested(NamedCodeOut), required=True)
    leaving = fields.Nested(NamedCodeOut, required=True)
    substitute = fields.Nested(NamedCodeOut, required=True, allow_none=True)
    ticket = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    reason_name = fields.String(required=True)
    note = fields.String(required=True)
    evidence = fields.Nested(EvidenceOut, required=True)
    requested_by = fields.Nested(ActingPersonOut, required=True)
    requested_at = fields.DateTime(required=True)
    decided_by = fields.Nested(ActingPersonOut, required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)
    event = fields.Nested(DrawEventOut, required=True, allow_none=True)
    request_digest = fields.String(required=True, allow_none=True)
    withdrawn_by = fields.Nested(ActingPersonOut, required=True, allow_none=True)
    withdrawn_at = fields.DateTime(required=True, allow_none=True)
    withdrawal = fields.String(required=True, allow_none=True)
    drawn_at = fields.DateTime(required=True, allow_none=True)
    may = fields.List(fields.String(), required=True)


class SubstitutionListOut(Schema):
    """The requests of a draw, newest first."""

    items = fields.List(fields.Nested(SubstitutionOut), required=True)
    next = fields.String(required=True, allow_none=True)


class RateOut(Schema):
    """Which share of seats was substituted; `alarm` above one in twenty."""

    substituted = fields.Integer(required=True)
    seats = fields.Integer(required=True)
    share = fields.Float(required=True)
    alarm = fields.Boolean(required=True)


class RateRowOut(RateOut):
    """The share of one task, county, requester or inspector."""

    by = fields.String(required=True, validate=validate.OneOf(["task", "county", "requester", "inspector"]))
    key = fields.String(required=True)
    name = fields.String(required=True)


class RatesOut(RateOut):
    """The share over all matches in sight, and for everybody who had a part in a substitution."""

    items = fields.List(fields.Nested(RateRowOut), required=True)


class LiveTaskOut(Schema):
    """The task of a draw as the public sees it."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class LiveCustodianOut(Schema):
    """A custodian by family name, and whether the code is revealed."""

    name = fields.String(required=True)
    revealed = fields.Boolean(required=True)


class LiveRowOut(Schema):
    """One drawn object in ticket order, or one object with its team."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    stratum = fields.String(required=True)
    team = fields.List(fields.String(), required=True)


class LiveOut(Schema):
    """A draw as the screen in the meeting room shows it; nothing before its time."""

    id = fields.String(required=True)
    task = fields.Nested(LiveTaskOut, required=True)
    kind = Code(DrawKind, required=True)
    region_name = fields.String(required=True)
    round = fields.Integer(required=True)
    attempt = fields.Integer(required=True)
    state = Code(DrawState, required=True)
    sealed = fields.Boolean(required=True)
    now = fields.DateTime(required=True)
    commitment_digest = fields.String(required=True)
    committed_at = fields.DateTime(required=True)
    n = fields.Integer(required=True)
    k = fields.Integer(required=True)
    event = fields.Nested(DrawEventOut, required=True)
    custodians = fields.List(fields.Nested(LiveCustodianOut), required=True)
    seed = fields.String(required=True, allow_none=True)
    result_digest = fields.String(required=True, allow_none=True)
    void_reason = fields.String(required=True, allow_none=True)
    rows = fields.List(fields.Nested(LiveRowOut), required=True)
