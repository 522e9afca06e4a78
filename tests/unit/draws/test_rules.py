from fractions import Fraction
from math import ceil
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.draws.documents import StratumRow
from backend.draws.findings import DrawError
from backend.draws.rules import (
    build_commitment,
    check_event_value,
    code_hash,
    draw_objects,
    freeze_pool,
    leaf_of,
    pool_head,
    quota,
    roster_head,
    seed_of,
    stratum_row,
    text_hash,
    ticket_of,
)
from tests.unit.draws.samples import codes_of, custodians_of

SEED = text_hash("seed")
ratios = st.builds(lambda q, share: f"{max(1, q * share // 1000)}/{q}", st.integers(1, 400), st.integers(1, 1000))


def row(code: str, n: int, ratio: str, reserves: int = 0) -> StratumRow:
    return stratum_row(code, n=n, ratio=ratio, reserves=reserves)


class TestQuota:
    @given(st.integers(0, 10**12), ratios)
    def test_is_n_times_ratio_rounded_up(self, n: int, ratio: str) -> None:
        assert quota(n, ratio) == ceil(n * Fraction(ratio))
        assert quota(n, ratio) <= n

    @pytest.mark.parametrize(("n", "k"), [(0, 0), (1, 1), (200, 1), (201, 2), (400, 2)])
    def test_half_a_percent(self, n: int, k: int) -> None:
        assert quota(n, "1/200") == k

    @pytest.mark.parametrize("ratio", ["", "0/1", "1/0", "2/1", "01/2", "1/2 ", "0.5", "-1/2", "1/2/3", "１/2"])
    def test_refuses_other_ratios(self, ratio: str) -> None:
        with pytest.raises(DrawError, match="ratio_form"):
            quota(10, ratio)


class TestFreezePool:
    def test_sorts_leaves_that_fit_their_opening(self) -> None:
        leaves = freeze_pool([("A", f"X{i}") for i in range(50)], pool_secret=b"secret")
        assert [leaf["leaf"] for leaf in leaves] == sorted(leaf["leaf"] for leaf in leaves)
        for leaf in leaves:
            assert leaf["leaf"] == leaf_of(salt=leaf["salt"], stratum="A", object_id=leaf["id"])
            assert len(leaf["salt"]) == 32

    def test_salts_hide_the_same_pool_under_another_secret(self) -> None:
        entries = [("A", f"X{i}") for i in range(5)]
        assert pool_head(freeze_pool(entries, pool_secret=b"1")) != pool_head(freeze_pool(entries, pool_secret=b"2"))

    def test_refuses_an_object_in_two_strata(self) -> None:
        with pytest.raises(DrawError, match="object_duplicate"):
            freeze_pool([("A", "X1"), ("B", "X1")], pool_secret=b"secret")

    @pytest.mark.parametrize(("stratum", "object_id"), [("A", "X|1"), ("企业", "X1"), ("", "X1"), ("A", "X1\n")])
    def test_refuses_names_that_could_be_read_in_two_ways(self, stratum: str, object_id: str) -> None:
        with pytest.raises(DrawError, match="name"):
            freeze_pool([(stratum, object_id)], pool_secret=b"secret")


class TestRosterHead:
    def test_refuses_the_same_inspector_twice(self) -> None:
        with pytest.raises(DrawError, match="leaf_duplicate"):
            roster_head([{"id": "SHG-0001", "load": 0, "holds": []}] * 2)


class TestBuildCommitment:
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "draw": "d1",
        "attempt": 1,
        "task": "秦市监抽查〔2026〕1号",
        "plan": {"id": "p", "version": 1, "digest": text_hash("plan")},
        "region": "130300",
        "strata": [row("B", 3, "1/2"), row("A", 2, "1/1")],
        "pool": {"root": text_hash("root"), "n": 5},
        "rules": text_hash("rules"),
        "custodians": list(reversed(custodians_of(codes_of("x", 2)))),
        "event": {"type": "dice", "id": "会议室", "due": "2026-11-21T09:30:00+08:00"},
    }

    def test_sorts_strata_and_custodians(self) -> None:
        commitment = build_commitment(**self.ARGUMENTS)
        assert [stratum["code"] for stratum in commitment["strata"]] == ["A", "B"]
        assert [custodian["id"] for custodian in commitment["custodians"]] == ["C1", "C2"]
        assert commitment["kind"] == "objects"

    @pytest.mark.parametrize(
        ("code", "change"),
        [
            ("number", {"attempt": 0}),
            ("stratum_n", {"pool": {"root": text_hash("root"), "n": 6}}),
            ("k", {"strata": [{**row("A", 5, "1/5"), "k": 2}]}),
            ("unsorted", {"strata": [row("A", 3, "1/2"), row("A", 2, "1/2")]}),
            ("ratio_form", {"strata": [{**row("A", 5, "1/5"), "ratio": "20%"}]}),
            ("kind", {"strata": []}),
            ("kind", {"seats": 2}),
            ("custodians", {"custodians": []}),
            (
                "unsorted",
                {"custodians": [*custodians_of(codes_of("x", 1)), *custodians_of(codes_of("y", 1))]},
            ),
            ("hash", {"rules": "rules"}),
            ("event_type", {"event": {"type": "coin", "id": "x", "due": "2026-11-21T09:30:00Z"}}),
            ("event_due", {"event": {"type": "dice", "id": "x", "due": "tomorrow"}}),
        ],
    )
    def test_refuses(self, code: str, change: dict[str, Any]) -> None:
        with pytest.raises(DrawError) as raised:
            build_commitment(**(self.ARGUMENTS | change))
        assert raised.value.finding.code == code


