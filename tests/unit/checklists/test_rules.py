"""The checklist engine: composing, the shared vectors, and laws that hold for any registers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.checklists import rules
from tests.unit.checklists.checklist_documents import DOCUMENTS, answered, point
from tests.unit.checklists.make_vectors import VECTORS

CONTENT = json.loads((VECTORS / "checklists.json").read_text(encoding="utf-8"))
CASES = CONTENT["cases"]
TASK = {"code": "测试〔2021〕1号", "name": "测试", "mode": "市抽县查"}
SHOP = {**DOCUMENTS["shop"]["object"], "status": "active", "authority": "SHG"}
PARTY = {"person": "p", "name": "甲", "role": "lead", "certificate": "13030001", "code": "SHG-0001"}


def catalogue_item(code: str, *points: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an item as the catalogue stores it, its points numbered in the order given."""
    named = {
        "name": code,
        "name_en": code,
        "category": "",
        "legal_basis": "",
        "method": "on_site",
        "version": 2,
    }
    numbered = [{**each, "seq": seq} for seq, each in enumerate(points, 1)]
    rest = {"key": False, "ratio_cap": "5/100", "object_kinds": ["individual_business"], "applies": None}
    return {"code": code, **named, **rest, "points": numbered, **more}


def composed(*items: dict[str, Any]) -> dict[str, Any]:
    return rules.compose(items=items, object_facts=SHOP, parties=[PARTY], task=TASK, inspection="i")


class TestCompose:
    def test_takes_items_that_fit_the_object(self) -> None:
        document = composed(
            catalogue_item("A", point("A.1")),
            catalogue_item("B", point("B.1"), applies={"fact": "tags", "has": "cotton"}),
            catalogue_item("C", point("C.1"), applies={"fact": "authority", "in": ["SHG"]}),
            catalogue_item("D", point("D.1"), object_kinds=["enterprise"]),
        )
        assert [item["code"] for item in document["items"]] == ["A", "C"]
        assert [each["code"] for each in document["points"]] == ["A.1", "C.1"]

    def test_orders_points_by_their_number(self) -> None:
        item = catalogue_item("A", point("A.1"), point("A.2"))
        item["points"].reverse()
        assert composed(item)["items"][0]["points"] == ["A.1", "A.2"]

    def test_asks_a_shared_point_once(self) -> None:
        document = composed(
            catalogue_item("A", point("A.1", shared_key="k")),
            catalogue_item("B", point("B.1", shared_key="k"), point("B.2")),
        )
        assert [each["code"] for each in document["points"]] == ["A.1", "B.2"]
        assert [item["points"] for item in document["items"]] == [["A.1"], ["A.1", "B.2"]]

    def test_says_which_task_of_a_shared_visit_asked_for_what(self) -> None:
        tasks = [
            {"id": "1", "code": "T1", "name": "甲", "items": ["A", "GONE"]},
            {"id": "2", "code": "T2", "name": "乙", "items": ["B", "C"]},
        ]
        items = [
            catalogue_item("A", point("A.1", shared_key="k")),
            catalogue_item("B", point("B.1", shared_key="k")),
            catalogue_item("C", point("C.1"), point("C.2")),
        ]
        document = rules.compose(
            items=items, object_facts=SHOP, parties=[PARTY], task=TASK, inspection="i", tasks=tasks
        )
        assert [(one["id"], one["items"]) for one in document["tasks"]] == [("1", ["A"]), ("2", ["B", "C"])]
        assert "tasks" not in composed(*items)
        answers = {"ans/A.1": {"r": "pass"}, "ans/C.1": {"r": "fail"}, "ans/C.2": {"r": "pass"}}
        found = rules.results(document, answers)
        first, second = (rules.results_of_task(document, found, one) for one in "12")
        assert (first["items"], first["object"], first["problems"]) == ({"A": "1"}, "1", [])
        assert (second["items"], second["object"]) == ({"B": "1", "C": "8"}, "8")
        assert [row["point"] for row in second["problems"]] == ["C.1"]
        # A shared point is a problem of both, whichever item asks it.
        found = rules.results(document, {"ans/A.1": {"r": "fail"}})
        assert [len(rules.results_of_task(document, found, one)["problems"]) for one in "12"] == [1, 1]
        assert rules.results_of_task(document, found, "unknown") == found

    def test_asks_the_later_twin_where_the_first_does_not_apply(self) -> None:
        document = composed(
            catalogue_item("A", point("A.1", shared_key="k"), object_kinds=["enterprise"]),
            catalogue_item("B", point("B.1", shared_key="k")),
        )
        assert [(each["code"], each["item"]) for each in document["points"]] == [("B.1", "B")]

    def test_turns_conditions_to_the_point_that_is_asked(self) -> None:
        condition = {"all": [{"not": answered("B.1", "fail")}, {"any": [{"fact": "kind", "in": ["x"]}]}]}
        document = composed(
            catalogue_item("A", point("A.1", shared_key="k")),
            catalogue_item("B", point("B.1", shared_key="k"), point("B.2", visible_when=condition)),
        )
        turned = {"all": [{"not": answered("A.1", "fail")}, {"any": [{"fact": "kind", "in": ["x"]}]}]}
        assert document["points"][1]["visible_when"] == turned

    def test_holds_exactly_what_the_sheet_shows(self) -> None:
        document = composed(catalogue_item("A", point("A.1")))
        assert document["task"] == {"code": TASK["code"], "name": TASK["name"]}
        assert document["object"] == DOCUMENTS["shop"]["object"]
        assert document["parties"] == [{"person": "p", "name": "甲", "role": "lead", "certificate": "13030001"}]
        assert "ratio_cap" not in document["items"][0]
        assert "seq" not in document["points"][0]

    def test_leaves_the_catalogue_as_it_was(self) -> None:
        item = catalogue_item("A", point("A.1"), point("A.2", visible_when=answered("A.1", "pass")))
        before = json.dumps(item)
        composed(item)
        assert json.dumps(item) == before


