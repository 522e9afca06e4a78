"""Decisions from plain values: when a visit is due, what an operation may say, what a file may be."""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.checklists.rules import status, validate_answer
from sync import (
    OK,
    Code,
    InspectionState,
    Json,
    Kind,
    Operation,
    Status,
    conflicts,
    decide,
    held,
    is_record,
)

DAYS_WHEN_PERIOD_IS_OVER = 30
INVALID_VALUE = "invalid_value"
INCOMPLETE = "incomplete"
OUTCOME_PHOTOS = "outcome"
# Eight idle days of a phone are a known case, but then the file itself is still there to be sent.
ABANDONED_AFTER = timedelta(days=7)

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_STROKES = 256 * 1024
MOST_PIXELS = 25_000_000
STROKES = "application/json"
# 80 bits: whoever guesses a million codes a second needs about 2^40 seconds for one that is ours.
_CHECK_MAC_BYTES = 10
_CHECK_CODE = re.compile(r"[a-z2-7]{26}-[a-z2-7]{16}")
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def due_on(*, period_to: date, today: date) -> date:
    """The day by which the visit is due: the end of the task's period, or 30 days on when that is over."""
    return period_to if period_to > today else today + timedelta(days=DAYS_WHEN_PERIOD_IS_OVER)


def largest(mime: str) -> int:
    """How many bytes a file of this kind may have."""
    return LARGEST_STROKES if mime == STROKES else LARGEST_FILE


def judge(
    state: InspectionState,
    op: Operation,
    *,
    document: Mapping[str, Any],
    person: str,
    is_member: bool,
    replica_active: bool,
) -> Status:
    """The status of a phone's operation: the protocol's decision, then what this sheet says to its content.

    `person` is whose key signed. A wrong value or a signature under an unfinished sheet is authentic all the
    same, so it is held and shown, never refused.
    """
    decision = decide(state, op, is_member=is_member, replica_active=replica_active)
    if decision != OK:
        return decision
    if op["usr"] != person:
        return held(Code.INVALID)
    if op["k"] == Kind.SET and not fits_sheet(document, op["reg"], op["val"]):
        return held(INVALID_VALUE)
    # A record in conflict has no content to judge: there the protocol itself keeps the seal from completing.
    if op["k"] == Kind.SIGN and op["val"] is not None and not conflicts(state):
        return held(INCOMPLETE) if status(document, values_of(state))["missing"] else OK
    return OK


def fits_sheet(document: Mapping[str, Any], register: str, value: Json) -> bool:
    """Whether the register exists in this sheet and the checklist engine takes the value."""
    family, _, rest = register.partition("/")
    name = rest.partition("/")[0]
    points = {point["code"]: point for point in document["points"]}
    if family == "ans":
        return name in points and validate_answer(points[name], value) is None
    if family == "note":
        return name in points
    if family == "photo":
        return name in points or name == OUTCOME_PHOTOS
    if family == "result":
        return value in (None, "5", "8") and any(item["code"] == name for item in document["items"])
    return True


def values_of(state: InspectionState) -> dict[str, Json]:
    """The record's values, without cleared registers and without those in conflict."""
    return {
        name: register.value
        for name, register in state.registers.items()
        if is_record(name) and register.value is not None
    }


def check_code(inspection_id: str, *, key: bytes) -> str:
    """核验码 of an inspection: its id and a keyed hash of it, in RFC 4648 base32, lower case."""
    identity = UUID(inspection_id).bytes
    return f"{_base32(identity)}-{_base32(_mac(identity, key))}"


def read_check_code(code: str, *, key: bytes) -> str | None:
    """The inspection's id if the code is ours."""
    if not _CHECK_CODE.fullmatch(code):
        return None
    identity, mac = (base64.b32decode(part.upper() + "=" * (-len(part) % 8)) for part in code.split("-"))
    return str(UUID(bytes=identity)) if hmac.compare_digest(mac, _mac(identity, key)) else None


def _mac(identity: bytes, key: bytes) -> bytes:
    return hmac.digest(key, identity, "sha256")[:_CHECK_MAC_BYTES]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
