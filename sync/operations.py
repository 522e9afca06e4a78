"""The operation: one edit, signature or decision, as it is hashed, signed and kept for ever.

An operation is a plain JSON object, so that one written by a newer version keeps the members that this
version does not know, and with them its hash. Who may do what and when is in phases.
"""

from enum import StrEnum
from typing import TypedDict, cast

from . import values
from .canonical import Json, NotCanonical, canonical, is_integer, short_hash

VERSION = 1
MAX_OPERATION_BYTES = 65_536


class Kind(StrEnum):
    """What an operation does; the last five are written by the server under a name of the office."""

    SET = "set"
    SIGN = "sign"
    SUBMIT = "submit"
    BLOB = "blob"
    ADMIT = "admit"
    DISMISS = "dismiss"
    REVIEW_RETURN = "review.return"
    REVIEW_APPROVE = "review.approve"
    PUBLISH_APPROVE = "publish.approve"


_KINDS = frozenset(Kind)
FILE_FIELDS = ("sha256", "pad", "strokes")
OFFICE_KINDS = frozenset({Kind.ADMIT, Kind.DISMISS, Kind.REVIEW_RETURN, Kind.REVIEW_APPROVE, Kind.PUBLISH_APPROVE})


class Operation(TypedDict):
    """One line of the log; README.md says what each member means."""

    v: int
    rep: str
    seq: int
    prev: str
    insp: str
    rev: int
    usr: str
    k: str
    reg: str
    val: Json
    sup: list[str]
    lam: int
    at: str
    off: int | None


class MalformedOperation(ValueError):
    """Not an operation of any version: the members that carry the chain cannot be used."""


_ENVELOPE: dict[str, values.Check] = {
    "v": values.sequence,
    "rep": values.replica_id,
    "seq": values.sequence,
    "prev": values.matches("(?:|[A-Za-z0-9_-]{43})"),
    "insp": values.matches(values.UUID),
}
_BODY: dict[str, values.Check] = _ENVELOPE | {
    "rev": values.sequence,
    "usr": values.matches(r"[A-Za-z0-9._:-]{1,64}"),
    "k": values.text(40, 1),
    "reg": values.text(200),
    "val": lambda value: True,
    "sup": values.set_of(values.dot, 64),
    "lam": values.sequence,
    "at": values.time,
    "off": values.maybe(is_integer),
}
_REGISTERS = {Kind.SET: values.SET, Kind.SIGN: values.SIGN, Kind.BLOB: values.BLOB}
_VALUES: dict[Kind, values.Check] = {
    Kind.SUBMIT: values.nothing,
    Kind.ADMIT: values.decision,
    Kind.DISMISS: values.decision,
    Kind.REVIEW_RETURN: values.returned,
    Kind.REVIEW_APPROVE: values.approval,
    Kind.PUBLISH_APPROVE: values.approval,
}


def read_operation(raw: Json) -> Operation:
    """An operation of any version off the wire. Raises MalformedOperation when it cannot even be chained.

    What it may lack beyond that (an unknown kind, a wrong value) is for check_operation: such an operation is
    stored and held, never lost.
    """
    if not isinstance(raw, dict):
        raise MalformedOperation("an operation is an object")
    for name, check in _ENVELOPE.items():
        if not check(raw.get(name)):
            raise MalformedOperation(name)
    if (raw["seq"] == 1) != (raw["prev"] == ""):
        raise MalformedOperation("prev")
    try:
        if len(canonical(raw)) > MAX_OPERATION_BYTES:
            raise MalformedOperation("too large")
    except NotCanonical as error:
        raise MalformedOperation(str(error)) from error
    return cast(Operation, raw)


def check_operation(op: Operation) -> str:
    """Empty when this version understands the operation, else its code: deferred or invalid."""
    kind = op.get("k")
    if op["v"] > VERSION or (isinstance(kind, str) and kind and kind not in _KINDS):
        return "deferred"
    if op.keys() != _BODY.keys() or not all(check(cast(Json, op)[name]) for name, check in _BODY.items()):
        return "invalid"
    if any(rep == op["rep"] and seq >= op["seq"] for rep, seq in map(split_dot, op["sup"])):
        return "invalid"
    return "" if _fits(Kind(op["k"]), op["reg"], op["val"], op["sup"]) else "invalid"


def check_new(op: Operation) -> str:
    """What check_operation says, and `invalid` too when a text holds a control character but line feed and tab.

    Asked of what is written or taken in now. The fold does not ask: a log from before this rule stays as it was.
    """
    return check_operation(op) or ("" if values.printable(op["val"]) else "invalid")


def _fits(kind: Kind, register: str, value: Json, sup: list[str]) -> bool:
    if kind not in _REGISTERS:
        return register == "" and not sup and _VALUES[kind](value)
    check = next((check for pattern, check in _REGISTERS[kind] if pattern(register)), None)
    if check is None or not (value is None or check(value)):
        return False
    if kind is Kind.SIGN:
        return value is None or bool(value["role"] == register.split("/")[1])
    if kind is Kind.BLOB:
        return value is not None and not sup and bool(value["sha256"] == register.split("/")[1])
    return True


def operation_hash(op: Operation) -> str:
    """base64url(SHA-256(JCS(operation))): its identity, and the `prev` of the replica's next operation."""
    return short_hash(canonical(op))


def named_files(op: Operation) -> frozenset[str]:
    """SHA-256 of each file that the operation's value names: a photo, a pad image, its strokes."""
    value = op.get("val")
    named = [value.get(field) for field in FILE_FIELDS] if isinstance(value, dict) else []
    return frozenset(sha256 for sha256 in named if isinstance(sha256, str) and values.sha256(sha256))


def dot(op: Operation) -> str:
    """The operation's name within its inspection: `replica:seq`."""
    return f"{op['rep']}:{op['seq']}"


def split_dot(name: str) -> tuple[str, int]:
    replica, _, seq = name.rpartition(":")
    return replica, int(seq)


def is_office(rep: str) -> bool:
    """Whether a replica's name is one of the office: `office` in old logs, since then what office_name gives."""
    return values.office_id(rep)


def office_name(chance: bytes) -> str:
    """The name under which the server writes for as long as nothing that it wrote can be lost, from 11 random bytes.

    A server that came back from an older copy takes another, so no dot ever names two contents.
    """
    signs = chance.hex()
    return f"0ff1ce00-{signs[:4]}-8{signs[4:7]}-8{signs[7:10]}-{signs[10:22]}"


def signed_bytes(ops: list[Operation]) -> bytes:
    """What a phone signs for a batch: the hash of its last operation, in ASCII. Others hang on it by `prev`.

    ECDSA P-256 with SHA-256 as WebCrypto writes it: raw r||s, 64 bytes, base64url without padding.
    """
    return operation_hash(ops[-1]).encode("ascii")
