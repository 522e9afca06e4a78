"""Reading what comes over the wire, and writing what goes out."""

from typing import Any

import pytest

import sync
from sync import MalformedOperation

from .cast import ALICE, BOB, CHEN, FAIL, INSPECTION, NOON, OFFICE_NEXT, OFFICE_REVIEWER, PASS, SHEET, SIGN_LEAD
from .storytelling import Story

SIG = "A" * 86


def push(**patch: Any) -> dict[str, Any]:
    it = Story()
    it.set(ALICE, "ans/Q01.1", PASS)
    it.set(ALICE, "ans/Q01.1", FAIL)
    return {"rep": ALICE.rep, "ops": [op for op, _ in it.log], "sig": SIG, "app": "1", "schema": 1} | patch


class TestReadBatch:
    @pytest.mark.parametrize(
        "patch",
        [
            {"rep": BOB.rep},
            {"rep": "office"},
            {"rep": OFFICE_NEXT.rep, "ops": [op | {"rep": OFFICE_NEXT.rep} for op in push()["ops"]]},
            {"rep": None},
            {"ops": []},
            {"ops": None},
            {"ops": [{}]},
            {"ops": push()["ops"] * 251},
            {"sig": "A" * 85},
            {"sig": None},
        ],
    )
    def test_refuses_what_is_no_batch_of_one_phone(self, patch: dict[str, Any]) -> None:
        with pytest.raises(MalformedOperation):
            sync.read_batch(push(**patch), INSPECTION)

    def test_refuses_another_inspection(self) -> None:
        with pytest.raises(MalformedOperation):
            sync.read_batch(push(), BOB.rep)

    def test_takes_the_inspection_of_a_bundles_batch_from_the_batch(self) -> None:
        raw = push(insp=INSPECTION)
        assert sync.read_batch(raw) == {"insp": INSPECTION, "rep": ALICE.rep, "ops": raw["ops"], "sig": SIG}
        with pytest.raises(MalformedOperation):
            sync.read_batch(push())


class TestReadBundle:
    def test_leaves_a_bad_batch_to_its_own_reading(self) -> None:
        replica = {"rep": ALICE.rep, "usr": ALICE.usr, "public_key": "MFkw"}
        raw = {"v": 1, "replicas": [replica], "batches": [{"ops": "?"}]}
        assert sync.read_bundle(raw) == raw

    @pytest.mark.parametrize("raw", [None, {}, {"v": 2, "replicas": [], "batches": []}, {"v": 1, "batches": []}])
    def test_refuses_what_is_no_bundle(self, raw: Any) -> None:
        with pytest.raises(MalformedOperation):
            sync.read_bundle(raw)


class TestSignedBytes:
    def test_are_the_last_hash_in_ascii(self) -> None:
        ops = push()["ops"]
        assert sync.signed_bytes(ops) == sync.operation_hash(ops[-1]).encode()


class TestAcceptsSchema:
    def test_takes_this_generation_and_newer_ones(self) -> None:
        assert [sync.accepts_schema(schema) for schema in (0, 1, 2)] == [False, True, True]


class TestIssue:
    def test_refuses_what_the_protocol_does_not_know(self) -> None:
        with pytest.raises(sync.InvalidOperation):
            sync.issue(sync.begin(SHEET), ALICE, kind="set", register="ans/Q01.1", value="pass", at=NOON)

    def test_takes_the_clock_as_evidence_only(self) -> None:
        """Phones three days apart, one of them set back in between: order and heads are those of true clocks."""

        def told(*times: str) -> tuple[list[str], list[str], list[str]]:
            first, second, third, fourth = times
            log = sync.begin(SHEET)
            one = sync.issue(log, ALICE, kind="set", register="ans/Q01.1", value=PASS, at=first)
            log = sync.step(log, one, sync.OK)
            two = sync.issue(log, ALICE, kind="set", register="ans/Q01.1", value=FAIL, at=second)
            other = sync.issue(log, BOB, kind="set", register="ans/Q01.1", value=PASS, at=third)
            later = sync.issue(sync.begin(SHEET), CHEN, kind="set", register="ans/Q01.1", value=None, at=fourth)
            seen = sync.overlay(log, [later, other, two])
            heads = [sync.dot(head) for head in seen.registers["ans/Q01.1"].heads]
            return heads, list(sync.conflicts(seen)), [sync.decide(log, op).st for op in (two, other, later)]

        true = told(NOON, NOON, NOON, NOON)
        assert true[0] == [f"{CHEN.rep}:1", f"{ALICE.rep}:2", f"{BOB.rep}:1"]
        assert (
            told("2026-11-24T12:00:00Z", "2026-11-18T12:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z") == true
        )

    def test_refuses_a_control_character(self) -> None:
        with pytest.raises(sync.InvalidOperation):
            sync.issue(sync.begin(SHEET), ALICE, kind="set", register="remark", value="\0", at=NOON)


