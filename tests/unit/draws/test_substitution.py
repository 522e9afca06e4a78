from copy import deepcopy
from typing import Any

import pytest

from backend.draws.documents import Bundle, Substitution, SubstitutionRequest
from backend.draws.findings import DrawError
from backend.draws.rules import NO_EVENT, text_hash
from backend.draws.substitution import (
    OBJECT_REASONS,
    SUBSTITUTION_REASONS,
    Teams,
    check_substitution,
    standing,
    substitute,
)
from backend.draws.verifier import verify_bundle
from schemas.vocabulary import Outcome
from tests.unit.draws.make_vectors import MIXED
from tests.unit.draws.samples import inspector_draw, object_draw, roster, visits_of

OBJECTS = object_draw("mixed", MIXED)
SCARCE = inspector_draw(
    "scarce",
    OBJECTS,
    roster("SHG", 6, holds={1: ["a"], 2: ["a"], 3: ["a"]}),
    visits=visits_of(OBJECTS, needs=["a"])[:4],
)
GROUPS = inspector_draw("groups", OBJECTS, roster("SHG", 8), group_size=3)


def request_of(bundle: Bundle, **changes: Any) -> SubstitutionRequest:
    """The leader of the first team falls ill; the first object is deregistered."""
    inspectors = bundle["commitment"]["kind"] == "inspectors"
    if inspectors:
        first = bundle["assignments"][0]
        objects, out, reason = [first["object"]], first["seats"][0]["id"], "illness"
    else:
        out = bundle["result"]["strata"][0]["drawn"][0]["id"]
        objects, reason = [out], "deregistered"
    request: SubstitutionRequest = {
        "v": "dsj1",
        "commitment": bundle["commitment_digest"],
        "number": len(bundle["substitutions"]) + 1,
        "objects": objects,
        "out": out,
        "reason": reason,
        "evidence": text_hash("evidence"),
        "requester": "P1",
        "approver": "P2",
        "event": {"type": "dice", "id": "会议室", "due": "2026-11-22T09:00:00+08:00"} if inspectors else NO_EVENT,
    }
    return {**request, **changes}  # type: ignore[typeddict-item]  # changes are named by the tests


def after(bundle: Bundle, entry: Substitution) -> Bundle:
    return {**bundle, "substitutions": [*bundle["substitutions"], entry]}


def people_of(bundle: Bundle, object_id: str) -> list[str]:
    stand = standing(bundle)
    assert isinstance(stand, Teams)
    return stand.people[object_id]


class TestInspector:
    def test_only_the_event_decides_among_those_who_keep_the_team_qualified(self) -> None:
        holder = next(seat["id"] for seat in SCARCE["assignments"][0]["seats"] if seat["id"] <= "SHG-0003")
        found = {
            substitute(SCARCE, request_of(SCARCE, out=holder), event_value=f"{i:020d}")["substitute"] for i in range(40)
        }
        team = {seat["id"] for seat in SCARCE["assignments"][0]["seats"]}
        others_hold = any(person <= "SHG-0003" for person in team - {holder})
        assert found == {f"SHG-000{i}" for i in range(1, 7 if others_hold else 4)} - team

    def test_nobody_comes_back_and_when_nobody_is_left_it_says_so(self) -> None:
        bundle, object_id = SCARCE, SCARCE["assignments"][0]["object"]
        seen = list[str]()
        for i in range(6):
            out = people_of(bundle, object_id)[-1]
            entry = substitute(bundle, request_of(bundle, out=out), event_value=f"{i:020d}")
            bundle = after(bundle, entry)
            assert verify_bundle(bundle, OBJECTS) == []
            assert entry["substitute"] not in seen
            seen.append(out)
            if not entry["substitute"]:
                break
        assert entry["substitute"] == ""

    def test_a_withdrawn_request_stays_in_the_log_and_moves_nobody(self) -> None:
        given_up = substitute(GROUPS, request_of(GROUPS), event_value="")
        assert (given_up["substitute"], given_up["ticket"]) == ("", "")
        object_id, lead = GROUPS["assignments"][0]["object"], GROUPS["assignments"][0]["seats"][0]["id"]
        bundle = after(GROUPS, given_up)
        assert people_of(bundle, object_id) == people_of(GROUPS, object_id)
        # Who did not leave after all may be asked for again, as the next in order, and may follow elsewhere.
        bundle = after(bundle, substitute(bundle, request_of(bundle), event_value="1" * 20))
        assert verify_bundle(bundle, OBJECTS) == []
        assert lead not in people_of(bundle, object_id)
        assert [row["request"]["number"] for row in bundle["substitutions"]] == [1, 2]

    def test_a_whole_group_gets_one_substitute_and_other_teams_stay(self) -> None:
        first = GROUPS["assignments"][0]
        names = sorted(a["object"] for a in GROUPS["assignments"] if a["group"] == 1)
        entry = substitute(GROUPS, request_of(GROUPS, objects=names), event_value="1" * 20)
        now = after(GROUPS, entry)
        assert verify_bundle(now, OBJECTS) == []
        for assignment in GROUPS["assignments"]:
            before = [seat["id"] for seat in assignment["seats"]]
            if assignment["object"] in names:
                before = [person for person in before if person != first["seats"][0]["id"]] + [entry["substitute"]]
            assert people_of(now, assignment["object"]) == before


