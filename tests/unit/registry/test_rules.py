"""Rules of the registry as tables: what rows must hold, and what follows from statements."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backend.registry.rules import (
    ITEM_DEFAULTS,
    ITEM_FIELDS,
    Known,
    certificate_state,
    expert_faults,
    inspector_faults,
    item_differences,
    item_faults,
    item_stage,
    licence_faults,
    licence_kinds,
    marks_of,
    may_maintain,
    object_faults,
    risk_faults,
)
from backend.sample_city import generator

TODAY = date(2026, 11, 23)
KNOWN = Known(
    regions={"130300", "130303", "130304"},
    bodies={"QHD": "130300", "SHG": "130303", "BDH": "130304"},
    jurisdiction="130303",
    body="SHG",
    maintained={"SHG"},
    today=TODAY,
)
OBJECT = {
    "code": "91130303MAY000013X",
    "kind": "enterprise",
    "name": "山海关安泰商贸有限公司",
    "region": "130303",
    "authority": "SHG",
    "registered_on": date(2020, 1, 1),
}
INSPECTOR = {
    "code": "SHG-0100",
    "name": "甄新",
    "region": "130303",
    "certificate_no": "X-1",
    "certificate_expires_on": date(2030, 1, 1),
}
EXPERT = {"code": "E1", "name": "郝专", "organisation": "理工大学", "region": "130303"}
ITEMS = json.loads((Path(generator.__file__).parent / "items.json").read_text("utf-8"))["items"]
ITEM = {**ITEM_DEFAULTS, **ITEMS[0], "effective_from": TODAY}


def found(faults: list[dict[str, str]]) -> set[tuple[str, str]]:
    """The places and codes of some faults."""
    return {(fault["field"], fault["code"]) for fault in faults}


@pytest.fixture(scope="module")
def credit_code() -> str:
    """A valid unified social credit code."""
    return generator.credit_code(1, "130303", 13)


class TestObjectFaults:
    def test_takes_a_sound_row(self, credit_code: str) -> None:
        assert object_faults({**OBJECT, "code": credit_code}, KNOWN, new=True) == []
        assert object_faults({"code": "P-1", "phone": ""}, KNOWN, new=False) == []

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"name": ""}, ("name", "required")),
            ({"name": "名" * 201}, ("name", "too_long")),
            ({"name": "名\x00"}, ("name", "control")),
            ({"kind": "planet"}, ("kind", "unknown_code")),
            ({"region": "999999"}, ("region", "unknown_region")),
            ({"region": "130304", "authority": "BDH"}, ("region", "elsewhere")),
            ({"authority": "NONE"}, ("authority", "unknown_body")),
            ({"authority": "BDH"}, ("authority", "authority_elsewhere")),
            ({"maintained_by": "QHD"}, ("maintained_by", "not_yours")),
            ({"registered_on": date(2026, 11, 24)}, ("registered_on", "date_range")),
            ({"registered_on": date(1899, 12, 31)}, ("registered_on", "date_range")),
            ({"registered_on": "2020-01-01"}, ("registered_on", "date")),
            ({"risk": "E"}, ("risk", "unknown_code")),
            ({"tags": ["a", "a"]}, ("tags", "repeated")),
            ({"tags": [""]}, ("tags", "list")),
            ({"libraries": "食品"}, ("libraries", "list")),
        ],
    )
    def test_names_the_fault(self, credit_code: str, change: dict[str, Any], fault: tuple[str, str]) -> None:
        faults = object_faults({**OBJECT, "code": credit_code, **change}, KNOWN, new=True)
        assert found(faults) == {fault}
        assert all(each["message"] for each in faults)

    @pytest.mark.parametrize("kind", ["enterprise", "individual_business", "cooperative"])
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda code: code[:-1],
            lambda code: code.lower(),
            lambda code: f"{code[:8]}-{code[8:]}",
            lambda code: code[:-1] + ("0" if code[-1] != "0" else "1"),
        ],
    )
    def test_checks_the_credit_code_of_businesses_only(self, credit_code: str, kind: str, spoil: Any) -> None:
        row = {**OBJECT, "code": spoil(credit_code), "kind": kind}
        assert found(object_faults(row, KNOWN, new=True)) == {("code", "credit_code")}
        assert object_faults({**row, "kind": "product"}, KNOWN, new=True) == []

    def test_asks_a_new_row_for_everything(self) -> None:
        fields = {field for field, _ in found(object_faults({}, KNOWN, new=True))}
        assert fields == {"code", "kind", "name", "region", "authority", "registered_on"}

    def test_takes_other_codes_of_other_kinds_only(self) -> None:
        assert found(object_faults({**OBJECT, "kind": "project", "code": "项目 1"}, KNOWN, new=True)) == {
            ("code", "code")
        }


class TestPeople:
    def test_are_judged_alike(self) -> None:
        assert inspector_faults(INSPECTOR, KNOWN, new=True) == []
        assert expert_faults(EXPERT, KNOWN, new=True) == []
        assert found(inspector_faults({**INSPECTOR, "status": "gone", "region": "130304"}, KNOWN, new=True)) == {
            ("status", "unknown_code"),
            ("region", "elsewhere"),
        }
        assert found(expert_faults({**EXPERT, "organisation": "", "specialities": 3}, KNOWN, new=True)) == {
            ("organisation", "required"),
            ("specialities", "list"),
        }

    @pytest.mark.parametrize(
        ("expires", "state"),
        [
            (date(2026, 11, 22), "expired"),
            (date(2026, 11, 23), "expiring"),
            (date(2027, 1, 22), "expiring"),
            (date(2027, 1, 23), "valid"),
        ],
    )
    def test_certificates_warn_sixty_days_before(self, expires: date, state: str) -> None:
        assert certificate_state(expires, today=TODAY) == state


class TestStatements:
    def test_name_their_faults(self) -> None:
        risk = {"object": "O", "risk": "A", "effective_on": TODAY}
        assert risk_faults(risk, KNOWN) == []
        assert found(risk_faults({**risk, "risk": "X", "effective_on": date(2027, 1, 1)}, KNOWN)) == {
            ("risk", "unknown_code"),
            ("effective_on", "date_range"),
        }
        licence = {
            "object": "O",
            "kind": "cma",
            "number": "1",
            "valid_from": TODAY,
            "status": "valid",
            "effective_on": TODAY,
        }
        assert licence_faults({**licence, "valid_to": None}, KNOWN) == []
        assert found(licence_faults({**licence, "valid_to": date(2020, 1, 1)}, KNOWN)) == {("valid_to", "period")}
        assert found(licence_faults({**licence, "number": ""}, KNOWN)) == {("number", "required")}

    @pytest.mark.parametrize(
        ("declared", "stated", "kinds"),
        [
            (["b", "a"], [], ["a", "b"]),
            (["a"], [("a", "revoked")], []),
            ([], [("a", "valid")], ["a"]),
            (["a"], [("a", "revoked"), ("a", "valid")], ["a"]),
            (["a", "b"], [("a", "suspended")], ["b"]),
            (["a", "a"], [], ["a"]),
        ],
    )
    def test_decide_about_their_kinds_only(
        self, declared: list[str], stated: list[tuple[str, str]], kinds: list[str]
    ) -> None:
        assert licence_kinds(declared, stated) == kinds

    def test_marks_are_the_three_lists(self) -> None:
        row = {"tags": ["a"], "licences": ["a"], "libraries": ["食品"]}
        assert marks_of(row) == {("tag", "a"), ("licence", "a"), ("library", "食品")}

    def test_owners_are_any_of_them(self) -> None:
        assert may_maintain(("QHD", "SHG"), {"SHG"})
        assert not may_maintain(("QHD",), {"SHG"})


def spoiled(*path: str | int, value: Any) -> dict[str, Any]:
    """The sound item with one place set to something else."""
    item: Any = deepcopy(ITEM)
    place = item
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return item


class TestItemFaults:
    @pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["code"]))
    def test_takes_the_sample_items(self, item: dict[str, Any]) -> None:
        assert item_faults({**item, "effective_from": TODAY}, KNOWN, new=True) == []

    @pytest.mark.parametrize(
        ("path", "value", "fault"),
        [
            (["key"], True, ("ratio_cap", "key_item")),
            (["ratio_cap"], None, ("ratio_cap", "cap_required")),
            (["ratio_cap"], "6/5", ("ratio_cap", "ratio")),
            (["ratio_cap"], "5%", ("ratio_cap", "ratio")),
            (["frequency_cap"], 0, ("frequency_cap", "number")),
            (["random_fit"], False, ("unfit_reason", "required")),
            (["object_kinds"], ["planet"], ("object_kinds/0", "unknown_code")),
            (["object_kinds"], [], ("object_kinds", "required")),
            (["guidance"], {"other": ""}, ("guidance", "guidance")),
            (["guidance"], {"content": "字" * 4001}, ("guidance/content", "too_long")),
            (["applies"], {"fact": "colour", "in": ["a"]}, ("applies/fact", "unknown_fact")),
            (["applies"], {"fact": "tags", "in": ["a"]}, ("applies/in", "wrong_operator")),
            (["points", 0, "seq"], 2, ("points/0/seq", "order")),
            (["points", 1, "code"], "Q01.1", ("points/1/code", "repeated")),
            (["points", 0, "title"], "", ("points/0/title", "required")),
            (["points", 0, "answer"], {"type": "colour"}, ("points/0/answer/type", "unknown_code")),
            (["points", 0, "answer"], {"type": "verdict", "unit": "g"}, ("points/0/answer", "shape")),
            (["points", 4, "answer"], {"type": "text"}, ("points/4/answer/max_length", "number")),
            (["points", 0, "photo"], {"min": 1, "on": ["maybe"]}, ("points/0/photo", "photo")),
            (["points", 0, "results"], {"fail": "9"}, ("points/0/results", "results")),
            (["points", 0, "note_on"], ["maybe"], ("points/0/note_on", "unknown_option")),
            (["points", 0, "visible_when"], {"answer": "Q01.2", "is": ["pass"]},
             ("points/0/visible_when/answer", "unknown_point")),
            (["points", 3, "visible_when"], {"answer": "Q01.1", "is": ["maybe"]},
             ("points/3/visible_when/is/0", "unknown_option")),
            (["points", 3, "visible_when"], {"fact": "status", "in": ["active"]},
             ("points/3/visible_when/fact", "unknown_fact")),
        ],
    )  # fmt: skip
    def test_names_the_place(self, path: list[str | int], value: Any, fault: tuple[str, str]) -> None:
        assert fault in found(item_faults(spoiled(*path, value=value), KNOWN, new=True))

    @pytest.mark.parametrize(
        "options",
        [
            None,
            [],
            [{"code": "a", "label": "甲", "label_en": ""}],
            [{"code": "a", "label": "甲", "label_en": ""}] * 2,
            ["a", "b"],
        ],
    )
    def test_asks_for_two_different_options(self, options: Any) -> None:
        item = spoiled("points", 0, "answer", value={"type": "choice", "options": options})
        assert any(
            field.startswith("points/0/answer/options") for field, _ in found(item_faults(item, KNOWN, new=True))
        )

    @pytest.mark.parametrize("points", [3, "abc", [3], [{}], [None] * 101])
    def test_refuses_what_is_no_list_of_points(self, points: Any) -> None:
        assert item_faults({**ITEM, "points": points}, KNOWN, new=True)

    @pytest.mark.parametrize(
        "field", ["answer", "photo", "note_on", "results", "visible_when", "code", "phrases", "title"]
    )
    @pytest.mark.parametrize("junk", [3, "x", [1], {"a": [1]}, [[]]])
    def test_never_breaks_on_junk(self, field: str, junk: Any) -> None:
        item_faults(spoiled("points", 0, field, value=junk), KNOWN, new=True)


class TestVersions:
    @pytest.mark.parametrize(
        ("state", "begin", "end", "in_force", "stage"),
        [
            ("draft", TODAY, None, False, "draft"),
            ("published", TODAY, None, True, "in_force"),
            ("published", date(2026, 11, 24), None, False, "upcoming"),
            ("published", date(2020, 1, 1), None, False, "superseded"),
            ("published", date(2020, 1, 1), date(2026, 11, 22), False, "retired"),
        ],
    )
    def test_stand_where_the_day_puts_them(
        self, state: str, begin: date, end: date | None, in_force: bool, stage: str
    ) -> None:
        assert item_stage(state=state, effective_from=begin, effective_to=end, in_force=in_force, on=TODAY) == stage

    def test_differ_field_by_field_and_point_by_point(self) -> None:
        later = deepcopy(ITEM)
        later["name"] = "另一名称"
        later["points"][0]["title"] = "另一题目"
        del later["points"][1]
        rows = [SimpleNamespace(**{"maintained_by": "SHG", **item}) for item in (ITEM, later)]
        assert set(ITEM_FIELDS) <= set(vars(rows[0]))
        changes = {change["field"]: change for change in item_differences(*rows)}
        assert set(changes) == {"name", "points/Q01.1", "points/Q01.2"}
        assert changes["points/Q01.2"]["after"] is None
