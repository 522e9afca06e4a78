"""Wire shapes of the list of inspections, of the packet that a phone takes along, and of file questions."""

from marshmallow import EXCLUDE, Schema, fields, validate

from schemas.base import Code, Strict, code, moment, sha256
from schemas.vocabulary import InspectionState, ObjectKind, SeatRole, TaskKind, TaskSource

FILE_KINDS = ("image/jpeg", "image/png", "image/webp", "application/json")


class SinceIn(Strict):
    """`since`: the `next_since` of the answer before; without it everything."""

    since = moment(load_default=None)


class TaskBriefOut(Schema):
    """The task that an inspection belongs to."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ObjectBriefOut(Schema):
    """Whom to visit, and how to find and reach them."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = Code(ObjectKind, required=True)
    address = fields.String(required=True)
    phone = fields.String(required=True)
    legal_representative = fields.String(required=True)
    region_name = fields.String(required=True)


class ObjectFullOut(ObjectBriefOut):
    """The object as the directory has it."""

    region = fields.String(required=True)
    registered_on = fields.Date(required=True)
    status = fields.String(required=True)
    industry = fields.String(required=True)
    authority = fields.String(required=True)
    authority_name = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    licences = fields.List(fields.String(), required=True)
    risk = fields.String(required=True)


class TeamMemberOut(Schema):
    """One inspector of the team 检查组."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    role = Code(SeatRole, required=True)


class TeammateOut(TeamMemberOut):
    """One inspector of the team as the others reach them."""

    phone = fields.String(required=True)


class PointCommentOut(Schema):
    """What the reviewer said of one check point."""

    point = fields.String(required=True)
    text = fields.String(required=True)


class ReturnedOut(Schema):
    """Why the record came back 退回."""

    comment = fields.String(required=True)
    points = fields.List(fields.Nested(PointCommentOut), required=True)


class BriefOut(Schema):
    """One inspection in the list of its inspectors; head, rev and chain tell whether the log has news."""

    id = fields.String(required=True)
    state = Code(InspectionState, required=True)
    rev = fields.Integer(required=True)
    head = fields.Integer(required=True)
    chain = fields.String(required=True)
    due_on = fields.Date(required=True)
    publish_due_on = fields.Date(required=True, allow_none=True)
    changed_at = fields.DateTime(required=True)
    task = fields.Nested(TaskBriefOut, required=True)
    object = fields.Nested(ObjectBriefOut, required=True)
    team = fields.List(fields.Nested(TeamMemberOut), required=True)
    checklist_digest = fields.String(required=True)
    packet_etag = fields.String(
        required=True, metadata={"description": "of the packet; only another one than the phone's needs fetching"}
    )
    returned = fields.Nested(ReturnedOut, required=True, allow_none=True)


class InspectionsOut(Schema):
    """Inspections that changed; `next_since` overlaps a little, so one may come twice.

    `in_hand` names all whose record is with this inspector: what a phone has beyond that went to a substitute 撤换.
    """

    items = fields.List(fields.Nested(BriefOut), required=True)
    in_hand = fields.List(fields.String(), required=True)
    next_since = fields.String(required=True)
    now = fields.DateTime(required=True)


class ChecklistOut(Schema):
    """The frozen sheet; its digest is the SHA-256 of its canonical JSON."""

    document = fields.Dict(required=True)
    digest = fields.String(required=True)


class DrawProofOut(Schema):
    """How this object came to be drawn; the numbers to look up in the published bundle."""

    draw = fields.String(required=True)
    stratum = fields.String(required=True)
    stratum_name = fields.String(required=True)
    rank = fields.Integer(required=True)
    ticket = fields.String(required=True)
    k = fields.Integer(required=True)
    n = fields.Integer(required=True)
    result_digest = fields.String(required=True, allow_none=True)


class SourceOut(Schema):
    """What kind of task it is, and where a special or single-case inspection comes from, with its grounds."""

    kind = Code(TaskKind, required=True)
    source = Code(TaskSource, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class EarlierResultOut(Schema):
    """An earlier published inspection of the same object."""

    task = fields.Nested(TaskBriefOut, required=True)
    checked_on = fields.Date(required=True)
    result = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    answers = fields.Dict(required=True, metadata={"description": "point code to answer; the newest record's only"})


class PacketOut(BriefOut):
    """Everything that an inspection needs without network."""

    object = fields.Nested(ObjectFullOut, required=True)
    team = fields.List(fields.Nested(TeammateOut), required=True)
    checklist = fields.Nested(ChecklistOut, required=True)
    check_code = fields.String(required=True, metadata={"description": "核验码, shown at the door as /check/<code>"})
    # None where a single case named object and team.
    draw = fields.Nested(DrawProofOut, required=True, allow_none=True)
    source = fields.Nested(SourceOut, required=True)
    history = fields.List(fields.Nested(EarlierResultOut), required=True)


class BlobsIn(Strict):
    """Digests of the files that a phone holds, for one inspection or for all of the inspector's."""

    sha256 = fields.List(sha256(required=False), required=True, validate=validate.Length(max=500))
    inspection = code(36, required=False, load_default=None)


class UploadIn(Schema):
    """What a tus creation announces in its headers; other metadata is ignored."""

    class Meta:
        unknown = EXCLUDE

    sha256 = sha256()
    inspection = code(36)
    mime = fields.String(required=True, validate=validate.OneOf(FILE_KINDS))
    size = fields.Integer(required=True, validate=validate.Range(min=1))


class BlobsMissingOut(Schema):
    """Those of them that are still to be uploaded."""

    missing = fields.List(fields.String(), required=True)
