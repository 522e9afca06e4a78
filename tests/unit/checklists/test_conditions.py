"""The rule language: the shared vectors, and what is told to people who write a wrong rule."""

import json
from typing import Any

import pytest

from backend.foundation.conditions import OBJECT_FACTS, evaluate, validate
from tests.unit.checklists.make_vectors import VECTORS, as_text, build

CASES = json.loads((VECTORS / "conditions.json").read_text(encoding="utf-8"))["cases"]
POINTS: dict[str, dict[str, Any]] = {
    "V": {"type": "verdict"},
    "N": {"type": "number", "unit": "kg", "decimals": 1},
    "C": {"type": "choice", "options": [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}]},
    "T": {"type": "text", "max_length": 10},
}
DEEP: dict[str, Any] = {"fact": "kind", "in": ["enterprise"]}
for _ in range(8):
    DEEP = {"not": DEEP}


class TestVectors:
    @pytest.mark.parametrize("file", ["conditions.json", "checklists.json", "manifest.json"])
    def test_are_what_their_maker_makes(self, file: str) -> None:
        assert (VECTORS / file).read_text(encoding="utf-8") == as_text(build()[file])

    def test_have_the_numbers_of_the_manifest(self) -> None:
        manifest = json.loads((VECTORS / "manifest.json").read_text(encoding="utf-8"))
        for file, counts in manifest.items():
            content = json.loads((VECTORS / file).read_text(encoding="utf-8"))
            assert {name: len(content[name]) for name in counts} == counts


class TestEvaluate:
    @pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
    def test_agrees_with_the_vector(self, case: dict[str, Any]) -> None:
        assert evaluate(case["condition"], case["facts"], case["answers"]) is case["expect"]

    @pytest.mark.parametrize("rule", [{}, {"nor": []}, {"fact": "kind"}, {"answer": "V", "like": "x"}])
    def test_raises_on_what_is_no_rule(self, rule: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="no"):
            evaluate(rule, {}, {})


class TestValidate:
    @pytest.mark.parametrize(
        "rule",
        [
            None,
            {"fact": "kind", "in": ["enterprise"]},
            {"fact": "registered_on", "on_or_before": "2020-12-31"},
            {
                "all": [
                    {"fact": "tags", "has": "ebike"},
                    {"any": [{"not": {"fact": "tags", "has_any": ["cotton"]}}]},
                ]
            },
            {"answer": "V", "is": ["fail", "unchecked"]},
            {"answer": "C", "is": ["a"]},
            {"answer": "T", "is": ["随便"]},
            {"answer": "N", "number": {"min": "0", "max": "10.5"}},
        ],
    )
    def test_accepts_a_good_rule(self, rule: object) -> None:
        assert validate(rule, OBJECT_FACTS, POINTS) == []

    @pytest.mark.parametrize(
        ("rule", "pointer", "code"),
        [
            ("enterprise", "", "not_a_rule"),
            ({}, "", "not_a_rule"),
            ({"all": [], "any": []}, "", "not_a_rule"),
            ({"all": []}, "/all", "empty"),
            ({"all": {"fact": "kind"}}, "/all", "empty"),
            ({"not": None}, "/not", "not_a_rule"),
            ({"not": {"fact": "kind", "in": ["x"]}, "why": 1}, "", "extra_keys"),
            (
                {"any": [{"fact": "kind", "in": ["x"]}, {"fact": "size", "in": ["x"]}]},
                "/any/1/fact",
                "unknown_fact",
            ),
            ({"fact": ["kind"], "in": ["x"]}, "/fact", "unknown_fact"),
            ({"fact": "kind"}, "", "operator"),
            ({"fact": "kind", "in": ["x"], "has": "x"}, "", "operator"),
            ({"fact": "kind", "is": ["x"]}, "", "operator"),
            ({"fact": "kind", "has": "enterprise"}, "/has", "wrong_operator"),
            ({"fact": "tags", "in": ["ebike"]}, "/in", "wrong_operator"),
            ({"fact": "kind", "in": "enterprise"}, "/in", "texts"),
            ({"fact": "kind", "in": []}, "/in", "texts"),
            ({"fact": "tags", "has_any": [1]}, "/has_any", "texts"),
            ({"fact": "tags", "has": ""}, "/has", "text"),
            ({"fact": "registered_on", "on_or_after": "2021-02-29"}, "/on_or_after", "date"),
            ({"answer": "Z", "is": ["pass"]}, "/answer", "unknown_point"),
            ({"answer": "V", "number": {"min": "1"}}, "", "operator"),
            ({"answer": "N", "is": ["5"]}, "", "operator"),
            ({"answer": "V", "is": "fail"}, "/is", "texts"),
            ({"answer": "V", "is": ["pass", "good"]}, "/is/1", "unknown_option"),
            ({"answer": "C", "is": ["c"]}, "/is/0", "unknown_option"),
            ({"answer": "N", "number": {}}, "/number", "limits"),
            ({"answer": "N", "number": {"over": "5"}}, "/number", "limits"),
            ({"answer": "N", "number": {"min": 5}}, "/number/min", "decimal"),
            ({"answer": "N", "number": {"min": "6", "max": "5"}}, "/number", "limits"),
            (DEEP, "/not/not/not/not/not/not/not/not", "too_deep"),
        ],
    )
    def test_points_at_what_is_wrong(self, rule: object, pointer: str, code: str) -> None:
        refusals = validate(rule, OBJECT_FACTS, POINTS)
        assert [(refusal["pointer"], refusal["code"]) for refusal in refusals] == [(pointer, code)]
        assert refusals[0]["message"]

    def test_reports_every_fault_at_once(self) -> None:
        rule = {"all": [{"fact": "size", "in": ["x"]}, {"answer": "Z", "is": ["x"]}]}
        assert [refusal["pointer"] for refusal in validate(rule, OBJECT_FACTS, POINTS)] == [
            "/all/0/fact",
            "/all/1/answer",
        ]

    def test_names_what_would_fit(self) -> None:
        [refusal] = validate({"fact": "tags", "in": ["ebike"]}, OBJECT_FACTS, POINTS)
        assert refusal["message"] == "“tags”只能用 has、has_any 判断"
