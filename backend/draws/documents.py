"""The documents of a draw as types: what is hashed, published and verified, and the check of a foreign one's
shape. Every key is always present; what does not apply is "" or 0 or []. Numbers are integers, so that RFC
8785 gives one text."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypedDict, get_args, get_origin, get_type_hints, is_typeddict


class Event(TypedDict):
    """The public event, named before it happens: type dice | lottery | beacon; due is ISO 8601 with
    offset."""

    type: str
    id: str
    due: str


class EventValue(TypedDict):
    value: str


class PlanRef(TypedDict):
    id: str
    version: int
    digest: str


class StratumRow(TypedDict):
    code: str
    n: int
    ratio: str
    k: int
    reserves: int


class TreeHead(TypedDict):
    root: str
    n: int


class Custodian(TypedDict):
    id: str
    code_hash: str


class Commitment(TypedDict):
    """Published before the event. kind objects | inspectors: strata are for the first, roster, eligibility,
    parent, seats, group_size 编组 and experts (seats of experts beside the team) for the second."""

    v: str
    draw: str
    attempt: int
    task: str
    plan: PlanRef
    kind: str
    region: str
    strata: list[StratumRow]
    pool: TreeHead
    roster: TreeHead
    rules: str
    eligibility: str
    parent: str
    seats: int
    group_size: int
    experts: int
    custodians: list[Custodian]
    event: Event


class Code(TypedDict):
    id: str
    code: str


class Leaf(TypedDict):
    """One object of the pool; id and salt are "" while the draw is sealed."""

    id: str
    salt: str
    stratum: str
    leaf: str


class Ranked(TypedDict):
    rank: int
    id: str
    ticket: str


class StratumResult(TypedDict):
    code: str
    drawn: list[Ranked]
    reserves: list[Ranked]


class Result(TypedDict):
    """digest = H(JCS of the other keys); assignments = H(JCS of the bundle's assignments), for inspectors."""

    v: str
    draw: str
    kind: str
    commitment: str
    seed: str
    strata: list[StratumResult]
    assignments: str
    digest: str


class Exclusion(TypedDict):
    id: str
    reasons: list[str]


class ObjectRow(TypedDict):
    """One object to be staffed: its ticket in the object draw, what its team and its experts must hold, who may
    go and who not."""

    id: str
    stratum: str
    ticket: str
    needs: list[str]
    eligible: list[str]
    excluded: list[Exclusion]
    expert_needs: list[str]
    experts: list[str]
    experts_excluded: list[Exclusion]


class InspectorRow(TypedDict):
    """One inspector or expert of the roster; load = objects already assigned when the draw starts, holds =
    qualifications or specialities."""

    id: str
    load: int
    holds: list[str]


class Eligibility(TypedDict):
    """The inputs of the matching, fixed by the commitment; objects, inspectors, experts and each list in them
    are sorted. Nobody is inspector and expert of one draw."""

    v: str
    objects: list[ObjectRow]
    inspectors: list[InspectorRow]
    experts: list[InspectorRow]


class Seat(TypedDict):
    """seat 1 of a team leads. load = objects the person had when this seat was given; how = lot |
    qualification | balance."""

    seat: int
    id: str
    ticket: str
    load: int
    how: str


class Assignment(TypedDict):
    """limit = highest load that still entered the lot. With a reason (too_few | unqualified) there are no
    seats. group numbers the runs of objects that are staffed as one, from 1; 0 = nobody fits the whole run, so
    this object was staffed alone. Experts come beside the seats and never count to them."""

    object: str
    group: int
    limit: int
    seats: list[Seat]
    reason: str
    missing: list[str]
    experts: list[Seat]
    experts_limit: int
    experts_reason: str
    experts_missing: list[str]


class Void(TypedDict):
    """An earlier attempt that was given up; it stays visible."""

    attempt: int
    commitment: str
    reason: str
    requester: str
    approver: str


class SubstitutionRequest(TypedDict):
    """Logged before the substitute is known. number counts a draw's requests from 1; evidence is a SHA-256.
    In an inspector draw `out` leaves the teams of `objects`, which are of one group; the event picks the
    substitute. In an object draw `out` is the object itself, alone in `objects`; the next reserve follows, so the
    event is empty."""

    v: str
    commitment: str
    number: int
    objects: list[str]
    out: str
    reason: str
    evidence: str
    requester: str
    approver: str
    event: Event


class Substitution(TypedDict):
    """substitute and ticket are "" when nobody is left who may go, or no reserve. In an inspector draw an event
    without a value is that of a request that was withdrawn: nobody left and nobody came."""

    request: SubstitutionRequest
    event: EventValue
    substitute: str
    ticket: str


class ParentRef(TypedDict):
    """The object draw that an inspector draw staffs: its draw id, result digest and the digest of its bundle as
    first published, before any substitution."""

    draw: str
    result: str
    bundle: str


class Bundle(TypedDict):
    """All that a stranger needs to recompute a draw. mode open | sealed: sealed shows only the leaves and the
    result's digest."""

    v: str
    mode: str
    commitment: Commitment
    commitment_digest: str
    event: EventValue
    codes: list[Code]
    leaves: list[Leaf]
    result: Result
    assignments: list[Assignment]
    eligibility: Eligibility
    substitutions: list[Substitution]
    voids: list[Void]
    parent: ParentRef


def misshapen(value: object, shape: Any, where: str = "") -> Iterator[str]:
    """Paths at which a JSON value has not the shape of its TypedDict, str, int or list."""
    if is_typeddict(shape):
        hints = _hints(shape)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            yield where or "document"
            return
        for key, hint in hints.items():
            yield from misshapen(value[key], hint, f"{where}.{key}".lstrip("."))
    elif get_origin(shape) is list:
        if not isinstance(value, list):
            yield where
            return
        for index, item in enumerate(value):
            yield from misshapen(item, get_args(shape)[0], f"{where}[{index}]")
    elif shape is int:
        # JavaScript and RFC 8785 share exact integers only up to 2^53.
        if type(value) is not int or not 0 <= value < 2**53:
            yield where
    elif not isinstance(value, str) or not _has_utf8(value):
        yield where


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape)


def _has_utf8(text: str) -> bool:
    """Whether the text can be hashed; JSON may carry lone surrogates, which have no UTF-8 form."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
