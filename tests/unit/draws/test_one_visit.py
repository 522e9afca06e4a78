"""合并上门: when the visit of another task serves one task more, and why not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backend.draws.merging import Cover, Terms, meets, outcome

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
COVER = Terms("T1", MARCH, "on_site", seats=2, experts=1, specialities=frozenset({"lab"}), cool_off_months=12)
TERMS = replace(COVER, task="T2", period=(date(2026, 3, 20), date(2026, 4, 30)))


class TestOutcome:
    @pytest.mark.parametrize(
        ("cover", "terms", "expected"),
        [
            ({}, {}, "merged"),
            ({"held": frozenset({"food", "metering"})}, {}, "merged"),
            # A match under way has fixed who may go; one that is published has a team to be judged.
            ({"matching": True}, {}, "matching"),
            ({"matching": True, "held": frozenset({"food"})}, {}, "merged"),
            ({"held": frozenset({"metering"})}, {}, "unqualified"),
            ({"begun": True}, {}, "begun"),
            ({}, {"method": "written"}, "method"),
            ({}, {"seats": 3}, "staffing"),
            ({}, {"seats": 1, "experts": 0, "specialities": frozenset()}, "merged"),
            ({}, {"experts": 2}, "staffing"),
            ({}, {"specialities": frozenset({"boiler"})}, "staffing"),
            ({}, {"cool_off_months": 24}, "staffing"),
            ({}, {"period": (date(2026, 4, 1), date(2026, 4, 30))}, "period"),
            # A third task must meet all that share the visit, not only the first.
            ({"others": (replace(COVER, task="T3", period=(MARCH[0], MARCH[0])),)}, {}, "period"),
        ],
    )
    def test_names_the_first_obstacle(self, cover: dict[str, Any], terms: dict[str, Any], expected: str) -> None:
        assert outcome(Cover(COVER, **cover), replace(TERMS, **terms), needs=frozenset({"food"})) == expected

    def test_is_not_asked_of_tasks_that_never_meet(self) -> None:
        assert meets(Cover(COVER), TERMS)
        assert not meets(Cover(COVER), replace(TERMS, period=(date(2026, 4, 1), date(2026, 4, 2))))
