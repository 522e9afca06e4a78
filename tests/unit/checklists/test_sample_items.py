"""The sample city's fifteen items: every rule, code and reference in them holds."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from backend.checklists import rules
from backend.foundation.conditions import OBJECT_FACTS, VERDICTS, is_decimal, validate
from schemas.vocabulary import Method, ObjectKind, Result

ITEMS = json.loads((Path(rules.__file__).parents[1] / "sample_city" / "items.json").read_text("utf-8"))["items"]
POINTS = [point for item in ITEMS for point in item["points"]]
# A sheet carries fewer facts than the directory, and a point may only ask for those.
SHEET_FACTS = {name: kind for name, kind in OBJECT_FACTS.items() if name in rules.OBJECT_KEYS}


def codes_of(answer: dict[str, Any]) -> list[str]:
    """Return the codes that an answer of this type can say."""
    if answer["type"] == "verdict":
        return list(VERDICTS)
    return ["pass", "fail"] if answer["type"] == "number" else [each["code"] for each in answer.get("options", [])]


def sheet(*tags: str, kind: str = "enterprise") -> dict[str, Any]:
    """Return the checklist of an object with these tags."""
    facts = dict.fromkeys(rules.OBJECT_KEYS, "") | {"kind": kind, "tags": list(tags), "licences": []}
    task = {"code": "", "name": ""}
    return rules.compose(items=ITEMS, object_facts=facts, parties=[], task=task, inspection="")


class TestItems:
    def test_are_the_fifteen_of_the_task(self) -> None:
        assert [item["code"] for item in ITEMS] == [f"Q{n:02}" for n in range(1, 16)]

    @pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["code"]))
    def test_are_well_formed(self, item: dict[str, Any]) -> None:
        assert set(rules.ITEM_KEYS) | {"key", "ratio_cap", "object_kinds", "applies", "points"} == set(item)
        assert validate(item["applies"], OBJECT_FACTS, {}) == []
        assert Method(item["method"])
        assert all(ObjectKind(kind) for kind in item["object_kinds"])
        # A key item has no upper limit of its ratio, a general one must have one.
        assert (item["ratio_cap"] is None) == item["key"]
        assert 2 <= len(item["points"]) <= 8
        assert [point["code"] for point in item["points"]] == [
            f"{item['code']}.{n}" for n in range(1, len(item["points"]) + 1)
        ]

    @pytest.mark.parametrize("point", POINTS, ids=lambda point: str(point["code"]))
    def test_have_sound_points(self, point: dict[str, Any]) -> None:
        assert {*rules.POINT_KEYS, "seq"} == set(point)
        codes = set(codes_of(point["answer"]))
        assert {*(point["note_on"] or ()), *(point["results"] or ()), *point["photo"].get("on", ())} <= codes
        assert all(Result(result) for result in (point["results"] or {}).values())
        assert all(is_decimal(point["answer"][key]) for key in ("min", "max") if key in point["answer"])
        item = next(each for each in ITEMS if point in each["points"])
        earlier = {each["code"]: each["answer"] for each in item["points"] if each["seq"] < point["seq"]}
        assert validate(point["visible_when"], SHEET_FACTS, earlier) == []

    def test_use_every_type_of_answer(self) -> None:
        types = {point["answer"]["type"] for point in POINTS}
        assert types == {"verdict", "number", "text", "choice", "multi", "date"}

    def test_share_points_only_between_equal_questions(self) -> None:
        by_key = defaultdict(list)
        for point in POINTS:
            if point["shared_key"]:
                own = {key: point[key] for key in rules.POINT_KEYS if key not in ("code", "visible_when")}
                by_key[point["shared_key"]].append(own)
        assert len(by_key) >= 2
        assert all(len(twins) == 2 and twins[0] == twins[1] for twins in by_key.values())

    def test_give_every_object_registration_and_disclosure(self) -> None:
        assert [item["code"] for item in sheet(kind="cooperative")["items"]] == ["Q01", "Q02"]

    def test_give_a_tagged_object_its_items(self) -> None:
        items = [item["code"] for item in sheet("ecommerce_platform", "ebike", "trademark")["items"]]
        assert items == ["Q01", "Q02", "Q04", "Q07", "Q14"]

    def test_ask_for_the_licence_once(self) -> None:
        document = sheet("ecommerce")
        assert {"Q01.2", "Q02.7"} <= set(document["items"][2]["points"])
        assert not {"Q04.1", "Q04.2"} & {point["code"] for point in document["points"]}
        assert {"Q01.2", "Q02.7"} <= rules.visible(document, {})
