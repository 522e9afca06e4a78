"""Jurisdiction follows from the codes of GB/T 2260: a province covers its cities, a city its counties."""

import pytest

from backend.foundation.access.actor import region_covers

PROVINCE, CITY, COUNTY, SISTER, OTHER_CITY, OTHER_PROVINCE = "130000", "130300", "130303", "130304", "130400", "140300"


class TestRegionCovers:
    @pytest.mark.parametrize(
        ("wider", "covered"),
        [
            (PROVINCE, {PROVINCE, CITY, COUNTY, SISTER, OTHER_CITY}),
            (CITY, {CITY, COUNTY, SISTER}),
            (COUNTY, {COUNTY}),
            (SISTER, {SISTER}),
        ],
    )
    def test_takes_what_lies_below(self, wider: str, covered: set[str]) -> None:
        regions = {PROVINCE, CITY, COUNTY, SISTER, OTHER_CITY, OTHER_PROVINCE}
        assert {region for region in regions if region_covers(wider, region)} == covered
