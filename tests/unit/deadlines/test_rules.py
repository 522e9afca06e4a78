"""When the clock issues which notice."""

from datetime import date

import pytest

from backend.deadlines.rules import due_notice

TODAY = date(2026, 11, 23)


class TestDueNotice:
    @pytest.mark.parametrize(
        ("matter", "due_on", "days_left", "kind"),
        [
            ("matching", date(2026, 11, 26), 3, None),
            ("matching", date(2026, 11, 25), 2, "remind"),
            ("matching", TODAY, 0, "remind"),
            ("matching", date(2026, 11, 22), -1, "urge"),
            ("publication", date(2026, 12, 1), 6, None),
            ("publication", date(2026, 11, 30), 5, "remind"),
            # A day that has passed over a weekend is missed though no working day went by since.
            ("publication", date(2026, 11, 22), 0, "urge"),
        ],
    )
    def test_reminds_before_the_day_and_urges_after_it(
        self, matter: str, due_on: date, days_left: int, kind: str | None
    ) -> None:
        assert due_notice(matter, today=TODAY, due_on=due_on, days_left=days_left) == kind
