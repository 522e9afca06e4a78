"""What the value of each register may look like. Whether an answer is complete is the checklist's rule."""

import re
from collections.abc import Callable, Mapping

from .canonical import Json, is_integer

Check = Callable[[Json], bool]

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CODE = r"[A-Za-z0-9._-]{1,64}"
REPLICA = rf"(?:{UUID}|office)"
# A UUID of version 8 whose first half says what it is. Phones have version 7, and older apps read it as any UUID.
OFFICE = r"(?:office|0ff1ce00-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12})"
DOT = rf"{REPLICA}:[1-9][0-9]{{0,15}}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
DECIMAL = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,20})?"


def matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def text(high: int, low: int = 0) -> Check:
    """A string of so many code points; the TypeScript twin must not count UTF-16 units instead."""
    return lambda value: isinstance(value, str) and low <= len(value) <= high


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(value: Json) -> bool:
    """Whether no text anywhere in the value holds a control character other than line feed and tab."""
    if isinstance(value, dict):
        return all(map(printable, value.values()))
    if isinstance(value, list):
        return all(map(printable, value))
    return not (isinstance(value, str) and _CONTROL.search(value))


def integer(low: int, high: int) -> Check:
    return lambda value: is_integer(value, low, high)


def one_of(*allowed: str) -> Check:
    return lambda value: isinstance(value, str) and value in allowed


def nothing(value: Json) -> bool:
    return value is None


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def record(optional: Mapping[str, Check] | None = None, /, **fields: Check) -> Check:
    """An object with exactly these members; the optional ones may be absent, but are not null."""
    known = fields | dict(optional or {})
    return lambda value: (
        isinstance(value, dict)
        and fields.keys() <= value.keys() <= known.keys()
        and all(known[name](member) for name, member in value.items())
    )


def list_of(check: Check, high: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= high and all(map(check, value))


def set_of(check: Check, high: int) -> Check:
    listed = list_of(check, high)
    return lambda value: listed(value) and len(set(value)) == len(value)


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


sha256 = matches("[0-9a-f]{64}")
time = matches(TIME)
decimal = matches(DECIMAL)
replica_id = matches(REPLICA)
office_id = matches(OFFICE)
dot = matches(DOT)
sequence = integer(1, 2**53 - 1)


def cover(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= 64
        and all(map(replica_id, value))
        and all(map(sequence, value.values()))
    )


_signature = record(
    role=one_of("lead", "member", "representative"),
    name=text(100),
    digest=sha256,
    cover=cover,
    pad=maybe(sha256),
    strokes=maybe(sha256),
    refused=maybe(record(why=text(500, 1), witness=text(100))),
)


def signature(value: Json) -> bool:
    """A hand-written signature, or its refusal: who does not sign leaves a reason instead of a pad."""
    return _signature(value) and (value["refused"] is not None or None not in (value["pad"], value["strokes"]))


answer = either(
    record(r=one_of("pass", "fail", "na", "unchecked"), why=text(500)),
    record(n=decimal),
    record(t=text(4000)),
    record(c=text(64, 1)),
    record(m=set_of(text(64, 1), 100)),
    record(d=matches(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
)

photo = record(
    # Of a later edition, and absent from what was signed before it.
    {"of": sha256, "orig": sha256},
    sha256=sha256,
    size=integer(1, 100_000_000),
    mime=one_of("image/jpeg", "image/png", "image/webp"),
    w=maybe(integer(1, 100_000)),
    h=maybe(integer(1, 100_000)),
    at=maybe(time),
    lat=maybe(decimal),
    lon=maybe(decimal),
    acc=maybe(decimal),
    off=maybe(is_integer),
)

blob = record(sha256=sha256, size=integer(1, 100_000_000), mime=one_of("image/png", "image/jpeg", "application/json"))

outcome = record(
    code=one_of("normal", "unreachable", "closed", "refused", "no_business", "deregistered", "revoked", "moved"),
    why=text(500),
)

# Register patterns of each kind of operation, with the check of a value that is not null (null = cleared).
SET: tuple[tuple[Check, Check], ...] = (
    (matches(f"ans/{CODE}"), answer),
    (matches(f"note/{CODE}"), text(4000)),
    (matches(f"photo/{CODE}/{UUID}"), photo),
    (matches(f"result/{CODE}"), one_of(*"12345678")),
    (matches("outcome"), outcome),
    (matches("remark"), text(4000)),
    (matches("place"), record(lat=maybe(decimal), lon=maybe(decimal), acc=maybe(decimal), at=time)),
    (matches(f"fact/{UUID}/[a-z0-9_]{{1,40}}"), text(4000)),
)
SIGN: tuple[tuple[Check, Check], ...] = ((matches(f"sign/(?:lead|member|representative)/{CODE}"), signature),)
BLOB: tuple[tuple[Check, Check], ...] = ((matches("blob/[0-9a-f]{64}"), blob),)

decision = record(op=dot, why=text(500))
returned = record(comment=text(4000), points=list_of(record(point=matches(CODE), text=text(4000)), 500))
approval = record(comment=text(4000))
