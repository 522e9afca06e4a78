"""The state of one inspection: a fold over the server's log. The phone folds its unsent operations on top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from . import phases, seal
from .canonical import Json
from .log import OK, Status, next_chain
from .operations import Kind, Operation, check_new, check_operation, dot, is_office, named_files, operation_hash
from .phases import SEAL, TRANSITIONS, Phase
from .registers import Register, write
from .seal import SealStatus, Sheet


@dataclass(frozen=True, slots=True)
class Seal:
    """A complete seal: what was signed and by which operations. Stays as history after a return."""

    rev: int
    digest: str
    cover: dict[str, int]
    signatures: dict[str, str]
    head: int


@dataclass(frozen=True, slots=True)
class InspectionState:
    """Everything that follows from the log. `held`: operations that wait for a decision, with their code."""

    sheet: Sheet
    phase: str = Phase.ASSIGNED
    rev: int = 1
    registers: dict[str, Register] = field(default_factory=dict)
    seals: tuple[Seal, ...] = ()
    returned: Json = None
    held: dict[str, tuple[Operation, str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    tips: dict[str, tuple[int, str]] = field(default_factory=dict)
    counting: dict[str, int] = field(default_factory=dict)
    lam: int = 0
    head: int = 0
    chain: str = ""

    @property
    def have(self) -> dict[str, int]:
        """The highest seq of every replica in the log: the cover of a signature made now."""
        return {rep: seq for rep, (seq, _) in self.tips.items()}

    @property
    def open_points(self) -> frozenset[str] | None:
        """After a return the points that may be written; None when all may."""
        return self.returned and frozenset(point["point"] for point in self.returned["points"])


class BrokenChain(ValueError):
    """The operation does not follow on its replica's previous one."""


def begin(sheet: Sheet) -> InspectionState:
    return InspectionState(sheet)


def apply(sheet: Sheet, log: Iterable[tuple[Operation, Status]]) -> InspectionState:
    state = begin(sheet)
    for op, status in log:
        state = step(state, op, status)
    return state


def at_cover(sheet: Sheet, log: Iterable[tuple[Operation, Status]], cover: Mapping[str, int]) -> InspectionState:
    """The state that somebody saw whose knowledge was `cover`: the log without what came after it."""
    return apply(sheet, (line for line in log if line[0]["seq"] <= cover.get(line[0]["rep"], 0)))


def follows(state: InspectionState, op: Operation) -> bool:
    return state.tips.get(op["rep"], (0, "")) == (op["seq"] - 1, op["prev"])


def decide(state: InspectionState, op: Operation, *, is_member: bool = True, replica_active: bool = True) -> Status:
    """The status that the server gives to the operation if it comes next."""
    check = check_new(op)
    if check:
        return phases.admit(
            "",
            phase=state.phase,
            rev=0,
            current_rev=0,
            check=check,
            is_member=is_member,
            replica_active=replica_active,
        )
    register = op["reg"]
    return phases.admit(
        op["k"],
        phase=state.phase,
        rev=op["rev"],
        current_rev=state.rev,
        is_office=is_office(op["rep"]),
        is_member=is_member,
        replica_active=replica_active,
        # A conflict can always be settled, even where a return has closed the register.
        is_open=phases.is_open(register, points=state.open_points, items=state.sheet.items)
        or state.registers.get(register, Register()).conflict,
        has_conflicts=bool(seal.conflicts(state.registers)),
        target=_target(state, op),
    )


def _target(state: InspectionState, op: Operation) -> frozenset[str]:
    if op["k"] not in (Kind.ADMIT, Kind.DISMISS) or op["val"]["op"] not in state.held:
        return frozenset()
    held, _ = state.held[op["val"]["op"]]
    # A signature or a submission of another moment cannot be brought into force later; only content can.
    content = check_new(held) == "" and held["k"] in (Kind.SET, Kind.BLOB)
    return frozenset({Kind.ADMIT, Kind.DISMISS} if content else {Kind.DISMISS})


def step(state: InspectionState, op: Operation, status: Status) -> InspectionState:
    """The state after one more line of the log. Raises BrokenChain; refuses nothing for its content."""
    if not follows(state, op):
        raise BrokenChain(dot(op))
    own = operation_hash(op)
    understood = check_operation(op) == ""
    state = replace(
        state,
        tips=state.tips | {op["rep"]: (op["seq"], own)},
        head=state.head + 1,
        chain=next_chain(state.chain, own, status),
        lam=max(state.lam, op["lam"]) if understood else state.lam,
    )
    if status != OK:
        return replace(state, held=state.held | {dot(op): (op, status.code)})
    if not understood:
        return replace(state, unknown=(*state.unknown, dot(op)))
    return _take(state, op)


def _take(state: InspectionState, op: Operation) -> InspectionState:
    kind = op["k"]
    if kind in (Kind.ADMIT, Kind.DISMISS):
        return _decided(state, op)
    if op["reg"]:
        written = write(state.registers.get(op["reg"], Register()), op)
        state = replace(state, registers=state.registers | {op["reg"]: written})
    if kind == Kind.SET:
        state = _counted(state, op)
    if kind == Kind.SIGN:
        return _sealed(state)
    if kind == Kind.REVIEW_RETURN:
        # Counted: in old logs a restored server may have given the number that a signer saw to another operation.
        state = replace(_counted(state, op), rev=state.rev + 1, returned=op["val"])
    return replace(state, phase=TRANSITIONS.get((state.phase, kind), state.phase))


def _decided(state: InspectionState, op: Operation) -> InspectionState:
    name = op["val"]["op"]
    if name not in state.held:
        return state
    target = state.held[name][0]
    state = replace(state, held={other: value for other, value in state.held.items() if other != name})
    # The decision itself must be covered by the signatures, or one made before it would still stand.
    return _take(_counted(state, op), target) if op["k"] == Kind.ADMIT else state


def _counted(state: InspectionState, op: Operation) -> InspectionState:
    highest = max(op["seq"], state.counting.get(op["rep"], 0))
    return replace(state, counting=state.counting | {op["rep"]: highest})


def _sealed(state: InspectionState) -> InspectionState:
    status = seal_status(state)
    if not status.complete or (state.phase, SEAL) not in TRANSITIONS:
        return state
    cover: dict[str, int] = {}
    for op in status.signed.values():
        for rep, seq in op["val"]["cover"].items():
            cover[rep] = max(seq, cover.get(rep, 0))
    sealed = Seal(
        rev=state.rev,
        digest=cast(str, status.digest),
        cover=cover,
        signatures={slot: dot(op) for slot, op in status.signed.items()},
        head=state.head,
    )
    return replace(state, phase=TRANSITIONS[state.phase, SEAL], seals=(*state.seals, sealed))


def conflicts(state: InspectionState) -> tuple[str, ...]:
    """The registers whose writers disagree, in order of name."""
    return seal.conflicts(state.registers)


def snapshot(state: InspectionState) -> dict[str, Json]:
    """The record as it would be signed now. Raises Unresolved."""
    if state.unknown:
        raise seal.Unresolved(", ".join(state.unknown))
    return seal.snapshot(state.sheet, state.rev, state.registers)


def seal_status(state: InspectionState) -> SealStatus:
    return seal.seal_status(
        state.sheet,
        state.rev,
        state.registers,
        have=state.have,
        counting=state.counting,
        unknown=bool(state.unknown),
    )


def named_blobs(state: InspectionState) -> frozenset[str]:
    """SHA-256 of each file that a standing value names (photo, pad, strokes); publication waits for all."""
    heads = (head for register in state.registers.values() for head in register.heads)
    return frozenset().union(*map(named_files, heads))
