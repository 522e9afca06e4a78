"""撤回 over HTTP: an approved substitution whose event does not come stands in nobody's way, and stays visible."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from backend.draws.models import DrawnObject, Substitution
from backend.draws.verifier import verify_bundle
from backend.foundation.database import transaction
from tests.stages.draws.ceremony import DICE, NOT_ALLOWED, Ceremony, Json, Matched, lead_of, refused

REASON = {"reason": "公开事件取消，未能举行"}


@pytest.fixture
def approved(ceremony: Ceremony, matched: Matched) -> list[tuple[Json, Json]]:
    """Two rows of the match, each with an approved request for a substitute of its lead; both events are due."""
    rows = ceremony.do("GET", f"/draws/{matched[2]['id']}/drawn", "dispatcher")["items"]
    found = []
    for row in [row for row in rows if len(row["seats"]) == 2][:2]:
        asked = ceremony.ask(matched[2], "dispatcher", [row["object_code"]], lead_of(row), "illness")
        ceremony.do("POST", f"/substitutions/{asked['id']}/approve", "supervisor", ceremony.event_in())
        found.append((row, asked))
    ceremony.clock.advance(minutes=3)
    return found


class TestWithdrawal:
    def test_frees_the_order_and_stays_in_the_log_for_ever(
        self,
        app: Flask,
        ceremony: Ceremony,
        matched: Matched,
        approved: list[tuple[Json, Json]],
        bundle: Callable[[Json], Json],
    ) -> None:
        _, objects, match = matched
        (row, first), (_, second) = approved
        path = f"/substitutions/{first['id']}"
        blocked = ceremony.call("POST", f"/substitutions/{second['id']}/event", "dispatcher", {"value": DICE})
        assert refused(blocked) == (409, "draws.substitution-out-of-turn")
        # Neither who asked nor who approved, and in turn.
        assert ceremony.do("GET", f"/draws/{match['id']}/substitutions", "dispatcher")["items"][1]["may"] == [
            "record_event"
        ]
        own = ceremony.call("POST", f"{path}/withdraw", "dispatcher", REASON)
        assert refused(own) == (403, "draws.substitution-by-same-person")
        assert refused(ceremony.call("POST", f"{path}/withdraw", "supervisor", REASON)) == NOT_ALLOWED
        with app.app_context(), pytest.raises(IntegrityError, match="withdrawn_by"), transaction() as session:
            session.execute(update(Substitution).values(withdrawn_by=Substitution.decided_by))
        later = ceremony.call("POST", f"/substitutions/{second['id']}/withdraw", "planner", REASON)
        assert refused(later) == (409, "draws.substitution-out-of-turn")
        assert ceremony.call("POST", f"{path}/withdraw", "planner", {"reason": "无"}).status_code == 422

        done = ceremony.do("POST", f"{path}/withdraw", "planner", REASON)
        assert (done["state"], done["withdrawal"], done["substitute"]) == ("withdrawn", REASON["reason"], None)
        assert (done["withdrawn_by"]["person"], done["may"]) == (ceremony.person("planner"), [])
        for step, who, body in (("withdraw", "planner", REASON), ("event", "dispatcher", {"value": DICE})):
            again = ceremony.call("POST", f"{path}/{step}", who, body)
            assert refused(again) == (409, "draws.substitution-decided")
        drawn = ceremony.do("POST", f"/substitutions/{second['id']}/event", "dispatcher", {"value": DICE})
        assert (drawn["number"], drawn["state"]) == (2, "drawn")

        # The seat that was asked for did not move, and can be asked for again.
        rows = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        assert next(one for one in rows if one["object_code"] == row["object_code"])["seats"] == row["seats"]
        anew = ceremony.ask(match, "dispatcher", [row["object_code"]], lead_of(row), "illness")
        assert ceremony.substitute(anew, "dispatcher")["number"] == 3

        kept = bundle(match)
        assert verify_bundle(kept, bundle(objects), published=match["commitment_digest"]) == []
        assert [bool(entry["substitute"]) for entry in kept["substitutions"]] == [False, True, True]
        public = ceremony.client.get(f"/portal/v1/draws/{match['id']}").json["document"]["substitutions"]
        assert [(one["state"], one["withdrawal"]) for one in public] == [
            ("withdrawn", REASON["reason"]),
            ("drawn", None),
            ("drawn", None),
        ]
        steps = [step["action"] for step in ceremony.do("GET", f"/draws/{match['id']}", "dispatcher")["timeline"]]
        assert steps.count("draws.withdraw_substitution") == 1

    def test_is_the_way_out_when_the_visit_was_made_before_the_event(
        self, app: Flask, ceremony: Ceremony, matched: Matched, approved: list[tuple[Json, Json]]
    ) -> None:
        (row, first), (_, second) = approved
        with app.app_context(), transaction() as session:
            mine = (DrawnObject.draw_id == matched[1]["id"], DrawnObject.object_code == row["object_code"])
            session.execute(update(DrawnObject).where(*mine).values(visited_at=ceremony.clock.now))
        late = ceremony.call("POST", f"/substitutions/{first['id']}/event", "dispatcher", {"value": DICE})
        assert refused(late) == (409, "draws.substitution-too-late")
        ceremony.do("POST", f"/substitutions/{first['id']}/withdraw", "planner", REASON)
        drawn: Any = ceremony.do("POST", f"/substitutions/{second['id']}/event", "dispatcher", {"value": DICE})
        assert drawn["state"] == "drawn"


class TestRefusal:
    def test_leaves_the_seat_to_be_asked_for_again(self, ceremony: Ceremony, matched: Matched, seat: Json) -> None:
        one = ([seat["object_code"]], lead_of(seat), "illness")
        asked = ceremony.ask(matched[2], "dispatcher", *one)
        ceremony.do("POST", f"/substitutions/{asked['id']}/refuse", "supervisor", {"reason": "证明材料不足"})
        gone = ceremony.call("POST", f"/substitutions/{asked['id']}/withdraw", "planner", REASON)
        assert refused(gone) == (409, "draws.substitution-decided")
        again = ceremony.ask(matched[2], "dispatcher", *one)
        assert ceremony.substitute(again, "dispatcher")["number"] == 1