class TestCodeHash:
    @pytest.mark.parametrize("code", ["short", "x" * 129, "with a blank inside it", "x|" * 10])
    def test_refuses_codes_that_are_guessable_or_ambiguous(self, code: str) -> None:
        with pytest.raises(DrawError, match="code_form"):
            code_hash(code)


class TestCheckEventValue:
    @pytest.mark.parametrize(
        ("event_type", "value"),
        [
            ("dice", "0" * 20),
            ("lottery", "01,07,12,25,33+04"),
            ("lottery", "01,02,03,04,05,06,07"),
            ("beacon", "a" * 64),
            ("beacon", "0" * 128),
        ],
    )
    def test_accepts(self, event_type: str, value: str) -> None:
        check_event_value(event_type, value)

    @pytest.mark.parametrize(
        ("event_type", "value"),
        [
            ("dice", "0" * 19),
            ("dice", "1|2" + "0" * 20),
            ("dice", "０" * 20),
            ("lottery", "07,01,12,25,33"),
            ("lottery", "01,01,12,25,33"),
            ("lottery", "1,7,12,25,33"),
            ("lottery", "01,07,12,25,33+"),
            ("beacon", "A" * 64),
            ("beacon", "a" * 63),
        ],
    )
    def test_refuses_any_other_spelling(self, event_type: str, value: str) -> None:
        with pytest.raises(DrawError, match="event_value"):
            check_event_value(event_type, value)

    def test_refuses_an_unknown_type(self) -> None:
        with pytest.raises(DrawError, match="event_type"):
            check_event_value("coin", "0" * 20)


class TestSeed:
    def test_takes_codes_in_order_of_custodians(self) -> None:
        codes = codes_of("x", 3)
        text = "|".join(["dsj1", "seed", "c" * 64, "1" * 20, *(code["code"] for code in codes)])
        for given_order in (codes, codes[::-1]):
            seed = seed_of(commitment_digest="c" * 64, event_value="1" * 20, codes=given_order)
            assert seed == text_hash(text)


pools = st.dictionaries(st.integers(0, 10**6).map(lambda i: f"X{i}"), st.sampled_from(["A", "B", "C"]), max_size=120)


class TestDrawObjects:
    @given(pools, ratios, st.integers(0, 20), st.text("0123456789abcdef", min_size=64, max_size=64))
    def test_draws_the_lowest_tickets_in_order_and_each_object_once(
        self, pool: dict[str, str], ratio: str, reserves: int, seed: str
    ) -> None:
        sizes = {code: list(pool.values()).count(code) for code in "ABC"}
        strata = [row(code, n, ratio, reserves) for code, n in sizes.items()]
        entries = [(stratum, object_id) for object_id, stratum in pool.items()]
        results = draw_objects(iter(entries), strata=strata, seed=seed)
        for stratum, result in zip(strata, results, strict=True):
            mine = [x for x in pool if pool[x] == stratum["code"]]
            lot = sorted((ticket_of(seed, stratum["code"], x), x) for x in mine)
            shown = result["drawn"] + result["reserves"]
            assert len(result["drawn"]) == stratum["k"] == ceil(len(mine) * Fraction(ratio))
            assert len(result["reserves"]) == min(reserves, len(mine) - stratum["k"])
            assert [(r["ticket"], r["id"]) for r in shown] == lot[: len(shown)]
            assert [r["rank"] for r in shown] == list(range(1, len(shown) + 1))

    def test_is_exact_over_a_stream_longer_than_what_it_keeps(self) -> None:
        entries = [("A", f"X{i}") for i in range(20000)]
        (result,) = draw_objects(iter(entries), strata=[row("A", 20000, "1/200", 7)], seed=SEED)
        lot = sorted((ticket_of(SEED, "A", x), x) for _, x in entries)
        assert [r["id"] for r in result["drawn"] + result["reserves"]] == [x for _, x in lot[:107]]

    @pytest.mark.parametrize(
        ("code", "entries"),
        [
            ("stratum_unknown", [("A", "X1"), ("B", "X2")]),
            ("stratum_n", [("A", "X1")]),
            ("object_duplicate", [("A", "X1"), ("A", "X1")]),
        ],
    )
    def test_refuses_entries_that_are_not_the_committed_pool(self, code: str, entries: list[tuple[str, str]]) -> None:
        with pytest.raises(DrawError, match=code):
            draw_objects(entries, strata=[row("A", 2, "1/2")], seed=SEED)
