import random
from copy import deepcopy
from typing import Any

import pytest

from backend.draws.documents import Bundle
from backend.draws.findings import MESSAGES, render_findings
from backend.draws.rules import digest, seal_bundle, text_hash
from backend.draws.verifier import verify_bundle, verify_coverage, verify_opening
from tests.unit.draws.make_vectors import MIXED, inspector_bundles
from tests.unit.draws.samples import inspector_draw, object_draw, roster, visits_of
from tests.unit.draws.tampering import (
    INSPECTOR_TAMPERINGS,
    OBJECT_TAMPERINGS,
    inspector_base,
    object_base,
    tampered,
)

OBJECTS = object_draw("mixed", MIXED)
REPLACED = object_draw("replaced", MIXED, replace=[1, 3, 5])
TEAMS = inspector_bundles(OBJECTS, REPLACED)


def codes(bundle: object, parent: object = None, **more: str) -> list[str]:
    return [finding.code for finding in verify_bundle(bundle, parent, **more)]


class TestVerifyBundle:
    def test_accepts_honest_draws(self) -> None:
        for i in range(25):
            bundle = object_draw(f"honest-{i}", [("A", 3 * i, "1/7", i % 4), ("B", i, "1/1", 0)])
            assert verify_bundle(bundle) == []
        for name, bundle in TEAMS.items():
            assert verify_bundle(bundle, REPLACED if name == "reserve-staffed" else OBJECTS) == []

    @pytest.mark.parametrize("name", OBJECT_TAMPERINGS)
    def test_names_what_was_falsified_in_an_object_draw(self, name: str) -> None:
        code, edit = OBJECT_TAMPERINGS[name]
        assert code in codes(tampered({"mixed": OBJECTS, "replaced": REPLACED}[object_base(name)], edit))

    @pytest.mark.parametrize("name", INSPECTOR_TAMPERINGS)
    def test_names_what_was_falsified_in_an_inspector_draw(self, name: str) -> None:
        code, edit = INSPECTOR_TAMPERINGS[name]
        assert code in codes(tampered(TEAMS[inspector_base(name)], edit), OBJECTS)

    def test_each_kind_of_change_has_a_code_of_its_own(self) -> None:
        kinds = ["object exchanged", "seed exchanged", "order changed", "ratio changed and recommitted"]
        kinds += ["k changed", "reserve order changed", "code exchanged", "event value changed"]
        named = [OBJECT_TAMPERINGS[kind][0] for kind in kinds] + [INSPECTOR_TAMPERINGS["inspector exchanged"][0]]
        assert len(set(named)) == 9

    def test_a_falsified_object_draw_spoils_the_inspector_draw(self) -> None:
        parent = tampered(OBJECTS, OBJECT_TAMPERINGS["favourite spared"][1])
        assert {"drawn", "parent"} <= set(codes(TEAMS["plain"], parent))

    def test_an_inspector_draw_needs_its_object_draw(self) -> None:
        assert codes(TEAMS["plain"]) == ["parent_missing"]

    def test_a_draw_rewritten_as_a_whole_fails_on_the_digest_published_before(self) -> None:
        before = OBJECTS["commitment_digest"]
        assert codes(OBJECTS, published=before) == []
        assert codes(object_draw("mixed", MIXED, value="1" * 20), published=before) == []
        assert codes(object_draw("again", MIXED), published=before) == ["commitment_published"]

    def test_any_single_change_is_rejected_and_none_raises(self) -> None:
        bundles: list[tuple[Bundle, Bundle | None]] = [(OBJECTS, None)]
        bundles += [(REPLACED, None)]
        names = ("every-exclusion", "substitutes", "scarce-qualification", "groups", "experts", "balance")
        bundles += [(TEAMS[name], OBJECTS) for name in names]
        rng = random.Random(7)
        for number in range(1500):
            bundle, parent = bundles[number % len(bundles)]
            changed = deepcopy(bundle)
            change_one_value(changed, rng)
            # An earlier bundle of the same draw, without its last substitution, was true when it was issued.
            earlier = {**bundle, "substitutions": bundle["substitutions"][:-1]}
            if changed not in (bundle, earlier):
                assert verify_bundle(changed, parent) != []

    @pytest.mark.parametrize("foreign", [None, 1, "text", [], {}, {"v": "dsj1"}, [[[]]]])
    def test_refuses_what_is_no_bundle(self, foreign: object) -> None:
        assert codes(foreign) == ["malformed"]
        assert codes(OBJECTS, parent=foreign) == ([] if foreign is None else ["malformed"])


