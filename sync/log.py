"""Chains: each replica's own, checked when a batch comes in, and the server's, checked when a phone reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .canonical import short_hash
from .messages import Entry
from .operations import Operation, operation_hash


class Status(NamedTuple):
    """The server's decision when it took an operation in: `ok`, or `held` with a code. Fixed for ever."""

    st: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.st}:{self.code}" if self.code else self.st


OK = Status("ok")


def held(code: str) -> Status:
    return Status("held", code)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The batch continues the chain: these seqs are known already, these operations are new."""

    duplicates: tuple[int, ...]
    fresh: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Operations are missing before the batch or inside it; the replica resends from `expect`."""

    expect: int


@dataclass(frozen=True, slots=True)
class Fork:
    """From `seq` on, the replica's history is not the one already known: a phone was copied or restored."""

    seq: int


class Diverged(ValueError):
    """The server's log is not the one that was read before: it came back from a backup, so read it from 0."""


def check_batch(known: Mapping[int, str], ops: Sequence[Operation]) -> Accepted | Gap | Fork:
    """How a batch of one replica joins the chain known so far.

    `known` maps seq to hash, at least from the one before the batch's first up to the newest; all will do.
    The batch is taken whole or not at all: its signature covers the last hash, and only an unbroken chain
    carries that back to the first operation.
    """
    have = max(known, default=0)
    expect = min(ops[0]["seq"], have + 1)
    previous = known[expect - 1] if expect > 1 else ""
    duplicates, fresh = [], []
    for op in ops:
        if op["seq"] != expect:
            return Gap(expect)
        own = operation_hash(op)
        if op["prev"] != previous or known.get(expect, own) != own:
            return Fork(expect)
        if expect in known:
            duplicates.append(expect)
        else:
            fresh.append(op)
        expect, previous = expect + 1, own
    return Accepted(tuple(duplicates), tuple(fresh))


def next_chain(chain: str, own_hash: str, status: Status) -> str:
    """The server's chain after one more operation; before the first it is the empty string."""
    return short_hash(f"{chain}|{own_hash}|{status}".encode())


def verify_entries(after: int, chain: str, entries: Sequence[Entry]) -> str:
    """Follow the server's chain over entries read after position `after`; the new chain. Raises Diverged."""
    for position, entry in enumerate(entries, after + 1):
        chain = next_chain(chain, operation_hash(entry["op"]), Status(entry["st"], entry["code"]))
        if entry["pos"] != position or entry["chain"] != chain:
            raise Diverged(f"position {position}")
    return chain
