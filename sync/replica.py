"""The writing side: how a phone, or the office, makes its next operation from what it knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .canonical import MAX_INTEGER, Json, hex_digest
from .operations import VERSION, Operation, check_new, check_operation, dot, is_office, operation_hash
from .registers import Register
from .state import InspectionState, decide, follows, snapshot, step


@dataclass(frozen=True, slots=True)
class Replica:
    """One installation for one user; the server writes under a name of the office for the deciding user."""

    rep: str
    usr: str


class InvalidOperation(ValueError):
    """The caller asked for an operation that the protocol does not know: a wrong register, value or time."""


def issue(
    state: InspectionState,
    replica: Replica,
    *,
    kind: str,
    register: str = "",
    value: Json = None,
    at: str,
    off: int | None = None,
) -> Operation:
    """The replica's next operation on top of what `state` shows; it replaces every value now standing there.

    `at` is the device's time as it is, `off` its skew in ms at last contact. Raises InvalidOperation.
    """
    seq, tip = state.tips.get(replica.rep, (0, ""))
    standing = state.registers.get(register, Register()).heads if kind != "blob" else ()
    op: Operation = {
        "v": VERSION,
        "rep": replica.rep,
        "seq": seq + 1,
        "prev": tip,
        "insp": state.sheet.inspection,
        "rev": state.rev,
        "usr": replica.usr,
        "k": kind,
        "reg": register,
        "val": value,
        "sup": [dot(head) for head in standing],
        "lam": min(state.lam + 1, MAX_INTEGER),
        "at": at,
        "off": off,
    }
    if check_new(op):
        raise InvalidOperation(f"{kind} {register}")
    return op


def sign_value(
    state: InspectionState,
    *,
    role: str,
    name: str,
    pad: str | None,
    strokes: str | None,
    refused: Json = None,
) -> dict[str, Json]:
    """The value of a signature over the record as it stands; `pad` and `strokes` are SHA-256 of files.

    Raises Unresolved when the record has no single content.
    """
    return {
        "role": role,
        "name": name,
        "digest": hex_digest(snapshot(state)),
        "cover": state.have,
        "pad": pad,
        "strokes": strokes,
        "refused": refused,
    }


def overlay(state: InspectionState, loose: Iterable[Operation]) -> InspectionState:
    """The log's state with unplaced operations on top: own unsent ones, and others' from a bundle.

    Each gets the status that the server would give now. What is in the log already, or lacks its
    predecessor, is left out, and so is the office's: only the server speaks for it.
    """
    chains = {(op["rep"], op["seq"]): op for op in loose if not is_office(op["rep"])}
    replicas = {rep for rep, _ in chains}
    while True:
        nexts = (chains.get((rep, state.tips.get(rep, (0, ""))[0] + 1)) for rep in replicas)
        ready = [op for op in nexts if op is not None and follows(state, op)]
        if not ready:
            return state
        op = min(ready, key=_cause_first)
        state = step(state, op, decide(state, op))


def _cause_first(op: Operation) -> tuple[int, str]:
    # A newer version's operation may have no usable Lamport number; nothing that we understand waits for it.
    return (op["lam"] if check_operation(op) == "" else 0), op["rep"]


def reissue(state: InspectionState, replica: Replica, ops: Sequence[Operation]) -> list[Operation]:
    """The operations of a forked branch under a new replica id, in the same revision, values and times.

    Signatures are left behind: their covers name the old replica, so they are made again.
    """
    names: dict[str, str] = {}
    seq, tip = state.tips.get(replica.rep, (0, ""))
    reissued: list[Operation] = []
    for op in ops:
        if op["k"] == "sign":
            continue
        seq += 1
        renamed: Operation = {
            **op,
            "rep": replica.rep,
            "seq": seq,
            "prev": tip,
            "sup": [names.get(name, name) for name in op["sup"]],
        }
        tip = operation_hash(renamed)
        names[dot(op)] = dot(renamed)
        reissued.append(renamed)
    return reissued