def change_one_value(node: Any, rng: random.Random) -> None:
    """Walk to a random value and change, drop or repeat it."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    if not keys:
        return
    key = rng.choice(keys)
    child = node[key]
    if isinstance(child, dict | list) and child and rng.random() < 0.9:
        change_one_value(child, rng)
    elif isinstance(child, str):
        at = rng.randrange(len(child) + 1)
        node[key] = rng.choice([child[:at] + rng.choice("0aZ|é") + child[at + 1 :], child[:at], child + "0", None])
    elif isinstance(child, int):
        node[key] = rng.choice([child + 1, child - 1, str(child), float(child), 2**60])
    elif isinstance(node, list):
        rng.choice([lambda: node.pop(key), lambda: node.append(deepcopy(child)), node.reverse])()
    else:
        node[key] = {} if isinstance(child, list) else []


class TestVerifyOpening:
    def test_accepts_the_bundle_that_was_sealed(self) -> None:
        assert verify_opening(seal_bundle(OBJECTS), OBJECTS) == []
        assert (
            verify_opening(TEAMS["sealed-teams"], inspector_draw("sealed-teams", OBJECTS, roster("SHG", 8)), OBJECTS)
            == []
        )

    def test_a_sealed_bundle_names_no_object(self) -> None:
        text = str(seal_bundle(OBJECTS))
        assert not any(leaf["id"] in text or leaf["salt"] in text for leaf in OBJECTS["leaves"])
        assert OBJECTS["result"]["seed"] not in text

    def test_refuses_another_honest_bundle(self) -> None:
        other = object_draw("mixed", MIXED, value="1" * 20)
        assert [finding.code for finding in verify_opening(seal_bundle(OBJECTS), other)] == ["sealed_changed"]

    def test_refuses_any_single_change_of_what_was_sealed(self) -> None:
        rng = random.Random(8)
        for _ in range(150):
            changed = deepcopy(seal_bundle(OBJECTS))
            change_one_value(changed, rng)
            assert changed == seal_bundle(OBJECTS) or verify_opening(changed, OBJECTS) != []


class TestVerifyCoverage:
    def test_names_drawn_objects_left_out_or_staffed_twice(self) -> None:
        visits = visits_of(OBJECTS)
        part = inspector_draw("east", OBJECTS, roster("SHG", 5), visits=visits[:7])
        rest = inspector_draw("west", OBJECTS, roster("SHG", 5), visits=visits[7:])
        assert verify_coverage(OBJECTS, [part, rest]) == []
        assert {f.code for f in verify_coverage(OBJECTS, [part])} == {"object_left_out"}
        assert {f.code for f in verify_coverage(OBJECTS, [part, rest, rest])} == {"object_staffed_twice"}

    def test_a_second_attempt_may_staff_what_was_insufficient(self) -> None:
        first = inspector_draw("first", OBJECTS, roster("SHG", 1))
        second = inspector_draw("second", OBJECTS, roster("SHG", 5))
        assert verify_coverage(OBJECTS, [first, second]) == []

    def test_a_reserve_that_stepped_in_must_be_staffed_and_what_it_replaced_need_not(self) -> None:
        teams = inspector_draw("all", REPLACED, roster("SHG", 5))
        assert {f.code for f in verify_coverage(REPLACED, [teams])} == {"object_left_out"}
        assert verify_coverage(REPLACED, [teams, TEAMS["reserve-staffed"]]) == []


class TestRenderFindings:
    def test_speaks_both_languages(self) -> None:
        findings = verify_bundle(tampered(OBJECTS, OBJECT_TAMPERINGS["order changed"][1]))
        assert render_findings(findings) == "[order] result.strata[0].drawn: 抽中对象的次序不符"
        assert render_findings(findings, "en").endswith("the order of the drawn objects does not fit")
        assert (render_findings([]), render_findings([], "en")) == ("核验通过", "accepted")

    def test_every_message_is_written_in_both(self) -> None:
        assert all(zh and en for zh, en in MESSAGES.values())


def test_a_bundle_digest_changes_with_any_part() -> None:
    assert digest(OBJECTS) != digest({**OBJECTS, "parent": {**OBJECTS["parent"], "draw": text_hash("x")}})
