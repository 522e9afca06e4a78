"""The cases that Python and TypeScript must agree on, read from sync/vectors as the phone's tests read them."""

import json
import random
from typing import Any

import pytest

import sync
from sync import Operation, Status

from .cast import SHEET
from .make_vectors import VECTORS, joined, rendered

MANIFEST = json.loads((VECTORS / "manifest.json").read_text("utf-8"))


def load(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    assert len(cases) == MANIFEST[name]
    return cases


def named(name: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in load(name)])


class TestVectors:
    def test_files_are_the_ones_that_make_vectors_writes(self) -> None:
        written = {path.name: path.read_text("utf-8") for path in VECTORS.glob("*.json")}
        assert written == rendered(), "run python -m tests.unit.sync.make_vectors"

    def test_canonical_json(self) -> None:
        for case in load("canonical"):
            if case["canonical"] is None:
                with pytest.raises(sync.NotCanonical):
                    sync.canonical(json.loads(case["text"]))
            else:
                assert sync.canonical(json.loads(case["text"])).decode() == case["canonical"], case["name"]
                assert sync.short_hash(case["canonical"].encode()) == case["hash"]

    def test_operations(self) -> None:
        for case in load("operations"):
            if case.get("malformed"):
                with pytest.raises(sync.MalformedOperation):
                    sync.read_operation(case["raw"])
            else:
                op = sync.read_operation(case["op"])
                assert (sync.operation_hash(op), sync.check_operation(op)) == (case["hash"], case["check"]), op
                assert sync.check_new(op) == case["new"], op

    @named("histories")
    def test_histories(self, case: dict[str, Any]) -> None:
        rng = random.Random(case["name"])
        for _ in range(3):
            merged = sync.merge(rng.sample(case["ops"], len(case["ops"])) + case["ops"][:2])
            assert {
                name: {"heads": [sync.dot(head) for head in register.heads], "conflict": register.conflict}
                for name, register in merged.items()
            } == case["registers"]

    def test_phases(self) -> None:
        for case in load("phases"):
            status = sync.admit(case["kind"], **case["given"])
            assert (status.code or status.st) == case["expect"], case

    def test_open_registers(self) -> None:
        for case in load("open_registers"):
            opened = sync.is_open(case["register"], points=case["points"], items=SHEET.items)
            assert opened == case["open"], case

    @named("stories")
    def test_stories(self, case: dict[str, Any]) -> None:
        log: list[tuple[Operation, Status]] = [(op, Status(st, code)) for op, st, code in case["log"]]
        state = sync.begin(SHEET)
        for op, status in log:
            assert status == sync.decide(
                state,
                op,
                is_member=status.code != "unassigned",
                replica_active=status.code != "replica_revoked",
            )
            state = sync.step(state, op, status)
        assert state == sync.apply(SHEET, log)
        status_now = sync.seal_status(state)
        assert {
            "phase": state.phase,
            "rev": state.rev,
            "conflicts": list(status_now.conflicts),
            "missing": list(status_now.missing),
            "void": list(status_now.void),
            "seals": len(state.seals),
            "held": {name: code for name, (_, code) in state.held.items()},
        } == case["end"]
        assert (state.chain, state.lam, state.head) == (case["chain"], case["lam"], len(log))
        assert sorted(sync.named_blobs(state)) == case["blobs"]
        for then in case["covers"]:
            seen = sync.at_cover(SHEET, log, then["cover"])
            assert (seen.rev, seen.phase, _digest(seen)) == (then["rev"], then["phase"], then["digest"])

    @named("batches")
    def test_batches(self, case: dict[str, Any]) -> None:
        known = {int(seq): own for seq, own in case["known"].items()}
        assert joined(sync.check_batch(known, case["ops"])) == case["expect"]


def _digest(state: sync.InspectionState) -> str | None:
    try:
        return sync.hex_digest(sync.snapshot(state))
    except sync.Unresolved:
        return None
