"""Three phones and a server that run on the protocol's pure functions, with everything going wrong that can.

The server keeps its log in memory; a network loses, doubles and delays; phones meet without it; backups come back.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sync
from sync import Entry, InspectionState, Operation, Replica, Status

from .cast import NOON, OFFICE_REVIEWER, PHONES, SHEET
from .oracle import Oracle


class Lost(Exception):
    """No answer comes back."""


class Server:
    """Takes batches in as the real one does, one transaction each; `crash` says where the next one breaks off."""

    def __init__(self) -> None:
        self.state = sync.begin(SHEET)
        self.entries: list[Entry] = []
        self.backup: tuple[InspectionState, list[Entry]] = (self.state, [])
        self.crash = ""
        # An old log at first; every return from a backup gives the office another name.
        self.writer, self.restored = OFFICE_REVIEWER, 0
        self.given: set[tuple[str, str]] = set()

    def push(self, ops: list[Operation]) -> dict[str, Any]:
        replica = ops[0]["rep"]
        known = {
            entry["op"]["seq"]: sync.operation_hash(entry["op"])
            for entry in self.entries
            if entry["op"]["rep"] == replica
        }
        crash, self.crash = self.crash, ""
        joined = sync.check_batch(known, [sync.read_operation(op) for op in ops])
        if isinstance(joined, sync.Gap):
            return {"gap": joined.expect}
        assert isinstance(joined, sync.Accepted), f"no phone was copied: {joined}"
        state, entries = self.state, list(self.entries)
        for op in joined.fresh:
            state = _place(state, entries, op)
        if crash == "before commit":
            raise Lost
        self.state, self.entries = state, entries
        self.given |= {(sync.dot(op), sync.operation_hash(op)) for op in joined.fresh}
        if crash == "after commit":
            raise Lost
        return {"have": self.state.have.get(replica, 0)}

    def office(self, kind: str, value: Any) -> None:
        op = sync.issue(self.state, self.writer, kind=kind, value=value, at=NOON)
        if sync.decide(self.state, op) == sync.OK:
            self.state = _place(self.state, self.entries, op)
            self.given.add((sync.dot(op), sync.operation_hash(op)))

    def pull(self, after: int, chain: str) -> list[Entry]:
        at = self.entries[after - 1]["chain"] if 0 < after <= len(self.entries) else ""
        if after > len(self.entries) or at != chain:
            raise sync.Diverged
        return self.entries[after:]

    def save(self) -> None:
        self.backup = (self.state, list(self.entries))

    def restore(self) -> None:
        self.state, self.entries = self.backup[0], list(self.backup[1])
        self.restored += 1
        self.writer = Replica(sync.office_name(self.restored.to_bytes(11)), OFFICE_REVIEWER.usr)


def _place(state: InspectionState, entries: list[Entry], op: Operation) -> InspectionState:
    status = sync.decide(state, op)
    state = sync.step(state, op, status)
    entries.append(
        {
            "pos": state.head,
            "st": status.st,
            "code": status.code,
            "recv": NOON,
            "chain": state.chain,
            "op": op,
        }
    )
    return state


@dataclass
class Phone:
    """`own`, `met` and `log` are on disk; `read` are others' operations of a log that the server has since lost."""

    replica: Replica
    own: list[Operation] = field(default_factory=list)
    met: dict[str, Operation] = field(default_factory=dict)
    read: dict[str, Operation] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    state: InspectionState = field(default_factory=lambda: sync.begin(SHEET))
    have: dict[str, int] = field(default_factory=dict)

    def loose(self) -> list[Operation]:
        return [*self.own, *self.met.values(), *self.read.values()]

    def view(self) -> InspectionState:
        return sync.overlay(self.state, self.loose())

    def counting(self, view: InspectionState) -> set[str]:
        """The answers that this phone shows or has seen replaced: of all that it knows, what is not held."""
        known = [entry["op"] for entry in self.log] + self.loose()
        dismissed = {op["val"]["op"] for op in known if op["k"] == "dismiss"}
        reached = (op for op in known if op["k"] == "set" and op["seq"] <= view.have.get(op["rep"], 0))
        return {sync.dot(op) for op in reached} - view.held.keys() - dismissed

    def batch(self, replica: str) -> list[Operation]:
        """What the server may lack of one replica's signed chain."""
        ops = self.own if replica == self.replica.rep else self.met.values()
        mine = [op for op in ops if op["rep"] == replica and op["seq"] > self.have.get(replica, 0)]
        return sorted(mine, key=lambda op: op["seq"])

    def receive(self, after: int, chain: str, entries: list[Entry]) -> None:
        """An answer to a pull, perhaps an old one: it counts only where it continues what is on disk."""
        if after != len(self.log) or chain != self.state.chain:
            return
        sync.verify_entries(after, chain, entries)
        for entry in entries:
            self.state = sync.step(self.state, entry["op"], Status(entry["st"], entry["code"]))
        self.log += entries

    def start_over(self) -> None:
        """The server came back from a backup: what was read stays known, and all of its own may be sent again."""
        lost = (entry["op"] for entry in self.log)
        others = (op for op in lost if op["rep"] != self.replica.rep and not sync.is_office(op["rep"]))
        self.read |= {sync.dot(op): op for op in others}
        self.log, self.state, self.have = [], sync.begin(SHEET), {}


