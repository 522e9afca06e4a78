from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.draws import tickets
from backend.draws.documents import StratumRow
from backend.draws.findings import DrawError
from backend.draws.merkle import Grove, root
from backend.draws.rules import leaf_of, stratum_row, text_hash, ticket_of
from backend.draws.tickets import EVERYTHING, draw_blocks, threshold

SEED = text_hash("seed")
# What is drawn and kept in reserve of a stratum of n, in thousandths of n: nothing, some, all.
sizes = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from([1, 10, 100, 500, 1000]), st.integers(0, 30)),
    min_size=1,
    max_size=4,
)


def pool_of(shapes: Sequence[tuple[int, int, int]]) -> tuple[list[StratumRow], dict[str, list[bytes]]]:
    strata = [
        stratum_row(f"S{i}", n=n, ratio=f"{permille}/1000", reserves=reserves)
        for i, (n, permille, reserves) in enumerate(shapes)
    ]
    return strata, {row["code"]: [b"%s-%d" % (row["code"].encode(), i) for i in range(row["n"])] for row in strata}


def in_blocks(pool: dict[str, list[bytes]], size: int) -> list[tuple[str, list[bytes]]]:
    return [(code, ids[i : i + size]) for code, ids in pool.items() for i in range(0, len(ids), size)]


def by_sorting(strata: Iterable[StratumRow], pool: dict[str, list[bytes]], seed: str) -> list[list[tuple[str, str]]]:
    lots = []
    for row in strata:
        lot = sorted((ticket_of(seed, row["code"], x.decode()), x.decode()) for x in pool[row["code"]])
        lots.append(lot[: row["k"] + row["reserves"]])
    return lots


class TestThreshold:
    @given(st.integers(0, 400), st.integers(0, 20000))
    def test_lets_k_tickets_through(self, k: int, n: int) -> None:
        k, bound = min(k, n), threshold(min(k, n), n)
        assert bound == EVERYTHING or int.from_bytes(bound) / 2**64 * n >= k + 6 * k**0.5 + 9

    def test_keeps_little_more_than_wanted(self) -> None:
        lot = [bytes.fromhex(ticket_of(SEED, "A", f"X{i}")) for i in range(20000)]
        assert 100 <= sum(ticket < threshold(100, 20000) for ticket in lot) < 260


class TestDrawBlocks:
    @given(sizes, st.integers(0, 2**64), st.integers(1, 700))
    def test_draws_what_sorting_everything_draws(
        self, shapes: list[tuple[int, int, int]], number: int, size: int
    ) -> None:
        strata, pool = pool_of(shapes)
        seed = text_hash(str(number))
        results = draw_blocks(lambda: in_blocks(pool, size), strata=strata, seed=seed)
        for row, result, lot in zip(strata, results, by_sorting(strata, pool, seed), strict=True):
            shown = [*result["drawn"], *result["reserves"]]
            assert [(entry["ticket"], entry["id"]) for entry in shown] == lot
            assert [entry["rank"] for entry in shown] == list(range(1, len(lot) + 1))
            assert len(result["drawn"]) == row["k"]

    def test_looks_again_if_the_threshold_was_too_low(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scans = 0
        strata, pool = pool_of([(500, 100, 3), (50, 1000, 0)])

        def scan() -> list[tuple[str, list[bytes]]]:
            nonlocal scans
            scans += 1
            return in_blocks(pool, 64)

        fair = draw_blocks(scan, strata=strata, seed=SEED)
        assert scans == 1
        monkeypatch.setattr(tickets, "threshold", lambda k, n: b"\x10")
        assert draw_blocks(scan, strata=strata, seed=SEED) == fair
        assert scans == 3

    @pytest.mark.parametrize(
        ("code", "blocks"),
        [
            ("stratum_unknown", [("A", [b"X1", b"X2"]), ("B", [b"X3"])]),
            ("stratum_n", [("A", [b"X1"])]),
            ("object_duplicate", [("A", [b"X1"]), ("A", [b"X1"])]),
        ],
    )
    def test_refuses_a_pool_that_is_not_the_committed_one(self, code: str, blocks: tickets.Blocks) -> None:
        with pytest.raises(DrawError, match=code):
            draw_blocks(lambda: blocks, strata=[stratum_row("A", n=2, ratio="1/2", reserves=0)], seed=SEED)


class TestGrove:
    @given(st.sets(st.integers(), max_size=300))
    def test_gives_the_root_of_the_sorted_leaves(self, numbers: set[int]) -> None:
        leaves, grove = [leaf_of(salt="s", stratum="A", object_id=str(number)) for number in numbers], Grove()
        for leaf in leaves:
            grove.add(bytes.fromhex(leaf))
        assert grove.root() == root(sorted(leaves))

    def test_refuses_a_repeated_leaf(self) -> None:
        grove = Grove()
        for leaf in (b"\xab" * 32, b"\xcd" * 32, b"\xab" * 32):
            grove.add(leaf)
        with pytest.raises(DrawError, match="leaf_duplicate"):
            grove.root()
