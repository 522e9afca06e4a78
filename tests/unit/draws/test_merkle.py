from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.draws import merkle
from backend.draws.findings import DrawError
from backend.draws.rules import text_hash


def leaves_of(n: int) -> list[str]:
    return sorted(text_hash(f"leaf {i}") for i in range(n))


def split_root(leaves: list[str]) -> bytes:
    """The recursive definition of RFC 6962 section 2.1."""
    if len(leaves) < 2:
        return sha256(b"\0" + bytes.fromhex(leaves[0])).digest() if leaves else sha256(b"").digest()
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + split_root(leaves[:k]) + split_root(leaves[k:])).digest()


class TestRoot:
    def test_agrees_with_the_recursive_definition_for_every_small_size(self) -> None:
        for n in range(70):
            assert merkle.root(leaves_of(n)) == split_root(leaves_of(n)).hex()

    def test_refuses_a_repeated_leaf(self) -> None:
        with pytest.raises(DrawError, match="leaf_duplicate"):
            merkle.root(["ab" * 32, "ab" * 32])

    def test_refuses_unsorted_leaves(self) -> None:
        with pytest.raises(DrawError, match="leaves_order"):
            merkle.root(["cd" * 32, "ab" * 32])


class TestInclusion:
    def test_every_leaf_of_every_small_tree_is_proved(self) -> None:
        for n in range(1, 40):
            leaves = leaves_of(n)
            for i, leaf in enumerate(leaves):
                path = merkle.inclusion_path(leaves, i)
                assert merkle.proves_inclusion(leaf=leaf, index=i, size=n, path=path, root=merkle.root(leaves))

    @given(st.integers(1, 64), st.data())
    def test_a_changed_proof_proves_nothing(self, n: int, data: st.DataObject) -> None:
        leaves = leaves_of(n)
        i = data.draw(st.integers(0, n - 1))
        path, root = merkle.inclusion_path(leaves, i), merkle.root(leaves)
        honest = {"leaf": leaves[i], "index": i, "size": n, "path": path, "root": root}
        lies: list[dict[str, object]] = [
            {"leaf": text_hash("other")},
            {"leaf": "not hex"},
            {"root": text_hash("other")},
            {"path": [*path, text_hash("more")]},
            {"index": n},
            {"index": -1},
        ]
        if n > 1:
            step = data.draw(st.integers(0, len(path) - 1))
            lies += [
                {"path": path[:-1]},
                {"path": [*path[:step], text_hash("x"), *path[step + 1 :]]},
                {"path": [*path[:step], path[step][:-2], *path[step + 1 :]]},
                {"index": i ^ 1} if i ^ 1 < n else {"index": i - 1},
            ]
        for lie in lies:
            assert not merkle.proves_inclusion(**(honest | lie))  # type: ignore[arg-type]  # passed on by name