class TestVerifyEntries:
    @pytest.mark.parametrize("tamper", [{"st": "held", "code": "late"}, {"pos": 9}, {"chain": "x"}])
    def test_refuses_a_log_that_was_changed(self, tamper: dict[str, Any]) -> None:
        it = Story()
        it.set(ALICE, "ans/Q01.1", PASS)
        op = it.log[0][0]
        entry: Any = {"pos": 1, "st": "ok", "code": "", "recv": NOON, "chain": it.state.chain, "op": op}
        assert sync.verify_entries(0, "", [entry]) == it.state.chain
        with pytest.raises(sync.Diverged):
            sync.verify_entries(0, "", [entry | tamper])


class TestStep:
    def test_leaves_a_control_character_in_an_old_log_as_it_was(self) -> None:
        it = Story()
        op = sync.issue(it.state, ALICE, kind="set", register="remark", value="?", at=NOON) | {"val": "a\0b"}
        assert sync.decide(it.state, op) == sync.held("invalid")
        old = sync.step(it.state, op, sync.OK)
        assert (old.registers["remark"].value, old.unknown) == ("a\0b", ())
        held = sync.step(it.state, op, sync.held("invalid"))
        decisions = {
            kind: sync.decide(held, sync.issue(held, OFFICE_REVIEWER, kind=kind, value=value, at=NOON)).st
            for kind, value in ((kind, {"op": sync.dot(op), "why": ""}) for kind in ("admit", "dismiss"))
        }
        assert decisions == {"admit": "held", "dismiss": "ok"}

    def test_refuses_an_operation_that_does_not_follow(self) -> None:
        it = Story()
        it.set(ALICE, "ans/Q01.1", PASS)
        with pytest.raises(sync.BrokenChain):
            sync.step(it.state, it.log[0][0], sync.OK)


class TestReissue:
    def test_tells_the_same_edits_under_a_new_name_and_leaves_signatures_behind(self) -> None:
        it = Story()
        it.set(ALICE, "ans/Q01.1", PASS)
        it.set(ALICE, "ans/Q01.1", FAIL)
        it.sign(ALICE, SIGN_LEAD)
        again = sync.reissue(sync.begin(SHEET), CHEN, [op for op, _ in it.log])
        assert [(sync.dot(op), op["val"], op["sup"]) for op in again] == [
            (f"{CHEN.rep}:1", PASS, []),
            (f"{CHEN.rep}:2", FAIL, [f"{CHEN.rep}:1"]),
        ]
        assert sync.overlay(sync.begin(SHEET), again).registers["ans/Q01.1"].heads == (again[1],)


class TestOverlay:
    def test_goes_on_past_an_operation_of_a_newer_version(self) -> None:
        it = Story()
        it.set(ALICE, "ans/Q01.1", PASS)
        ops = [it.log[0][0]]
        state = it.state
        newer: Any = sync.issue(state, ALICE, kind="submit", at=NOON) | {"k": "stamp", "lam": "?"}
        state = sync.overlay(state, [newer])
        after = sync.issue(state, ALICE, kind="set", register="ans/Q01.1", value=FAIL, at=NOON)
        seen = sync.overlay(sync.begin(SHEET), [after, newer, *ops])
        assert seen.registers["ans/Q01.1"].heads == (after,)
        assert seen.held[sync.dot(newer)][1] == "deferred"

    def test_never_takes_the_office_from_a_phone(self) -> None:
        it = Story().submitted()
        it.decide("review.approve", {"comment": ""})
        assert sync.overlay(sync.begin(SHEET), [op for op, _ in it.log]).phase == "submitted"
