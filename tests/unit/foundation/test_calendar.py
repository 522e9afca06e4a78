"""Working days of China as the State Council announced them for 2026, and plain weekdays where it has not yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.calendar import WorkingCalendar

CALENDAR = WorkingCalendar({})
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


class TestIsWorking:
    @pytest.mark.parametrize(
        "day",
        [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
    )
    def test_holds_on_the_make_up_days_of_2026(self, day: tuple[int, int]) -> None:
        made_up = date(2026, *day)
        assert made_up.weekday() >= 5
        assert CALENDAR.is_working(made_up)

    @pytest.mark.parametrize("day", [(1, 1), (2, 16), (4, 6), (5, 4), (6, 19), (9, 25), (10, 7)])
    def test_does_not_hold_on_holidays_of_2026(self, day: tuple[int, int]) -> None:
        holiday = date(2026, *day)
        assert holiday.weekday() < 5
        assert not CALENDAR.is_working(holiday)

    def test_is_plain_weekdays_in_a_year_that_is_not_announced(self) -> None:
        assert CALENDAR.is_working(date(2040, 1, 2))
        assert not CALENDAR.is_working(date(2040, 1, 1))

    def test_follows_what_an_office_entered(self) -> None:
        entered = WorkingCalendar({date(2026, 11, 23): False, date(2040, 1, 1): True})
        assert not entered.is_working(date(2026, 11, 23))
        assert entered.is_working(date(2040, 1, 1))


class TestIsProvisional:
    def test_holds_until_the_year_is_announced_or_the_day_entered(self) -> None:
        assert not CALENDAR.is_provisional(date(2026, 12, 31))
        assert CALENDAR.is_provisional(date(2040, 1, 2))
        assert not WorkingCalendar({date(2040, 1, 2): True}).is_provisional(date(2040, 1, 2))


class TestAdd:
    def test_counts_the_first_working_day_after_as_one(self) -> None:
        friday = date(2026, 11, 20)
        assert CALENDAR.add(friday, 0) == friday
        assert CALENDAR.add(friday, 1) == date(2026, 11, 23)
        assert CALENDAR.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
        assert CALENDAR.add(date(2026, 9, 30), 3) == date(2026, 10, 10)

    @given(DAYS, st.integers(1, 40))
    def test_is_undone_by_between(self, start: date, days: int) -> None:
        end = CALENDAR.add(start, days)
        assert CALENDAR.is_working(end)
        assert CALENDAR.between(start, end) == days


class TestBetween:
    @given(DAYS, DAYS)
    def test_changes_sign_with_direction(self, one: date, other: date) -> None:
        assert CALENDAR.between(one, other) == -CALENDAR.between(other, one)

    @given(DAYS, st.integers(0, 60), st.integers(0, 60))
    def test_adds_up(self, start: date, first: int, second: int) -> None:
        middle = start + timedelta(days=first)
        end = middle + timedelta(days=second)
        assert CALENDAR.between(start, middle) + CALENDAR.between(middle, end) == CALENDAR.between(start, end)
