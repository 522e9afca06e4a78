"""Who may write what in which phase: the server's decision table, which the phone asks too, beforehand."""

from collections.abc import Collection
from enum import StrEnum

from .log import OK, Status, held
from .operations import OFFICE_KINDS, Kind


class Phase(StrEnum):
    """States of an inspection that the log decides; `published` is set by the publication stage."""

    ASSIGNED = "assigned"
    ON_SITE = "on_site"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SIGNED_OFF = "signed_off"
    PUBLISHED = "published"


class Code(StrEnum):
    """Why an operation is held. It is stored all the same, and shown to its author and to the reviewer."""

    REPLICA_REVOKED = "replica_revoked"
    UNASSIGNED = "unassigned"
    DEFERRED = "deferred"
    INVALID = "invalid"
    NOT_PERMITTED = "not_permitted"
    REV_FUTURE = "rev_future"
    REV_OLD = "rev_old"
    REV_SEALED = "rev_sealed"
    NOT_OPEN = "not_open"
    CONFLICT_UNRESOLVED = "conflict_unresolved"
    SEAL_INCOMPLETE = "seal_incomplete"


SEAL = "seal"
OPEN = frozenset({Phase.ASSIGNED, Phase.ON_SITE, Phase.RETURNED})

# The state machine: (from, operation) -> to. SEAL is the signature that makes the seal complete.
TRANSITIONS: dict[tuple[str, str], Phase] = {
    (Phase.ASSIGNED, Kind.SET): Phase.ON_SITE,
    (Phase.ON_SITE, SEAL): Phase.SEALED,
    (Phase.RETURNED, SEAL): Phase.SEALED,
    (Phase.SEALED, Kind.SUBMIT): Phase.SUBMITTED,
    (Phase.SUBMITTED, Kind.REVIEW_RETURN): Phase.RETURNED,
    (Phase.SUBMITTED, Kind.REVIEW_APPROVE): Phase.APPROVED,
    (Phase.APPROVED, Kind.PUBLISH_APPROVE): Phase.SIGNED_OFF,
}


def admit(
    kind: str,
    *,
    phase: str,
    rev: int,
    current_rev: int,
    check: str = "",
    is_office: bool = False,
    is_member: bool = True,
    replica_active: bool = True,
    is_open: bool = True,
    has_conflicts: bool = False,
    target: Collection[str] = (),
) -> Status:
    """`ok`, or `held` with the first reason that applies.

    `check` is check_operation's answer. `is_open`: a `set` goes to a register open for writing. `target`
    concerns admit and dismiss: which of the two the named operation allows, none once it was decided.
    """
    if not is_office:
        if not replica_active:
            return held(Code.REPLICA_REVOKED)
        if not is_member:
            return held(Code.UNASSIGNED)
    if check:
        return held(check)
    if (kind in OFFICE_KINDS) != is_office:
        return held(Code.NOT_PERMITTED)
    if rev != current_rev:
        return held(Code.REV_FUTURE if rev > current_rev else Code.REV_OLD)
    if kind in (Kind.SET, Kind.BLOB, Kind.SIGN):
        return _write(kind, phase, is_open)
    if kind == Kind.SUBMIT:
        return _submit(phase, has_conflicts)
    if kind == Kind.ADMIT:
        if kind not in target:
            return held(Code.NOT_PERMITTED)
        return OK if phase in OPEN else held(Code.REV_SEALED)
    permitted = kind in target if kind == Kind.DISMISS else (phase, kind) in TRANSITIONS
    return OK if permitted else held(Code.NOT_PERMITTED)


def _write(kind: str, phase: str, is_open: bool) -> Status:
    if phase not in OPEN:
        return held(Code.REV_SEALED)
    if kind == Kind.SIGN and phase == Phase.ASSIGNED:
        return held(Code.NOT_PERMITTED)
    return OK if is_open or kind != Kind.SET else held(Code.NOT_OPEN)


def _submit(phase: str, has_conflicts: bool) -> Status:
    if phase == Phase.SEALED:
        return OK
    if phase not in OPEN:
        return held(Code.REV_SEALED)
    return held(Code.CONFLICT_UNRESOLVED if has_conflicts else Code.SEAL_INCOMPLETE)


def is_open(register: str, *, points: Collection[str] | None, items: dict[str, tuple[str, ...]] | None = None) -> bool:
    """Whether a register may be written: after a return (`points`) only those of the named points."""
    if points is None or register == "remark":
        return True
    family, _, rest = register.partition("/")
    if family in ("ans", "note", "photo"):
        return rest.split("/")[0] in points
    return family == "result" and any(point in points for point in (items or {}).get(rest, ()))
