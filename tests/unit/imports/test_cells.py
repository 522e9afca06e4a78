"""What people and spreadsheets write into cells, and what it means."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registry.imports.cells import (
    FORMULA_SIGNS,
    BadCell,
    Known,
    Number,
    clean,
    guarded,
    read_bool,
    read_choice,
    read_code,
    read_count,
    read_date,
    read_list,
    read_ratio,
    read_region,
    read_text,
)
from schemas.vocabulary import ObjectKind
from schemas.words import WORDS

KNOWN = Known(regions={"130303": "130303", "山海关区": "130303"}, bodies={"SHG": "SHG"})
MAC = Known(regions={}, bodies={}, epoch_1904=True)


class TestDates:
    @pytest.mark.parametrize(
        "written",
        [
            *("2026-11-21", "2026/11/21", "20261121", "2026年11月21日", "2026.11.21", "46347"),
            *("2026-11-21 00:00:00", "２０２６－１１－２１", "2026年 11月 21日", Number("46347"), Number("20261121")),
        ],
    )
    def test_are_read_in_all_notations(self, written: str) -> None:
        assert read_date(written, KNOWN) == date(2026, 11, 21)

    @pytest.mark.parametrize(
        "written", ["2026-02-30", "11/21/2026", "26-11-21", "0", "59", "明天", "2026-11", "202611210"]
    )
    def test_are_refused_where_they_are_none(self, written: str) -> None:
        with pytest.raises(BadCell, match="日期"):
            read_date(written, KNOWN)

    def test_count_from_1904_in_old_mac_files(self) -> None:
        assert read_date(Number("44885"), MAC) == date(2026, 11, 21)

    @given(st.dates(min_value=date(1900, 3, 1), max_value=date(2173, 1, 1)))
    def test_come_back_from_every_notation(self, day: date) -> None:
        serial = str((day - date(1899, 12, 30)).days)
        chinese = f"{day.year}年{day.month}月{day.day}日"
        for written in (day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", chinese, serial):
            assert read_date(written, KNOWN) == day


class TestCodes:
    def test_are_folded(self) -> None:
        assert read_code("９１１３０３０３ｍａｙ０００１９Ａ", KNOWN) == "91130303MAY00019A"

    @pytest.mark.parametrize("written", ["9.13E+17", "9.13030300000000E17", Number("913030300000000000"), "1e18"])
    def test_that_excel_has_rounded_are_refused_with_a_way_to_mend(self, written: str) -> None:
        with pytest.raises(BadCell) as refused:
            read_code(written, KNOWN)
        assert refused.value.code == "rounded_number"
        assert "文本" in refused.value.mend

    def test_lose_the_fraction_that_some_programs_add(self) -> None:
        assert read_code("130303.0", KNOWN) == "130303"
        assert read_region(Number("130303"), KNOWN) == "130303"

    def test_that_begin_like_a_formula_are_refused(self) -> None:
        with pytest.raises(BadCell):
            read_code("=1+1", KNOWN)

    def test_of_regions_may_be_names(self) -> None:
        assert read_region("山海关区", KNOWN) == "130303"
        with pytest.raises(BadCell, match="区划"):
            read_region("平山区", KNOWN)


class TestOtherValues:
    def test_choices_take_code_and_both_words(self) -> None:
        read = read_choice(WORDS[ObjectKind])
        assert {read(text, KNOWN) for text in ("企业", "enterprise", "Enterprise", "ＥＮＴＥＲＰＲＩＳＥ")} == {
            "enterprise"
        }
        with pytest.raises(BadCell) as refused:
            read("公司", KNOWN)
        assert "个体工商户" in refused.value.mend

    def test_lists_take_any_separator_and_each_entry_once(self) -> None:
        assert read_list("a、b;c；d,e，f|a\ng", KNOWN) == list("abcdefg")

    @pytest.mark.parametrize("written", ["5%", "5/100", "0.05", "５％", "1/20"])
    def test_ratios_are_exact(self, written: str) -> None:
        assert Fraction(read_ratio(written, KNOWN)) == Fraction(1, 20)

    @pytest.mark.parametrize("written", ["0", "101%", "5", "-1%", "1/0", "NaN", "Infinity", "a", "1e999999"])
    def test_ratios_outside_are_refused(self, written: str) -> None:
        with pytest.raises(BadCell):
            read_ratio(written, KNOWN)

    def test_yes_no_and_counts(self) -> None:
        assert [read_bool(text, KNOWN) for text in ("是", "否", "TRUE", "０")] == [True, False, True, False]
        assert read_count("3.0", KNOWN) == 3
        for written in ("0", "367", "x", "1.5"):
            with pytest.raises(BadCell):
                read_count(written, KNOWN)

    def test_texts_refuse_what_was_not_decoded(self) -> None:
        for written in ("\ufffd公司", "公司\x01"):
            with pytest.raises(BadCell, match="字符"):
                read_text(200)(written, KNOWN)


class TestClean:
    def test_takes_away_what_nobody_sees(self) -> None:
        assert clean(" \u3000\u200b秦皇岛\ufeff公司\u00a0 \r\n") == "秦皇岛公司"

    def test_keeps_rare_characters_and_their_variants(self) -> None:
        assert clean("𠮷\U000e0101䶮公司") == "𠮷\U000e0101䶮公司"

    @given(st.text(st.sampled_from([*FORMULA_SIGNS, "a", "'", "公", " "]), max_size=6))
    def test_gives_back_what_was_guarded(self, text: str) -> None:
        kept = clean(text)
        safe = guarded(kept)
        assert not safe or safe.lstrip()[:1] not in FORMULA_SIGNS
        assert clean(safe) == kept