class TestDigest:
    def test_does_not_depend_on_the_order_of_keys(self) -> None:
        document = DOCUMENTS["shop"]
        assert rules.digest(dict(reversed(document.items()))) == rules.digest(document)

    def test_changes_with_any_word(self) -> None:
        document = DOCUMENTS["shop"]
        assert rules.digest({**document, "inspection": "other"}) != rules.digest(document)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
class TestVectorCases:
    def test_visible(self, case: dict[str, Any]) -> None:
        shown = rules.visible(CONTENT["documents"][case["document"]], rules.answers_of(case["registers"]))
        assert sorted(shown) == case["visible"]

    def test_status(self, case: dict[str, Any]) -> None:
        assert rules.status(CONTENT["documents"][case["document"]], case["registers"]) == case["status"]

    def test_results(self, case: dict[str, Any]) -> None:
        assert rules.results(CONTENT["documents"][case["document"]], case["registers"]) == case["results"]


class TestValidateAnswer:
    @pytest.mark.parametrize("case", CONTENT["answers"], ids=str)
    def test_agrees_with_the_vector(self, case: dict[str, Any]) -> None:
        assert rules.validate_answer({"answer": case["answer"]}, case["value"]) == case["problem"]


class TestWithDependents:
    def test_follows_conditions_to_their_end(self) -> None:
        def shown_by(code: str, condition: dict[str, Any] | None) -> dict[str, Any]:
            return {"code": code, "visible_when": condition}

        document = {
            "points": [
                shown_by("A", None),
                shown_by("B", {"all": [{"fact": "risk", "in": ["D"]}, {"not": {"answer": "A", "is": ["pass"]}}]}),
                shown_by("C", {"any": [{"answer": "B", "is": ["fail"]}]}),
                shown_by("D", {"answer": "X", "is": ["fail"]}),
            ]
        }
        assert rules.with_dependents(document, ["A"]) == ["A", "B", "C"]
        assert rules.with_dependents(document, ["D"]) == ["D"]


class TestProblems:
    def test_say_what_was_found(self) -> None:
        registers = {
            "ans/C.1": {"n": "56"},
            "ans/C.2": {"r": "fail"},
            "ans/C.3": {"m": ["team", "fee"]},
            "note/C.1": "整车超重",
        }
        assert rules.results(DOCUMENTS["bike"], registers)["problems"] == [
            {"item": "C", "point": "C.1", "text": "要点C.1：56 kg，超出限值（5～55）", "note": "整车超重"},
            {"item": "C", "point": "C.2", "text": "要点C.2：不合格", "note": ""},
            {"item": "C", "point": "C.3", "text": "要点C.3：入门费、团队计酬", "note": ""},
        ]


