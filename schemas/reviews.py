"""Wire shapes of the review desk 审核 and of the sign-off 公示审批."""

from enum import StrEnum

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, code, sha256, text
from schemas.vocabulary import InspectionState, ObjectKind, Outcome, Result, ReviewDecision, SeatRole


class QueueView(StrEnum):
    """Which part of a queue: what waits, what is mine, what was decided lately."""

    OPEN = "open"
    MINE = "mine"
    RECENT = "recent"


class HeldDecision(StrEnum):
    """What a reviewer decides on an operation that was kept aside."""

    ADMIT = "admit"
    DISMISS = "dismiss"


class QueueIn(Strict):
    """Which rows of a queue; the region narrows one's own jurisdiction."""

    view = Code(QueueView, load_default=QueueView.OPEN)
    region = fields.String(validate=validate.Regexp(r"^[0-9]{6}(?!\n)$"), load_default=None)
    cursor = text(100, required=False, load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class PointComment(Strict):
    """What is to be put right at one check point."""

    point = code()
    text = text(4000)


class ReturnIn(Strict):
    """退回: what to put right, by point or as a whole; at least one of them."""

    rev = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    comment = text(4000, minimum=0)
    points = fields.List(fields.Nested(PointComment), required=True, validate=validate.Length(max=500))


class ApproveIn(Strict):
    """通过: the revision that the reviewer has read."""

    rev = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    comment = text(4000, minimum=0, required=False, load_default="")


class SignOffIn(Strict):
    """公示审批: the digest that is signed and the signature's picture (PNG, base64, at most 200 kB)."""

    rev = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    digest = sha256()
    signature = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9+/]{8,273068}={0,2}(?!\n)$"))


class HeldIn(Strict):
    """采纳 or 不采纳 of one operation that was kept aside, with the reason."""

    decision = Code(HeldDecision, required=True)
    reason = text(500)


class TaskRef(Schema):
    """A task by name."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class DeadlineOut(Schema):
    """When a result must be public: green with over five working days left, red when missed.

    `provisional` where that year's holidays are not announced yet.
    """

    publish_due_on = fields.Date(required=True, allow_none=True)
    working_days_left = fields.Integer(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True, validate=validate.OneOf(["green", "amber", "red"]))
    provisional = fields.Boolean(required=True)


class QueueObject(Schema):
    """An object as a row of the queue names it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = Code(ObjectKind, required=True)