class World:
    """The phones, the server, the network between them, and the oracle's account."""

    def __init__(self) -> None:
        self.server = Server()
        self.phones = [Phone(replica) for replica in PHONES]
        self.oracle = Oracle()
        self.mail: list[tuple[Phone, list[Operation]] | tuple[Phone, int, str, list[Entry]]] = []

    # What people do.

    def edit(self, phone: Phone, register: str, value: Any, *, saved: bool = True) -> None:
        view = phone.view()
        if view.phase not in ("assigned", "on_site", "returned"):
            return
        op = sync.issue(view, phone.replica, kind="set", register=register, value=value, at=NOON)
        self.oracle.note(sync.dot(op), register, phone.counting(view))
        # A phone that dies before the save forgets the edit; its number is then given to another.
        if saved:
            phone.own.append(op)

    def newer(self, phone: Phone) -> None:
        """The app was updated before the server: an operation of an unknown kind."""
        op = sync.issue(phone.view(), phone.replica, kind="submit", at=NOON)
        phone.own.append({**op, "k": "stamp", "val": {"seal": "公章"}})

    def sign(self, phone: Phone, slots: int = 3) -> None:
        for slot in SHEET.required[:slots]:
            view = phone.view()
            if view.phase not in ("on_site", "returned") or sync.conflicts(view):
                return
            role = slot.split("/")[1]
            value = sync.sign_value(view, role=role, name="名", pad="a" * 64, strokes="b" * 64)
            phone.own.append(sync.issue(view, phone.replica, kind="sign", register=slot, value=value, at=NOON))

    def settle_conflicts(self, phone: Phone) -> None:
        for register in sync.conflicts(phone.view()):
            chosen = phone.view().registers[register].heads[0]["val"]
            self.edit(phone, register, chosen)

    def submit(self, phone: Phone) -> None:
        phone.own.append(sync.issue(phone.view(), phone.replica, kind="submit", at=NOON))

    def meet(self, one: Phone, other: Phone) -> None:
        bundles = [[*phone.own, *phone.met.values()] for phone in (one, other)]
        for phone, bundle in zip((other, one), bundles, strict=True):
            phone.met |= {sync.dot(op): op for op in bundle if op["rep"] != phone.replica.rep}

    # What the network does.

    def push(self, phone: Phone, how: str = "ok") -> None:
        # What came from a bundle goes first: the server then never sees an operation before its causes.
        # A careless app ("own only") does not, and values may then arrive after what replaced them.
        met = {} if how == "own only" else phone.met
        for replica in [*sorted({op["rep"] for op in met.values()}), phone.replica.rep]:
            batch = phone.batch(replica)
            if not batch or how == "request lost":
                continue
            if how == "delayed":
                self.mail.append((phone, batch))
                continue
            try:
                answer = self.server.push(batch)
                if how == "doubled":
                    answer = self.server.push(batch)
            except Lost:
                return
            if how != "response lost":
                phone.have[replica] = answer["gap"] - 1 if "gap" in answer else answer["have"]

    def pull(self, phone: Phone, how: str = "ok") -> None:
        after, chain = len(phone.log), phone.state.chain
        try:
            entries = self.server.pull(after, chain)
        except sync.Diverged:
            phone.start_over()
            return
        if how in ("ok", "doubled"):
            phone.receive(after, chain, entries)
        if how in ("delayed", "doubled"):
            self.mail.append((phone, after, chain, entries))

    def deliver(self, which: int) -> None:
        """A message that was under way arrives, in any order; nobody waits for an answer any more."""
        if not self.mail:
            return
        message = self.mail.pop(which % len(self.mail))
        if len(message) == 4:
            phone, after, chain, entries = message
            phone.receive(after, chain, entries)
        else:
            with suppress(Lost):
                self.server.push(message[1])

    def settle(self) -> None:
        """The network comes back for good: everybody sends and reads until nothing is left."""
        self.server.crash = ""
        for phone in self.phones:
            self.pull(phone)
            phone.have.clear()
        for _ in range(3):
            for phone in self.phones:
                self.push(phone)
        for _ in range(2):
            for phone in self.phones:
                self.pull(phone)
