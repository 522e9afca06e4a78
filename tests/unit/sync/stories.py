"""Small stories of one inspection, told by hand with the end that they must have. make_vectors turns them into JSON."""

from typing import Any

from sync import decide, issue, seal_status, step

from .cast import ALICE, BOB, CHEN, FAIL, NA, NOON, OFFICE_NEXT, PASS, SIGN_LEAD, SIGN_MEMBER, SIGN_OBJECT
from .storytelling import STORIES as STORIES
from .storytelling import Story, story

SEALED: dict[str, Any] = {"phase": "sealed", "missing": [], "seals": 1}


@story
def nothing_happened(it: Story) -> dict[str, Any]:
    return {"phase": "assigned"}


@story
def first_answer_begins_the_visit(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    return {}


@story
def announced_file_does_not_begin_the_visit(it: Story) -> dict[str, Any]:
    it.write(ALICE, "blob", f"blob/{'a' * 64}", {"sha256": "a" * 64, "size": 900, "mime": "image/png"})
    return {"phase": "assigned"}


@story
def two_phones_disagree(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    it.set(BOB, "ans/Q01.1", FAIL, seen=before)
    return {"conflicts": ["ans/Q01.1"]}


@story
def two_phones_agree(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    it.set(BOB, "ans/Q01.1", {"why": "", "r": "pass"}, seen=before)
    return {}


@story
def clearing_against_editing_is_a_conflict(it: Story) -> dict[str, Any]:
    it.set(ALICE, "note/Q01.1", "第一稿")
    before = it.state
    it.set(ALICE, "note/Q01.1", None)
    it.set(BOB, "note/Q01.1", "第二稿", seen=before)
    return {"conflicts": ["note/Q01.1"]}


@story
def a_choice_settles_a_conflict(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    it.set(BOB, "ans/Q01.1", FAIL, seen=before)
    it.set(CHEN, "ans/Q01.1", NA)
    return {}


@story
def replaced_before_it_arrived(it: Story) -> dict[str, Any]:
    first = issue(it.state, BOB, kind="set", register="ans/Q01.1", value=PASS, at=NOON)
    met = step(it.state, first, decide(it.state, first))
    it.set(ALICE, "ans/Q01.1", FAIL, seen=met)
    it.take(first)
    return {}


@story
def a_conflict_cannot_be_submitted(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    it.set(BOB, "ans/Q01.1", FAIL, seen=before)
    submitted = it.write(ALICE, "submit")
    return {"conflicts": ["ans/Q01.1"], "held": {submitted: "conflict_unresolved"}}


@story
def an_unsigned_record_cannot_be_submitted(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    return {"held": {it.write(ALICE, "submit"): "seal_incomplete"}}


@story
def a_signature_before_the_visit_is_held(it: Story) -> dict[str, Any]:
    return {"phase": "assigned", "held": {it.sign(ALICE, SIGN_LEAD): "not_permitted"}}


@story
def one_signature_of_three(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    it.sign(ALICE, SIGN_LEAD)
    return {"missing": [SIGN_MEMBER, SIGN_OBJECT]}


@story
def all_signatures_seal(it: Story) -> dict[str, Any]:
    it.sealed()
    return SEALED


@story
def a_refusal_takes_the_place_of_a_signature(it: Story) -> dict[str, Any]:
    it.set(ALICE, "outcome", {"code": "unreachable", "why": "大门紧锁"})
    it.sign(ALICE, SIGN_LEAD)
    it.sign(BOB, SIGN_MEMBER)
    refused = {"why": "无人在场", "witness": "社区工作人员"}
    it.sign(ALICE, SIGN_OBJECT, pad=None, strokes=None, refused=refused)
    return SEALED


@story
def a_change_voids_the_signatures(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.set(ALICE, "ans/Q01.1", FAIL)
    return {"void": [signed]}


@story
def a_change_back_does_not_revive_them(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.set(ALICE, "ans/Q01.1", FAIL)
    it.set(ALICE, "ans/Q01.1", PASS)
    return {"void": [signed]}


@story
def an_equal_answer_not_seen_voids_them_too(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.set(BOB, "ans/Q01.1", PASS, seen=before)
    return {"void": [signed]}


@story
def a_conflict_voids_them(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.set(BOB, "ans/Q01.1", FAIL, seen=before)
    return {"conflicts": ["ans/Q01.1"], "void": [signed]}


@story
def signing_again_replaces_the_void_one(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    it.sign(ALICE, SIGN_LEAD)
    it.set(ALICE, "ans/Q01.1", FAIL)
    it.sign_all()
    return SEALED


@story
def a_withdrawn_signature_is_missing(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    it.sign(ALICE, SIGN_LEAD)
    it.write(ALICE, "sign", SIGN_LEAD, None)
    return {}


@story
def a_cover_beyond_the_log_is_void(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    met = issue(it.state, BOB, kind="set", register="ans/Q01.1", value=PASS, at=NOON)
    signed = it.sign(ALICE, SIGN_LEAD, seen=step(it.state, met, decide(it.state, met)))
    return {"void": [signed]}


@story
def a_cover_beyond_the_log_waits_for_it(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    away = it.state
    ops = []
    for value in (FAIL, PASS):
        op = issue(away, BOB, kind="set", register="ans/Q01.1", value=value, at=NOON)
        away = step(away, op, decide(away, op))
        ops.append(op)
    signed = it.sign(ALICE, SIGN_LEAD, seen=away)
    assert seal_status(it.state).void == (signed,)
    for op in ops:
        it.take(op)
    return {"missing": [SIGN_MEMBER, SIGN_OBJECT]}


@story
def a_seal_freezes_the_record(it: Story) -> dict[str, Any]:
    it.sealed()
    late = it.set(BOB, "ans/Q01.2", PASS)
    signed = it.sign(BOB, SIGN_MEMBER)
    return SEALED | {"held": {late: "rev_sealed", signed: "rev_sealed"}}


@story
def submitted_and_approved_and_signed_off(it: Story) -> dict[str, Any]:
    it.submitted()
    it.decide("review.approve", {"comment": ""})
    it.decide("publish.approve", {"comment": "同意公示"})
    return SEALED | {"phase": "signed_off"}


@story
def submitted_twice(it: Story) -> dict[str, Any]:
    it.submitted()
    return SEALED | {"phase": "submitted", "held": {it.write(BOB, "submit"): "rev_sealed"}}


@story
def approval_before_submission_is_held(it: Story) -> dict[str, Any]:
    it.sealed()
    return SEALED | {"held": {it.decide("review.approve", {"comment": ""}): "not_permitted"}}


@story
def a_phone_cannot_speak_for_the_office(it: Story) -> dict[str, Any]:
    it.submitted()
    return SEALED | {
        "phase": "submitted",
        "held": {it.write(ALICE, "review.approve", value={"comment": ""}): "not_permitted"},
    }


@story
def the_office_goes_on_under_a_new_name(it: Story) -> dict[str, Any]:
    it.returned("Q01.2")
    it.set(ALICE, "ans/Q01.2", PASS)
    it.sign_all()
    it.write(ALICE, "submit")
    it.write(OFFICE_NEXT, "review.return", value={"comment": "", "points": []})
    it.sign_all()
    it.write(ALICE, "submit")
    it.write(OFFICE_NEXT, "review.approve", value={"comment": ""})
    return SEALED | {"phase": "approved", "rev": 3, "seals": 3}


@story
def a_signature_that_knew_a_lost_return_does_not_stand_for_the_next(it: Story) -> dict[str, Any]:
    lost = Story().returned("Q01.2").state
    it.submitted()
    it.write(OFFICE_NEXT, "review.return", value={"comment": "", "points": [{"point": "Q01.2", "text": "看不清"}]})
    return {"phase": "returned", "rev": 2, "seals": 1, "void": [it.sign(ALICE, SIGN_LEAD, seen=lost)]}


@story
def an_old_log_gives_the_number_of_a_lost_return_to_another_decision(it: Story) -> dict[str, Any]:
    lost = Story().returned("Q01.2").state
    it.submitted()
    it.decide("dismiss", {"op": it.set(BOB, "ans/Q01.2", FAIL), "why": ""})
    it.decide("review.return", {"comment": "", "points": [{"point": "Q01.2", "text": "看不清"}]})
    return {"phase": "returned", "rev": 2, "seals": 1, "void": [it.sign(ALICE, SIGN_LEAD, seen=lost)]}


@story
def a_return_opens_only_its_points(it: Story) -> dict[str, Any]:
    it.returned("Q01.2")
    it.set(ALICE, "ans/Q01.2", PASS)
    it.set(ALICE, "result/Q02", "5")
    it.set(ALICE, "remark", "已补充")
    refused = [it.set(BOB, "ans/Q01.1", FAIL), it.set(BOB, "place", None), it.set(BOB, "result/Q03", "8")]
    return {"phase": "returned", "rev": 2, "seals": 1, "held": dict.fromkeys(refused, "not_open")}


@story
def a_return_wants_new_signatures(it: Story) -> dict[str, Any]:
    it.returned("Q01.2")
    it.set(ALICE, "ans/Q01.2", PASS)
    it.sign_all()
    return SEALED | {"rev": 2, "seals": 2}


@story
def work_of_the_returned_revision_is_held(it: Story) -> dict[str, Any]:
    before = it.sealed().state
    it.write(ALICE, "submit")
    it.decide("review.return", {"comment": "", "points": []})
    late = it.set(BOB, "ans/Q01.2", FAIL, seen=before)
    return {"phase": "returned", "rev": 2, "seals": 1, "held": {late: "rev_old"}}


@story
def a_revision_that_is_not_there_yet(it: Story) -> dict[str, Any]:
    ahead = Story().returned("Q01.1")
    op = issue(ahead.state, CHEN, kind="set", register="ans/Q01.1", value=FAIL, at=NOON)
    it.set(ALICE, "ans/Q01.1", PASS)
    return {"held": {it.take(op): "rev_future"}}


@story
def late_work_is_admitted_into_the_next_revision(it: Story) -> dict[str, Any]:
    it.sealed()
    late = it.set(CHEN, "ans/Q03.1", FAIL)
    it.write(ALICE, "submit")
    it.decide("review.return", {"comment": "", "points": []})
    it.decide("admit", {"op": late, "why": "现场已核实"})
    it.sign_all()
    return SEALED | {"rev": 2, "seals": 2}


@story
def late_work_is_dismissed(it: Story) -> dict[str, Any]:
    late = it.sealed().set(CHEN, "ans/Q03.1", FAIL)
    it.decide("dismiss", {"op": late, "why": "重复录入"})
    again = it.decide("admit", {"op": late, "why": ""})
    return SEALED | {"held": {again: "not_permitted"}}


@story
def nothing_is_admitted_into_a_sealed_record(it: Story) -> dict[str, Any]:
    late = it.sealed().set(CHEN, "ans/Q03.1", FAIL)
    tried = it.decide("admit", {"op": late, "why": ""})
    return SEALED | {"held": {late: "rev_sealed", tried: "rev_sealed"}}


@story
def an_admission_voids_what_was_signed_before(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    stranger = it.set(CHEN, "ans/Q01.2", FAIL, is_member=False)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.decide("admit", {"op": stranger, "why": "临时增派"})
    return {"void": [signed]}


@story
def an_admission_equal_to_the_record_voids_too(it: Story) -> dict[str, Any]:
    before = it.state
    it.set(ALICE, "ans/Q01.1", PASS)
    stranger = it.set(CHEN, "ans/Q01.1", PASS, seen=before, is_member=False)
    signed = it.sign(ALICE, SIGN_LEAD)
    it.decide("admit", {"op": stranger, "why": ""})
    return {"void": [signed]}


@story
def an_admitted_conflict_can_be_settled_after_a_return(it: Story) -> dict[str, Any]:
    before = it.sealed().state
    it.write(ALICE, "submit")
    it.decide("review.return", {"comment": "", "points": []})
    first = it.set(BOB, "ans/Q01.1", FAIL, seen=before)
    it.decide("admit", {"op": first, "why": ""})
    second = it.set(CHEN, "ans/Q01.1", NA, seen=before)
    it.decide("admit", {"op": second, "why": ""})
    assert it.end()["conflicts"] == ["ans/Q01.1"]
    it.set(ALICE, "ans/Q01.1", FAIL)
    closed = it.set(ALICE, "ans/Q01.1", PASS)
    return {"phase": "returned", "rev": 2, "seals": 1, "held": {closed: "not_open"}}


@story
def a_held_signature_is_never_admitted(it: Story) -> dict[str, Any]:
    signed = it.sign(ALICE, SIGN_LEAD)
    tried = it.decide("admit", {"op": signed, "why": ""})
    return {"phase": "assigned", "held": {signed: "not_permitted", tried: "not_permitted"}}


@story
def a_revoked_phone(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    lost = it.set(BOB, "ans/Q01.1", FAIL, replica_active=False)
    return {"held": {lost: "replica_revoked"}}


@story
def a_held_edit_replaces_nothing(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    stranger = it.set(BOB, "ans/Q01.1", None, is_member=False)
    assert it.state.registers["ans/Q01.1"].value == PASS
    return {"held": {stranger: "unassigned"}}


@story
def a_newer_kind_is_kept_and_work_goes_on(it: Story) -> dict[str, Any]:
    it.set(ALICE, "ans/Q01.1", PASS)
    new = issue(it.state, BOB, kind="set", register="ans/Q01.2", value=PASS, at=NOON)
    name = it.take({**new, "k": "stamp", "reg": "stamp/1", "val": {"seal": "公章"}})
    it.set(BOB, "ans/Q01.2", PASS)
    return {"held": {name: "deferred"}}


@story
def an_invalid_value_is_kept_and_work_goes_on(it: Story) -> dict[str, Any]:
    good = issue(it.state, BOB, kind="set", register="ans/Q01.2", value=PASS, at=NOON)
    name = it.take({**good, "val": {"r": "maybe"}})
    tried = it.decide("admit", {"op": name, "why": ""})
    it.set(BOB, "ans/Q01.2", PASS)
    return {"held": {name: "invalid", tried: "not_permitted"}}
