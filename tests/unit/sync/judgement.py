"""What must be true of a world that has come to rest. Counts by its own rules wherever it can."""

import hashlib
from typing import Any

import sync
from sync import Entry

from .cast import INSPECTION, SHEET
from .make_vectors import oracle_canonical
from .oracle import Oracle
from .simulation import World


def counting(entries: list[Entry]) -> set[str]:
    """The answers that count: taken in as ok, or admitted later."""
    fine = [entry["op"] for entry in entries if entry["st"] == "ok"]
    admitted = {op["val"]["op"] for op in fine if op["k"] == "admit"}
    return {
        sync.dot(entry["op"])
        for entry in entries
        if entry["op"]["k"] == "set" and (entry["st"] == "ok" or sync.dot(entry["op"]) in admitted)
    }


def judge(world: World) -> None:
    entries = world.server.entries
    everybody_has_everything(world, entries)
    no_dot_ever_named_two_contents(world)
    registers_are_what_people_were_shown(world, entries)
    revisions_freeze(entries)
    for seal in world.server.state.seals:
        seal_holds(world.oracle, entries, seal)


def everybody_has_everything(world: World, entries: list[Entry]) -> None:
    dots = [sync.dot(entry["op"]) for entry in entries]
    assert len(set(dots)) == len(dots), "an operation has two positions"
    assert [entry["pos"] for entry in entries] == list(range(1, len(entries) + 1))
    chain = ""
    for entry in entries:
        status = entry["st"] + (f":{entry['code']}" if entry["st"] == "held" else "")
        own = sync.short_hash(oracle_canonical(entry["op"]).encode())
        chain = sync.short_hash(f"{chain}|{own}|{status}".encode())
        assert entry["chain"] == chain, "the chain does not say what happened"
    for phone in world.phones:
        placed = [entry["op"] for entry in entries if entry["op"]["rep"] == phone.replica.rep]
        assert placed == phone.own, "an operation was lost, changed or moved"
        assert phone.log == entries
        assert phone.view() == phone.state == world.server.state == replay(entries)


def no_dot_ever_named_two_contents(world: World) -> None:
    """Also of what the server lost since: a signature may know it still."""
    assert len({dot for dot, _ in world.server.given}) == len(world.server.given)


def replay(entries: list[Entry]) -> sync.InspectionState:
    return sync.apply(SHEET, ((entry["op"], sync.Status(entry["st"], entry["code"])) for entry in entries))


def registers_are_what_people_were_shown(world: World, entries: list[Entry]) -> None:
    state, counts = world.server.state, counting(entries)
    ops = {sync.dot(entry["op"]): entry["op"] for entry in entries}
    clashing = []
    for register in sorted(world.oracle.registers(counts)):
        standing = world.oracle.standing(counts, register)
        heads = state.registers[register].heads
        assert {sync.dot(head) for head in heads} == standing, register
        if len({oracle_canonical(ops[dot]["val"]) for dot in standing}) > 1:
            clashing.append(register)
    assert list(sync.conflicts(state)) == clashing
    waiting = {sync.dot(entry["op"]) for entry in entries if entry["st"] == "held"}
    decided = {
        entry["op"]["val"]["op"]
        for entry in entries
        if entry["st"] == "ok" and entry["op"]["k"] in ("admit", "dismiss")
    }
    assert state.held.keys() == waiting - decided, "every held operation waits for a decision"
    for name, shown in world.oracle.shown.items():
        if name in ops:
            assert all(ops[seen]["lam"] < ops[name]["lam"] for seen in shown if seen in ops)


def revisions_freeze(entries: list[Entry]) -> None:
    """Between a complete seal and the return nothing is written, and every writing is of the open revision."""
    state = sync.begin(SHEET)
    rev = 1
    for entry in entries:
        op, sealed = entry["op"], len(state.seals) >= rev
        if entry["st"] == "ok":
            assert op["rev"] == rev, "written into another revision"
            assert not (sealed and op["k"] in ("set", "sign", "admit")), "written into a sealed record"
            assert sealed or op["k"] not in ("submit", "review.return"), "passed on unsealed"
            rev += op["k"] == "review.return"
        else:
            assert entry["code"]
        state = sync.step(state, op, sync.Status(entry["st"], entry["code"]))


def seal_holds(oracle: Oracle, entries: list[Entry], seal: Any) -> None:
    """Each signature covers all that counted then, and its digest is that of the record told by the oracle."""
    then = entries[: seal.head]
    ops = {sync.dot(entry["op"]): entry["op"] for entry in then}
    counts = counting(then)
    values = {}
    for register in oracle.registers(counts):
        (value,) = {oracle_canonical(ops[dot]["val"]) for dot in oracle.standing(counts, register)}
        if value != "null":
            values[register] = ops[min(oracle.standing(counts, register))]["val"]
    record = {
        "schema": 1,
        "inspection": INSPECTION,
        "rev": seal.rev,
        "checklist": SHEET.checklist,
        "registers": values,
        "blobs": [],
        "parties": list(SHEET.parties),
    }
    digest = hashlib.sha256(oracle_canonical(record).encode()).hexdigest()
    assert seal.digest == digest
    assert set(seal.signatures) == set(SHEET.required)
    for slot, name in seal.signatures.items():
        signed = ops[name]
        assert (signed["reg"], signed["rev"], signed["val"]["digest"]) == (slot, seal.rev, digest)
        cover = signed["val"]["cover"]
        admissions = {sync.dot(op) for op in ops.values() if op["k"] == "admit"} & _fine(then)
        for dot in counts | admissions:
            replica, seq = sync.split_dot(dot)
            assert seq <= cover.get(replica, 0), "a signature over something its signer had not seen"
        assert all(f"{replica}:{seq}" in ops for replica, seq in cover.items())
    seen = sync.at_cover(SHEET, ((e["op"], sync.Status(e["st"], e["code"])) for e in entries), seal.cover)
    assert sync.hex_digest(sync.snapshot(seen)) == digest


def _fine(entries: list[Entry]) -> set[str]:
    return {sync.dot(entry["op"]) for entry in entries if entry["st"] == "ok"}