VALUES = st.sampled_from(
    [
        *({"r": verdict} for verdict in ("pass", "fail", "na", "unchecked", "odd")),
        {"r": "na", "why": "有原因"},
        *({"n": number} for number in ("4.9", "5", "55", "55.5", "x")),
        *({"c": code} for code in ("published", "not_published", "not_due", "yes", "no")),
        *({"m": codes} for codes in (["none"], ["fee"], ["team", "fee"], [])),
        {"t": "旧址"},
        {"t": "新址"},
        {"d": "2021-06-30"},
        {"d": "2021-07-01"},
        None,
    ]
)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a document and registers of any sense or nonsense."""
    document = DOCUMENTS[draw(st.sampled_from(["shop", "bike", "optional"]))]
    registers: dict[str, Any] = {}
    for code in [each["code"] for each in document["points"]]:
        registers[f"ans/{code}"] = draw(VALUES)
        registers[f"note/{code}"] = draw(st.sampled_from([None, "", "说明"]))
        registers |= {f"photo/{code}/{n}": draw(st.sampled_from([None, {"size": 1}])) for n in range(2)}
    registers["outcome"] = draw(st.sampled_from([None, *({"code": c, "why": ""} for c in ("normal", "closed"))]))
    registers["remark"] = draw(st.sampled_from([None, "备注"]))
    return document, registers


def satisfied(document: dict[str, Any], registers: dict[str, Any]) -> bool:
    """Say in other words than the engine's whether a sheet of an ordinary visit is complete."""
    shown = rules.visible(document, rules.answers_of(registers))
    for each in (p for p in document["points"] if p["code"] in shown):
        code, spec, value = each["code"], each["answer"], registers[f"ans/{each['code']}"]
        if value is None or rules.validate_answer(each, value):
            if each["required"]:
                return False
            continue
        if value.get("r") in ("na", "unchecked"):
            if not value.get("why"):
                return False
            continue
        given = {value.get("r"), value.get("c"), *value.get("m", ())}
        if "n" in value and not float(spec["min"]) <= float(value["n"]) <= float(spec["max"]):
            given.add("fail")
        taken = sum(registers[f"photo/{code}/{n}"] is not None for n in range(2))
        if given & set(each["photo"].get("on", given)) and taken < each["photo"]["min"]:
            return False
        if given & set(each["note_on"] or ()) and not registers[f"note/{code}"]:
            return False
    return True


class TestLaws:
    @given(sheet=sheets(), seed=st.randoms(use_true_random=False))
    def test_the_order_of_registers_means_nothing(self, sheet: Any, seed: Any) -> None:
        document, registers = sheet
        names = list(registers)
        seed.shuffle(names)
        shuffled = {name: registers[name] for name in names}
        answers, others = rules.answers_of(registers), rules.answers_of(shuffled)
        assert rules.visible(document, others) == rules.visible(document, answers)
        assert rules.status(document, shuffled) == rules.status(document, registers)
        assert rules.results(document, shuffled) == rules.results(document, registers)

    @given(sheet=sheets())
    def test_nothing_is_missing_exactly_when_all_is_satisfied(self, sheet: Any) -> None:
        document, registers = sheet
        missing = rules.status(document, registers)["missing"]
        if (registers["outcome"] or {}).get("code") == "closed":
            proved = any(name.startswith("photo/outcome/") for name in registers)
            assert (not missing) == (proved and registers["remark"] is not None)
        else:
            assert (not missing) == satisfied(document, registers)

    @given(sheet=sheets())
    def test_a_hidden_answer_changes_nothing(self, sheet: Any) -> None:
        document, registers = sheet
        shown = rules.visible(document, rules.answers_of(registers))
        kept = {reg: v for reg, v in registers.items() if not reg.startswith("ans/") or reg[4:] in shown}
        assert rules.status(document, kept) == rules.status(document, registers)
        assert rules.results(document, kept) == rules.results(document, registers)

    @given(sheet=sheets())
    def test_a_fail_is_a_problem_and_no_fail_none(self, sheet: Any) -> None:
        document, registers = sheet
        failing = [fail["point"] for fail in rules.status(document, registers)["fails"]]
        outcome = rules.results(document, registers)
        assert [problem["point"] for problem in outcome["problems"]] == failing
        if outcome["state"] is None:
            assert (outcome["object"] in rules.NO_PROBLEM) == (not failing)