class TestObject:
    def test_the_next_reserve_steps_in_whatever_is_replaced(self) -> None:
        stratum = OBJECTS["result"]["strata"][0]
        bundle = OBJECTS
        for place, reserve in ((3, 0), (1, 1)):
            out = stratum["drawn"][place]["id"]
            entry = substitute(bundle, request_of(bundle, out=out, objects=[out]))
            assert (entry["substitute"], entry["ticket"]) == (
                stratum["reserves"][reserve]["id"],
                stratum["reserves"][reserve]["ticket"],
            )
            bundle = after(bundle, entry)
        assert verify_bundle(bundle) == []
        out = stratum["reserves"][0]["id"]
        last = substitute(bundle, request_of(bundle, out=out, objects=[out]))
        assert last["substitute"] == ""
        assert verify_bundle(after(bundle, last)) == []

    def test_an_object_draw_that_goes_on_keeps_its_tie_to_the_teams_drawn_before(self) -> None:
        teams = inspector_draw("before", OBJECTS, roster("SHG", 6))
        later = after(OBJECTS, substitute(OBJECTS, request_of(OBJECTS)))
        assert verify_bundle(teams, later) == []

    def test_reasons_are_what_is_found_about_an_object_and_not_what_suits(self) -> None:
        assert set(OBJECT_REASONS) - {outcome.value for outcome in Outcome} == {"duplicate"}
        assert "unreachable" not in OBJECT_REASONS


def refused(bundle: Bundle, request: SubstitutionRequest) -> str:
    with pytest.raises(DrawError) as raised:
        check_substitution(bundle, request)
    return raised.value.finding.code


class TestCheck:
    @pytest.mark.parametrize("bundle", [GROUPS, OBJECTS], ids=["inspectors", "objects"])
    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("same_person", {"approver": "P1"}),
            ("substitution", {"out": "nobody"}),
            ("substitution", {"reason": "busy"}),
            ("substitution", {"number": 2}),
            ("substitution", {"evidence": "none"}),
            ("substitution", {"commitment": "0" * 64}),
            ("substitution", {"objects": []}),
            ("substitution", {"objects": ["nothing"]}),
        ],
    )
    def test_refuses(self, bundle: Bundle, code: str, changes: dict[str, Any]) -> None:
        assert refused(bundle, request_of(bundle, **changes)) == code

    def test_an_inspector_needs_an_event_and_an_object_has_none(self) -> None:
        dice = request_of(GROUPS)["event"]
        assert refused(GROUPS, request_of(GROUPS, event=NO_EVENT)) == "event_type"
        assert refused(OBJECTS, request_of(OBJECTS, event=dice)) == "substitution"

    def test_reasons_of_one_kind_are_none_of_the_other(self) -> None:
        assert not set(SUBSTITUTION_REASONS) & set(OBJECT_REASONS)

    def test_objects_of_two_groups_are_two_requests(self) -> None:
        bundle = deepcopy(GROUPS)
        out = bundle["assignments"][0]["seats"][0]["id"]
        other = next(a for a in bundle["assignments"] if a["group"] == 2)
        other["seats"][0]["id"] = out
        names = sorted([bundle["assignments"][0]["object"], other["object"]])
        assert refused(bundle, request_of(bundle, objects=names)) == "substitution"
