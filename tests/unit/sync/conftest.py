"""What the tests that live many lives share."""

from collections.abc import Iterator

import pytest

import sync
from sync import Operation, operation_hash


@pytest.fixture(scope="module")
def remembered_hashes() -> Iterator[None]:
    """An operation's hash is computed once: phones compute it as often, and it is most of what a life costs."""
    known: dict[int, tuple[Operation, str]] = {}

    def remembered(op: Operation) -> str:
        # By identity, and the operation is kept, so that no other can come to have the same.
        if id(op) not in known:
            if len(known) > 100_000:
                known.clear()
            known[id(op)] = op, operation_hash(op)
        return known[id(op)][1]

    with pytest.MonkeyPatch.context() as patch:
        for module in (sync, sync.state, sync.log, sync.replica):
            patch.setattr(module, "operation_hash", remembered)
        yield
