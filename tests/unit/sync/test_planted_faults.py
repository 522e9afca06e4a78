"""Tests of the tests: faults planted into the protocol, each of which the lives or the vectors must notice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import sync
import sync.phases
from sync import InspectionState, Operation, Register

from .cast import OFFICE_REVIEWER, PHONES
from .judgement import judge
from .test_convergence import LIVES, Step, live
from .test_vectors import TestVectors as Vectors
from .test_vectors import load

Plant = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, tuple[Plant, Callable[[], None]]] = {}


def fault(noticed_by: Callable[[], None]) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        FAULTS[plant.__name__.replace("_", " ")] = plant, noticed_by
        return plant

    return register


def vectors() -> None:
    checks = Vectors()
    checks.test_canonical_json()
    checks.test_operations()
    checks.test_phases()
    checks.test_open_registers()
    for name in ("histories", "stories", "batches"):
        for case in load(name):
            getattr(checks, f"test_{name}")(case)


def lives() -> None:
    @settings(
        max_examples=150,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(LIVES)
    def run(steps: list[Step]) -> None:
        judge(live(steps))

    run()


def _writes(monkeypatch: pytest.MonkeyPatch, change: Callable[[Register, Operation], Register]) -> None:
    monkeypatch.setattr(sync.state, "write", change)


_write, _step, _decide, _issue = sync.write, sync.step, sync.decide, sync.issue


@fault(lives)
def last_writer_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(register: Register, op: Operation) -> Register:
        written = _write(register, op)
        return replace(written, heads=written.heads[-1:])

    _writes(monkeypatch, write)


@fault(lives)
def nothing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    _writes(monkeypatch, lambda register, op: _write(register, {**op, "sup": []}))


@fault(vectors)
def replaced_values_return_when_they_arrive_late(monkeypatch: pytest.MonkeyPatch) -> None:
    _writes(monkeypatch, lambda register, op: replace(_write(register, op), gone=frozenset()))


@fault(lives)
def an_edit_replaces_only_one_head(monkeypatch: pytest.MonkeyPatch) -> None:
    def issue(*args: Any, **more: Any) -> Operation:
        op = _issue(*args, **more)
        return {**op, "sup": op["sup"][:1]}

    monkeypatch.setattr(sync, "issue", issue)


@fault(vectors)
def equal_values_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Register, "conflict", property(lambda self: len(self.heads) > 1))


@fault(vectors)
def a_cleared_value_never_clashes(monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(self: Register) -> bool:
        return len({sync.canonical(head["val"]) for head in self.heads if head["val"] is not None}) > 1

    monkeypatch.setattr(Register, "conflict", property(conflict))


@fault(lives)
def lamport_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "issue", lambda *args, **more: {**_issue(*args, **more), "lam": 1})


@fault(lives)
def a_repeated_batch_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "check_batch", lambda known, ops: sync.Accepted((), tuple(ops)))


@fault(lives)
def known_operations_are_not_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_batch(known: dict[int, str], ops: list[Operation]) -> Any:
        answer = sync.log.check_batch(known, ops)
        return sync.Fork(1) if isinstance(answer, sync.Accepted) and answer.duplicates else answer

    monkeypatch.setattr(sync, "check_batch", check_batch)


@fault(lives)
def the_chain_forgets_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def next_chain(chain: str, own: str, _: sync.Status) -> str:
        return sync.short_hash(f"{chain}|{own}".encode())

    for module in (sync.state, sync.log):
        monkeypatch.setattr(module, "next_chain", next_chain)


@fault(lives)
def held_operations_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(state: InspectionState, op: Operation, status: sync.Status) -> InspectionState:
        after = _step(state, op, status)
        if status == sync.OK or op["k"] != "set":
            return after
        written = _write(state.registers.get(op["reg"], Register()), op)
        return replace(after, registers=after.registers | {op["reg"]: written})

    for module in (sync, sync.state, sync.replica):
        monkeypatch.setattr(module, "step", step)


@fault(lives)
def a_sealed_record_takes_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync.phases, "OPEN", frozenset(sync.Phase))


@fault(vectors)
def an_old_revision_takes_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "decide", lambda state, op: _decide(state, {**op, "rev": state.rev}))


@fault(lives)
def signatures_of_the_last_revision_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def signatures(registers: dict[str, Register], rev: int) -> Iterator[tuple[str, Operation]]:
        for slot, register in registers.items():
            if slot.startswith("sign/"):
                yield from ((slot, head) for head in register.heads)

    monkeypatch.setattr(sync.seal, "_signatures", signatures)
    original = sync.seal.snapshot
    monkeypatch.setattr(sync.seal, "snapshot", lambda sheet, rev, registers: original(sheet, 1, registers))


@fault(vectors)
def a_signature_need_not_have_seen_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    _seals(monkeypatch, counting={})


@fault(vectors)
def a_cover_may_name_what_never_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    _seals(monkeypatch, have={replica.rep: 10**6 for replica in PHONES} | {"office": 10**6})


@fault(lives)
def the_office_keeps_its_name_after_a_restore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "office_name", lambda chance: OFFICE_REVIEWER.rep)


@fault(vectors)
def the_office_is_known_by_one_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync.state, "is_office", lambda rep: rep == "office")


@fault(vectors)
def a_return_need_not_have_been_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = sync.state._counted
    kept = {"review.return"}
    monkeypatch.setattr(sync.state, "_counted", lambda state, op: state if op["k"] in kept else counted(state, op))


@fault(vectors)
def a_control_character_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync.values, "printable", lambda value: True)


@fault(vectors)
def a_control_character_spoils_an_old_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "check_operation", sync.check_new)


def _seals(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    original = sync.seal.seal_status
    monkeypatch.setattr(sync.seal, "seal_status", lambda *args, **more: original(*args, **(more | changed)))


class TestPlantedFaults:
    @pytest.mark.parametrize("name", FAULTS)
    def test_is_noticed(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        plant, notice = FAULTS[name]
        plant(monkeypatch)
        with pytest.raises(Exception):  # noqa: B017, PT011  # A fault may show as any error.
            notice()
