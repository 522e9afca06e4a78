"""What goes over the wire, and over the rescue bundle: shapes, limits, and the reading of a batch."""

from typing import TypedDict, cast

from . import values
from .canonical import Json
from .operations import VERSION, MalformedOperation, Operation, is_office, read_operation

MAX_BATCH_OPERATIONS = 500
MAX_BATCH_BYTES = 1_048_576


class Batch(TypedDict):
    """Consecutive operations of one replica, with its signature over the last hash (see signed_bytes)."""

    insp: str
    rep: str
    ops: list[Operation]
    sig: str


class Push(TypedDict):
    """Body of POST /inspections/{id}/ops."""

    rep: str
    ops: list[Operation]
    sig: str
    app: str
    schema: int


class Ack(TypedDict):
    seq: int
    pos: int
    st: str
    code: str


class PushAnswer(TypedDict):
    """`have` is the asking replica's highest stored seq; `head` and `chain` are the log's newest."""

    acks: list[Ack]
    have: int
    head: int
    chain: str
    now: str


class Entry(TypedDict):
    """One position of the server's log, with the time of receipt by the server's clock."""

    pos: int
    st: str
    code: str
    recv: str
    chain: str
    op: Operation


class PullAnswer(TypedDict):
    ops: list[Entry]
    have: int
    head: int
    chain: str
    now: str


class BundleReplica(TypedDict):
    """`public_key`: P-256, SPKI, base64url. The server trusts its own enrolment, not this copy."""

    rep: str
    usr: str
    public_key: str


class Bundle(TypedDict):
    """The rescue file: signed batches of any replicas, carried by anybody; read each with read_batch."""

    v: int
    replicas: list[BundleReplica]
    batches: list[Json]


_base64url = values.matches("[A-Za-z0-9_-]{1,1000}")
_signature = values.matches("[A-Za-z0-9_-]{86}")
_replica = values.record(rep=values.replica_id, usr=values.matches(r"[A-Za-z0-9._:-]{1,64}"), public_key=_base64url)
_bundle = values.record(
    v=values.integer(1, 1),
    replicas=values.list_of(_replica, 1000),
    batches=values.list_of(lambda batch: isinstance(batch, dict), 10_000),
)


def accepts_schema(schema: int) -> bool:
    """Whether a client of this generation may push: the present, the one before, or a newer one."""
    return schema >= max(1, VERSION - 1)


def read_batch(raw: Json, inspection: str | None = None) -> Batch:
    """A batch from a push, whose address names the inspection, or a bundle. Raises MalformedOperation."""
    if not isinstance(raw, dict) or not isinstance(raw.get("ops"), list) or "rep" not in raw:
        raise MalformedOperation("ops")
    if not _signature(raw.get("sig")):
        raise MalformedOperation("sig")
    if not 1 <= len(raw["ops"]) <= MAX_BATCH_OPERATIONS:
        raise MalformedOperation("between 1 and 500 operations")
    inspection = inspection or raw.get("insp")
    ops = [read_operation(op) for op in raw["ops"]]
    rep = ops[0]["rep"]
    if is_office(rep) or raw["rep"] != rep or any(op["rep"] != rep or op["insp"] != inspection for op in ops):
        raise MalformedOperation("a batch is of one phone and one inspection")
    return {"insp": ops[0]["insp"], "rep": rep, "ops": ops, "sig": raw["sig"]}


def read_bundle(raw: Json) -> Bundle:
    """The outside of a bundle, so that one bad batch blocks no other. Raises MalformedOperation."""
    if not _bundle(raw):
        raise MalformedOperation("not a rescue bundle of version 1")
    return cast(Bundle, raw)
