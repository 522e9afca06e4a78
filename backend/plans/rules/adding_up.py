"""What a plan adds up to while it is drafted: who carries how much, coverage, and the use of risk classes.

Its twin is pwa/src/features/office/plans/forecast.ts; both run schemas/vectors/forecast.json.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from backend.foundation.conditions import Condition

# 年度抽查覆盖率 and 信用风险分类运用率 that Handan and Xinzhou ask for.
LEAST_COVERAGE = Fraction(5, 100)
LEAST_RISK_USE = Fraction(60, 100)


def region_loads(
    cells: Iterable[tuple[str, str, int]],
    *,
    quotas: Mapping[str, int],
    seats: int,
    inspectors: Mapping[str, int],
) -> dict[str, dict[str, Any]]:
    """For each region its objects n, the visits k to expect, and the seats that each active inspector fills.

    `cells` are (stratum, region, n). A draw spreads a stratum's quota over regions as its objects are spread; both
    figures are rounded to hundredths, and the load is none where nobody is active.
    """
    rows = list(cells)
    sizes: dict[str, int] = {}
    for stratum, _, n in rows:
        sizes[stratum] = sizes.get(stratum, 0) + n
    objects: dict[str, int] = {}
    visits: dict[str, Fraction] = {}
    for stratum, region, n in rows:
        objects[region] = objects.get(region, 0) + n
        expected = Fraction(quotas[stratum] * n, sizes[stratum]) if n else Fraction(0)
        visits[region] = visits.get(region, Fraction(0)) + expected
    loads = {}
    for region in sorted(objects):
        active, expected = inspectors.get(region, 0), visits[region]
        loads[region] = {
            "n": objects[region],
            "k": _hundredths(expected),
            "inspectors": active,
            "per_inspector": _hundredths(expected * seats / active) if active else None,
        }
    return loads


def share(part: int, whole: int, least: Fraction) -> dict[str, Any]:
    """A part of a whole and whether it is as much as it should be; nothing of nothing is enough."""
    return {"part": part, "whole": whole, "least": str(least), "enough": part >= least * whole}


def looks_at(condition: Condition, fact: str) -> bool:
    """Whether a condition asks for that fact anywhere."""
    if condition is None:
        return False
    inner = [*condition.get("all", ()), *condition.get("any", ())]
    if "not" in condition:
        inner.append(condition["not"])
    return condition.get("fact") == fact or any(looks_at(part, fact) for part in inner)


def _hundredths(value: Fraction) -> float:
    # Half up, as the browser's twin does it; round() would go to the even neighbour.
    return int(value * 100 + Fraction(1, 2)) / 100
