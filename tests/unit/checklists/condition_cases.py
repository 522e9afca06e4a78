"""The hand-written cases of the rule language: name, condition, facts, answers, what holds."""

from typing import Any

SHOP: dict[str, Any] = {
    "kind": "enterprise",
    "tags": ["ebike", "ecommerce"],
    "libraries": ["特种设备"],
    "licences": [],
    "region": "130303",
    "registered_on": "2020-12-31",
    "risk": None,
}
SAID: dict[str, Any] = {
    "V": {"r": "fail"},
    "N": {"n": "10.50"},
    "T": {"t": "山海关"},
    "C": {"c": "b"},
    "M": {"m": ["a", "c"]},
    "D": {"d": "2021-06-30"},
    "X": None,
}
YES: dict[str, Any] = {"fact": "kind", "in": ["enterprise"]}
NO: dict[str, Any] = {"fact": "kind", "in": ["cooperative"]}


def _number(point: str, **limits: str) -> dict[str, Any]:
    return {"answer": point, "number": limits}


_RULES: list[tuple[str, Any, bool]] = [
    ("no rule", None, True),
    ("one of", {"fact": "kind", "in": ["cooperative", "enterprise"]}, True),
    ("none of", NO, False),
    ("one of nothing", {"fact": "kind", "in": []}, False),
    ("missing fact", {"fact": "industry", "in": ["F52"]}, False),
    ("null fact", {"fact": "risk", "in": ["A"]}, False),
    ("list is not one of", {"fact": "tags", "in": ["ebike"]}, False),
    ("has", {"fact": "tags", "has": "ebike"}, True),
    ("has not", {"fact": "tags", "has": "cotton"}, False),
    ("in a library", {"fact": "libraries", "has": "特种设备"}, True),
    ("in none of the libraries", {"fact": "libraries", "has_any": ["食品", "特种"]}, False),
    ("has no part of a word", {"fact": "tags", "has": "bike"}, False),
    ("text has nothing", {"fact": "kind", "has": "enterprise"}, False),
    ("empty list has nothing", {"fact": "licences", "has": "cma"}, False),
    ("missing list", {"fact": "marks", "has": "ebike"}, False),
    ("has any", {"fact": "tags", "has_any": ["cotton", "ecommerce"]}, True),
    ("has none of any", {"fact": "tags", "has_any": ["cotton", "auction"]}, False),
    ("has any of nothing", {"fact": "tags", "has_any": []}, False),
    ("on the day, before", {"fact": "registered_on", "on_or_before": "2020-12-31"}, True),
    ("a day late", {"fact": "registered_on", "on_or_before": "2020-12-30"}, False),
    ("on the day, after", {"fact": "registered_on", "on_or_after": "2020-12-31"}, True),
    ("a day early", {"fact": "registered_on", "on_or_after": "2021-01-01"}, False),
    ("missing date", {"fact": "closed_on", "on_or_after": "2000-01-01"}, False),
    ("text is no date", {"fact": "region", "on_or_before": "2020-12-31"}, False),
    ("verdict is", {"answer": "V", "is": ["na", "fail"]}, True),
    ("verdict is not", {"answer": "V", "is": ["pass"]}, False),
    ("text is", {"answer": "T", "is": ["山海关"]}, True),
    ("text is not part", {"answer": "T", "is": ["山海"]}, False),
    ("choice is", {"answer": "C", "is": ["b"]}, True),
    ("choice is not", {"answer": "C", "is": ["a"]}, False),
    ("any of many", {"answer": "M", "is": ["b", "c"]}, True),
    ("none of many", {"answer": "M", "is": ["b"]}, False),
    ("date is", {"answer": "D", "is": ["2021-06-30"]}, True),
    ("unanswered is nothing", {"answer": "U", "is": ["pass"]}, False),
    ("cleared is nothing", {"answer": "X", "is": ["pass"]}, False),
    ("number is no text", {"answer": "N", "is": ["10.50"]}, False),
    ("between", _number("N", min="5", max="11"), True),
    ("lower limit counts, other digits", _number("N", min="10.5"), True),
    ("upper limit counts, other digits", _number("N", max="10.500000"), True),
    ("just under", _number("N", min="10.500001"), False),
    ("just over", _number("N", max="10.499999"), False),
    ("ten is more than nine", _number("N", min="9"), True),
    ("negative limits", _number("N", min="-3", max="-1"), False),
    ("no limits", _number("N"), True),
    ("unanswered number", _number("U", min="0"), False),
    ("verdict is no number", _number("V", min="0"), False),
    ("not yes", {"not": YES}, False),
    ("not missing", {"not": {"answer": "U", "is": ["pass"]}}, True),
    ("not no rule", {"not": None}, False),
    ("all", {"all": [YES, YES]}, True),
    ("all but one", {"all": [YES, NO]}, False),
    ("all of nothing", {"all": []}, True),
    ("any", {"any": [NO, YES]}, True),
    ("any of noes", {"any": [NO, NO]}, False),
    ("any of nothing", {"any": []}, False),
    ("nested", {"all": [{"any": [NO, {"not": NO}]}, {"not": {"all": [YES, NO]}}]}, True),
    ("facts and answers", {"all": [{"fact": "tags", "has": "ebike"}, {"answer": "V", "is": ["fail"]}]}, True),
]
_NUMBERS: list[tuple[str, str, dict[str, str], bool]] = [
    ("floats would fail", "0.3", {"min": "0.3", "max": "0.3"}, True),
    ("beyond 53 bits", "999999999999.999999", {"min": "999999999999.999998"}, True),
    ("minus zero", "-0.0", {"min": "0", "max": "0"}, True),
    ("minus a bit", "-0.000001", {"min": "0"}, False),
    ("minus with a fraction", "-1.5", {"min": "-1.6", "max": "-1.4"}, True),
    ("exponent is no number", "1e1", {"min": "0"}, False),
    ("blank is no number", "", {"max": "9"}, False),
    ("thirteen digits are too many", "1000000000000", {"min": "0"}, False),
]
_DATES: list[tuple[str, str, bool]] = [
    ("no such day", "2019-02-29", False),
    ("leap day", "2020-02-29", True),
    ("date without hyphens", "20190101", False),
    ("week date", "2019-W01-1", False),
    ("date and time", "2019-01-01T00:00", False),
]

CONDITION_CASES: list[tuple[str, Any, dict[str, Any], dict[str, Any], bool]] = [
    *((name, rule, SHOP, SAID, expect) for name, rule, expect in _RULES),
    *((name, {"answer": "N", "number": limits}, {}, {"N": {"n": n}}, expect) for name, n, limits, expect in _NUMBERS),
    *(
        (name, {"fact": "registered_on", "on_or_before": "2020-12-31"}, {"registered_on": day}, {}, expect)
        for name, day, expect in _DATES
    ),
]
