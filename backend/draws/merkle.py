"""The tree over a pool's or roster's leaves (RFC 6962 section 2.1), and proofs that one leaf is in it.

A leaf is given as 64 hex digits; the tree hashes its 32 bytes: leaf hash = SHA-256(00 || leaf), node =
SHA-256(01 || left || right), empty tree = SHA-256(""). Leaves are sorted bytewise and unique, so neighbours
prove "once"."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from backend.draws.findings import DrawError


def root(leaves: Sequence[str]) -> str:
    """The tree's root in hex. Raises DrawError leaf_duplicate or leaves_order."""
    _check_sorted(leaves)
    return _fold(bytes.fromhex(leaf) for leaf in leaves)


class Grove:
    """Leaves added in any order, for the root of a great pool: 32 bytes of memory for each, and no list of them."""

    def __init__(self) -> None:
        self._by_first_byte = [bytearray() for _ in range(256)]

    def add(self, leaf: bytes) -> None:
        """Take one leaf of 32 bytes."""
        self._by_first_byte[leaf[0]] += leaf

    def root(self) -> str:
        """The root over the leaves in bytewise order, in hex. Raises DrawError leaf_duplicate."""
        return _fold(self._sorted())

    def _sorted(self) -> Iterator[bytes]:
        last = b""
        for together in self._by_first_byte:
            for leaf in sorted(bytes(together[i : i + 32]) for i in range(0, len(together), 32)):
                if leaf == last:
                    raise DrawError("leaf_duplicate", leaf.hex())
                last = leaf
                yield leaf


def inclusion_path(leaves: Sequence[str], index: int) -> list[str]:
    """The hashes beside the way from leaf `index` up to the root, lowest first."""
    _check_sorted(leaves)
    level, path = [_leaf_hash(leaf) for leaf in leaves], []
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1].hex())
        level, index = _next_level(level), index >> 1
    return path


def proves_inclusion(*, leaf: str, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """Whether `path` leads from the leaf at `index` of `size` leaves to `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    try:
        here, steps = _leaf_hash(leaf), [bytes.fromhex(step) for step in path]
    except ValueError:
        return False
    last = size - 1
    for step in steps:
        if last == 0 or len(step) != 32:
            return False
        if index & 1 or index == last:
            here = _node(step, here)
            # A last node without a neighbour moved up unhashed: skip those levels.
            while not index & 1:
                index, last = index >> 1, last >> 1
        else:
            here = _node(here, step)
        index, last = index >> 1, last >> 1
    return last == 0 and here.hex() == root


def _check_sorted(leaves: Sequence[str]) -> None:
    """Refuse leaves that are not strictly ascending. Raises DrawError leaf_duplicate or leaves_order."""
    for position in range(1, len(leaves)):
        if leaves[position - 1] >= leaves[position]:
            same = leaves[position - 1] == leaves[position]
            raise DrawError("leaf_duplicate" if same else "leaves_order", f"leaves[{position}]")


def _leaf_hash(leaf: str) -> bytes:
    return sha256(b"\0" + bytes.fromhex(leaf)).digest()


def _fold(leaves: Iterable[bytes]) -> str:
    """The root over sorted leaves, from the roots of the full trees that the first of them make."""
    full: list[bytes] = []
    for count, leaf in enumerate(leaves, 1):
        here = sha256(b"\0" + leaf).digest()
        # As many trees are completed by this leaf as the count has noughts at its end in binary.
        while not count & 1:
            here = _node(full.pop(), here)
            count >>= 1
        full.append(here)
    while len(full) > 1:
        right = full.pop()
        full.append(_node(full.pop(), right))
    return full[0].hex() if full else sha256(b"").hexdigest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    # Pairing level by level with the odd last one moved up gives the same tree as RFC 6962's recursive split.
    above = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) % 2 else above
