"""Wire shapes of the sync protocol for the contract; what they mean and every limit is in sync/README.md.

Operations stay free-form objects: `sync.read_operation` judges them, and newer ones keep unknown members.
"""

from marshmallow import EXCLUDE, Schema, fields, validate

from schemas.base import LARGEST_INTEGER, Strict, text
from sync import MAX_BATCH_OPERATIONS


class PushIn(Schema):
    """Consecutive operations of one replica with its signature; further members are ignored."""

    class Meta:
        unknown = EXCLUDE

    rep = text(36)
    ops = fields.List(fields.Raw(), required=True, validate=validate.Length(min=1))
    sig = text(86)
    app = text(80)
    schema = fields.Integer(required=True, strict=True)


class AckOut(Schema):
    """The fate of one operation; `code` is empty when it is ok."""

    seq = fields.Integer(required=True)
    pos = fields.Integer(required=True)
    st = fields.String(required=True, validate=validate.OneOf(["ok", "held"]))
    code = fields.String(required=True)


class PushOut(Schema):
    """Acknowledgements in the order of the operations, after they are durable."""

    acks = fields.List(fields.Nested(AckOut), required=True)
    have = fields.Integer(required=True)
    head = fields.Integer(required=True)
    chain = fields.String(required=True)
    now = fields.DateTime(required=True)


class PullIn(Strict):
    """Read the log after a position; `chain` is what the reader knows to stand there."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST_INTEGER))
    chain = fields.String(load_default=None, validate=validate.Length(max=43))
    rep = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=MAX_BATCH_OPERATIONS, validate=validate.Range(min=1, max=MAX_BATCH_OPERATIONS))


class LogEntryOut(Schema):
    """One position of the log."""

    pos = fields.Integer(required=True)
    st = fields.String(required=True)
    code = fields.String(required=True)
    recv = fields.DateTime(required=True)
    chain = fields.String(required=True)
    op = fields.Dict(required=True)


class PullOut(Schema):
    """Entries in order; go on from the last `pos` until it is `head`."""

    ops = fields.List(fields.Nested(LogEntryOut), required=True)
    have = fields.Integer(required=True)
    head = fields.Integer(required=True)
    chain = fields.String(required=True)
    now = fields.DateTime(required=True)


class BundleIn(Schema):
    """The rescue file: signed batches of any replicas, carried by anybody."""

    v = fields.Integer(required=True)
    replicas = fields.List(fields.Dict(), required=True)
    batches = fields.List(fields.Dict(), required=True)


class ImportedBatchOut(Schema):
    """What became of one batch of a rescue file."""

    insp = fields.String(required=True)
    rep = fields.String(required=True)
    st = fields.String(required=True, validate=validate.OneOf(["stored", "gap", "fork", "refused"]))
    code = fields.String(required=True)
    acks = fields.List(fields.Nested(AckOut), required=True)
    missing = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "files that this replica's stored operations name; whoever carries them may upload"},
    )
    expect = fields.Integer(required=True, allow_none=True)
    seq = fields.Integer(required=True, allow_none=True)


class ImportOut(Schema):
    """The batches in the order of the file."""

    batches = fields.List(fields.Nested(ImportedBatchOut), required=True)
