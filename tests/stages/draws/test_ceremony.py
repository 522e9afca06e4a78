"""The ceremony over HTTP: custodians, draft, hashes, commitment, event, codes."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from backend.accounts.models import Account
from backend.foundation.database import transaction
from tests.stages.draws.ceremony import CODES, DICE, ELSEWHERE, NOT_ALLOWED, NOT_FOUND, Ceremony, Json, refused


class TestCustodians:
    def test_refuses_who_does_not_operate(self, ceremony: Ceremony) -> None:
        assert refused(ceremony.call("GET", "/custodians?region=130303", "reviewer")) == NOT_ALLOWED

    def test_refuses_bad_input(self, ceremony: Ceremony) -> None:
        assert ceremony.call("GET", "/custodians", "planner").status_code == 422

    def test_lists_those_above_and_below(self, ceremony: Ceremony) -> None:
        listed = ceremony.do("GET", "/custodians?region=130303", "planner")["items"]
        assert {row["person"] for row in listed} == {ceremony.person(name) for name in CODES}
        elsewhere = ceremony.do("GET", "/custodians?region=130304", "planner")["items"]
        assert [row["person"] for row in elsewhere] == [ceremony.person("supervisor")]


class TestCreate:
    def body(self, ceremony: Ceremony, **changes: Any) -> Json:
        return ceremony.draw_in(**{"kind": "objects", "region": "130303", **changes})

    def test_hides_what_is_not_there(self, ceremony: Ceremony) -> None:
        assert refused(ceremony.call("POST", "/tasks/none/draws", "planner", self.body(ceremony))) == NOT_FOUND

    def test_refuses_who_does_not_operate(self, ceremony: Ceremony, frozen: Json) -> None:
        path = f"/tasks/{frozen['id']}/draws"
        assert refused(ceremony.call("POST", path, "supervisor", self.body(ceremony))) == NOT_ALLOWED

    def test_refuses_a_county_for_another_region(self, ceremony: Ceremony, frozen: Json) -> None:
        path = f"/tasks/{frozen['id']}/draws"
        answer = ceremony.call("POST", path, "dispatcher", self.body(ceremony, region="130304"))
        assert refused(answer) == ELSEWHERE

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"region": "130302"}, "/region"),
            ({"event_due": "2026-11-23T09:00:00+08:00"}, "/event_due"),
            ({"event_due": "2026-11-24T09:00:00"}, "/event_due"),
            ({"event_type": "coin"}, "/event_type"),
            ({"custodians": []}, "/custodians"),
            ({"custodians": ["planner"]}, "/custodians/0"),
        ],
    )
    def test_names_each_fault(self, ceremony: Ceremony, frozen: Json, changes: Json, pointer: str) -> None:
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/draws", "planner", self.body(ceremony, **changes))
        assert answer.status_code == 422
        assert pointer in [error["pointer"] for error in answer.json["errors"]]

    @pytest.mark.parametrize("usernames", [["reviewer"], ["reviewer", "inspector1"], ["reviewer", "planner"]])
    def test_wants_two_custodians_other_than_the_operator(
        self, ceremony: Ceremony, frozen: Json, usernames: list[str]
    ) -> None:
        body = self.body(ceremony, custodians=[ceremony.person(username) for username in usernames])
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/draws", "planner", body)
        assert refused(answer) == (422, "draws.draw-invalid")

    def test_refuses_before_the_pool_is_frozen(self, ceremony: Ceremony, task: Json) -> None:
        answer = ceremony.call("POST", f"/tasks/{task['id']}/draws", "planner", self.body(ceremony))
        assert refused(answer) == (409, "draws.task-not-ready")

    def test_refuses_a_second_live_draw(self, ceremony: Ceremony, frozen: Json, draft: Json) -> None:
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/draws", "planner", self.body(ceremony))
        assert refused(answer) == (409, "draws.draw-exists")

    def test_refuses_inspectors_before_the_dispatch(self, ceremony: Ceremony, frozen: Json) -> None:
        body = self.body(ceremony, kind="inspectors")
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/draws", "dispatcher", body)
        assert refused(answer) == (409, "draws.task-not-ready")

    def test_makes_a_draft(self, ceremony: Ceremony, draft: Json) -> None:
        assert (draft["state"], draft["attempt"], draft["parent"]) == ("draft", 1, None)
        assert draft["may"] == ["request_void"]
        assert [step["action"] for step in draft["timeline"]] == ["draws.create"]
        shown = ceremony.do("GET", f"/draws/{draft['id']}", "reviewer")
        assert shown["may"] == ["hand_in"]
        assert [custodian["mine"] for custodian in shown["custodians"]].count(True) == 1
        listed = ceremony.do("GET", f"/draws?task={draft['task']['id']}", "dispatcher")["items"]
        assert [row["id"] for row in listed] == [draft["id"]]


class TestHandIn:
    HASH = hashlib.sha256(b"0123456789abcdef").hexdigest()

    def test_hides_the_draw_from_who_keeps_no_code_of_it(self, ceremony: Ceremony, frozen: Json) -> None:
        assert ceremony.call("PUT", "/draws/none/my-code", "reviewer", {"code_hash": self.HASH}).status_code == 404
        draft = ceremony.create(frozen, "planner", kind="objects", region="130303")
        answer = ceremony.call("PUT", f"/draws/{draft['id']}/my-code", "planner", {"code_hash": self.HASH})
        assert refused(answer) == NOT_ALLOWED

    def test_refuses_bad_input(self, ceremony: Ceremony, draft: Json) -> None:
        for body in ({}, {"code_hash": "x"}, {"code_hash": self.HASH.upper()}, {"code_hash": self.HASH + "\n"}):
            assert ceremony.call("PUT", f"/draws/{draft['id']}/my-code", "reviewer", body).status_code == 422

    def test_replaces_the_hash_until_the_commitment(self, ceremony: Ceremony, draft: Json) -> None:
        path = f"/draws/{draft['id']}/my-code"
        ceremony.do("PUT", path, "reviewer", {"code_hash": self.HASH})
        ceremony.commit(draft, "planner")
        answer = ceremony.call("PUT", path, "reviewer", {"code_hash": self.HASH})
        assert refused(answer) == (409, "draws.wrong-draw-state")


class TestCommit:
    def test_hides_what_is_not_there(self, ceremony: Ceremony) -> None:
        assert refused(ceremony.call("POST", "/draws/none/commit", "planner")) == NOT_FOUND

    def test_refuses_who_does_not_operate(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("POST", f"/draws/{draft['id']}/commit", "reviewer")) == NOT_ALLOWED

    def test_refuses_while_a_custodian_is_missing(self, ceremony: Ceremony, draft: Json) -> None:
        answer = ceremony.call("POST", f"/draws/{draft['id']}/commit", "planner")
        assert refused(answer) == (409, "draws.codes-missing")

    def test_refuses_once_the_event_may_be_known(self, ceremony: Ceremony, draft: Json) -> None:
        ceremony.hand_in(draft)
        ceremony.clock.advance(minutes=2)
        answer = ceremony.call("POST", f"/draws/{draft['id']}/commit", "planner")
        assert refused(answer) == (409, "draws.event-passed")
        assert ceremony.do("GET", f"/draws/{draft['id']}", "planner")["commitment"] is None

    def test_fixes_the_commitment(self, ceremony: Ceremony, draft: Json) -> None:
        draw = ceremony.commit(draft, "planner")
        assert (draw["state"], len(draw["commitment_digest"])) == ("committed", 64)
        commitment = draw["commitment"]
        assert [row["code"] for row in commitment["strata"]] == ["LAB", "METERING", "PLATFORM"]
        assert commitment["event"]["due"] == "2026-11-23T09:02:00+08:00"
        assert commitment["plan"]["digest"]
        again = ceremony.call("POST", f"/draws/{draft['id']}/commit", "planner")
        assert refused(again) == (409, "draws.wrong-draw-state")

    def test_refuses_an_operator_who_keeps_a_code(self, app: Flask, ceremony: Ceremony, draft: Json) -> None:
        # An account of a custodian that is an operator, too: duties are kept apart by person.
        with app.app_context(), transaction() as session:
            session.execute(
                update(Account).where(Account.username == "supervisor").values(roles=["custodian", "planner"])
            )
        ceremony.hand_in(draft)
        answer = ceremony.call("POST", f"/draws/{draft['id']}/commit", "supervisor")
        assert refused(answer) == (403, "draws.operator-is-custodian")


class TestRecordEvent:
    def test_refuses_before_the_commitment_and_before_the_event(self, ceremony: Ceremony, draft: Json) -> None:
        path = f"/draws/{draft['id']}/event"
        assert refused(ceremony.call("POST", path, "planner", {"value": DICE})) == (409, "draws.wrong-draw-state")
        ceremony.commit(draft, "planner")
        ceremony.clock.advance(minutes=1, seconds=59)
        assert refused(ceremony.call("POST", path, "planner", {"value": DICE})) == (409, "draws.event-not-yet")

    def test_refuses_who_does_not_operate_and_what_is_not_there(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("POST", "/draws/none/event", "planner", {"value": DICE})) == NOT_FOUND
        answer = ceremony.call("POST", f"/draws/{draft['id']}/event", "reviewer", {"value": DICE})
        assert refused(answer) == NOT_ALLOWED

    @pytest.mark.parametrize("value", ["123", "six", DICE + " ", DICE + "\n", "１" * 20])
    def test_takes_the_canonical_text_only(self, ceremony: Ceremony, draft: Json, value: str) -> None:
        ceremony.commit(draft, "planner")
        ceremony.clock.advance(minutes=2)
        answer = ceremony.call("POST", f"/draws/{draft['id']}/event", "planner", {"value": value})
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == "/value"

    def test_records_once(self, ceremony: Ceremony, draft: Json) -> None:
        ceremony.commit(draft, "planner")
        ceremony.clock.advance(minutes=2)
        path = f"/draws/{draft['id']}/event"
        assert ceremony.do("POST", path, "planner", {"value": DICE})["event"]["value"] == DICE
        answer = ceremony.call("POST", path, "planner", {"value": DICE[::-1]})
        assert refused(answer) == (409, "draws.event-recorded")


class TestReveal:
    def test_keeps_codes_secret_until_the_event(self, ceremony: Ceremony, draft: Json) -> None:
        body = {"code": CODES["reviewer"]}
        path = f"/draws/{draft['id']}/my-code/reveal"
        assert refused(ceremony.call("PUT", path, "reviewer", body)) == (409, "draws.wrong-draw-state")
        ceremony.commit(draft, "planner")
        assert refused(ceremony.call("PUT", path, "reviewer", body)) == (409, "draws.event-missing")

    def test_refuses_another_code(self, ceremony: Ceremony, draft: Json) -> None:
        ceremony.commit(draft, "planner")
        ceremony.clock.advance(minutes=2)
        ceremony.do("POST", f"/draws/{draft['id']}/event", "planner", {"value": DICE})
        path = f"/draws/{draft['id']}/my-code/reveal"
        for code in (CODES["supervisor"], "短", CODES["reviewer"] + " "):
            answer = ceremony.call("PUT", path, "reviewer", {"code": code})
            assert refused(answer) == (422, "draws.code-mismatch")
        one = ceremony.do("PUT", path, "reviewer", {"code": CODES["reviewer"]})
        assert one["state"] == "committed"
        answer = ceremony.call("PUT", path, "reviewer", {"code": CODES["reviewer"]})
        assert refused(answer) == (409, "draws.code-revealed")

    def test_the_last_code_reveals_the_draw(self, ceremony: Ceremony, draft: Json) -> None:
        ceremony.commit(draft, "planner")
        draw = ceremony.reveal(draft, "planner")
        assert draw["state"] == "revealed"
        assert all(custodian["revealed"] for custodian in draw["custodians"])
        assert "code" not in draw["custodians"][0]


def test_the_event_may_be_recorded_at_the_very_moment(ceremony: Ceremony, draft: Json) -> None:
    ceremony.commit(draft, "planner")
    ceremony.clock.now += timedelta(minutes=2)
    assert ceremony.do("GET", f"/draws/{draft['id']}", "planner")["may"] == ["record_event", "request_void"]