class QueueRow(DeadlineOut):
    """One record in a queue."""

    id = fields.String(required=True)
    object = fields.Nested(QueueObject, required=True)
    task = fields.Nested(TaskRef, required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    state = Code(InspectionState, required=True)
    rev = fields.Integer(required=True)
    submitted_at = fields.DateTime(required=True, allow_none=True)
    result = Code(Result, required=True, allow_none=True)
    outcome_state = Code(Outcome, required=True, allow_none=True)
    problems = fields.Integer(required=True)
    inspectors = fields.List(fields.String(), required=True)
    reviewer = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    blobs_missing = fields.Integer(required=True)
    held = fields.Integer(required=True)


class QueueOut(Schema):
    """A page of a queue with the number of records in each view."""

    items = fields.List(fields.Nested(QueueRow), required=True)
    next = fields.String(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class RecordInspection(DeadlineOut):
    """Where the inspection stands."""

    id = fields.String(required=True)
    state = Code(InspectionState, required=True)
    rev = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    check_ended_at = fields.DateTime(required=True, allow_none=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)


class TeamMember(Schema):
    """An inspector of the team."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    role = Code(SeatRole, required=True)
    certificate = fields.String(required=True, allow_none=True)


class ConflictValue(Schema):
    """One of the values that writers disagree about."""

    dot = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    author = fields.String(required=True)
    device_label = fields.String(required=True)
    at = fields.String(required=True)
    received_at = fields.DateTime(required=True)


class ConflictOut(Schema):
    """A register whose writers disagree; the inspectors decide."""

    reg = fields.String(required=True)
    values = fields.List(fields.Nested(ConflictValue), required=True)


class SignatureOut(Schema):
    """A signature on site; `stands` while nothing was changed after it."""

    slot = fields.String(required=True)
    role = fields.String(required=True)
    name = fields.String(required=True)
    pad = fields.String(required=True, allow_none=True)
    at = fields.String(required=True)
    refused = fields.Dict(required=True, allow_none=True)
    digest = fields.String(required=True)
    rev = fields.Integer(required=True)
    stands = fields.Boolean(required=True)


class OperationOut(Schema):
    """One operation of the log: who wrote what, when, on which device; times and device are evidence."""

    pos = fields.Integer(required=True)
    rev = fields.Integer(required=True)
    kind = fields.String(required=True)
    reg = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    author = fields.String(required=True)
    device_label = fields.String(required=True)
    at = fields.String(required=True, allow_none=True)
    received_at = fields.DateTime(required=True)
    code = fields.String(required=True, allow_none=True)


class HistoryOut(OperationOut):
    """An operation with the values that it replaced and how the server took it."""

    before = fields.List(fields.Raw(allow_none=True), required=True)
    off = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True)


class HeldOut(OperationOut):
    """An operation kept aside that waits for a decision, and which decisions are possible now."""

    dot = fields.String(required=True)
    decisions = fields.List(fields.String(validate=validate.OneOf(["admit", "dismiss"])), required=True)


class ReviewOut(Schema):
    """A decision on one revision."""

    rev = fields.Integer(required=True)
    decision = Code(ReviewDecision, required=True)
    comment = fields.String(required=True)
    points = fields.List(fields.Nested(PointComment), required=True)
    reviewer = fields.String(required=True)
    decided_at = fields.DateTime(required=True)


class SignedOffOut(Schema):
    """The sign-off of a revision."""

    rev = fields.Integer(required=True)
    supervisor = fields.String(required=True)
    signed_at = fields.DateTime(required=True)


class RevisionOut(Schema):
    """A signed snapshot."""

    rev = fields.Integer(required=True)
    digest = fields.String(required=True)
    sealed_at = fields.DateTime(required=True)


class DifferenceOut(Schema):
    """A register that differs between the last two signed revisions; null stands for absent."""

    reg = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class MayOut(Schema):
    """What the reader can do with the record as it stands."""

    return_ = fields.Boolean(required=True, data_key="return", attribute="return")
    approve = fields.Boolean(required=True)
    sign_off = fields.Boolean(required=True)


class RecordOut(Schema):
    """A whole record as the review desk shows it; `digest` is that of this revision's signed snapshot."""

    inspection = fields.Nested(RecordInspection, required=True)
    object = fields.Dict(required=True)
    task = fields.Nested(TaskRef, required=True)
    team = fields.List(fields.Nested(TeamMember), required=True)
    checklist = fields.Dict(required=True)
    checklist_digest = fields.String(required=True)
    digest = fields.String(required=True, allow_none=True)
    registers = fields.Dict(required=True)
    conflicts = fields.List(fields.Nested(ConflictOut), required=True)
    results = fields.Dict(required=True)
    status = fields.Dict(required=True)
    photos = fields.Dict(required=True)
    signatures = fields.List(fields.Nested(SignatureOut), required=True)
    held = fields.List(fields.Nested(HeldOut), required=True)
    history = fields.List(fields.Nested(HistoryOut), required=True)
    reviews = fields.List(fields.Nested(ReviewOut), required=True)
    sign_off = fields.Nested(SignedOffOut, required=True, allow_none=True)
    revisions = fields.List(fields.Nested(RevisionOut), required=True)
    differences = fields.List(fields.Nested(DifferenceOut), required=True)
    blobs_missing = fields.List(fields.String(), required=True)
    may = fields.Nested(MayOut, required=True)
