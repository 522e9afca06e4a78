"""封存: an unannounced task's result is public as a digest until the visits are made, then opens and still fits."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from backend.draws.actions.opening import mark_visited
from backend.draws.models import Draw
from backend.draws.verifier import verify_bundle, verify_opening
from backend.foundation.database import transaction
from backend.foundation.outbox import deliver_due
from backend.plans.models import Task
from tests.stages.draws.ceremony import Ceremony, Json, refused
from tests.stages.draws.conftest import SMALL

SEALED = (403, "draws.result-sealed")


@pytest.fixture
def sealed(app: Flask, ceremony: Ceremony) -> tuple[Json, Json, Json]:
    """The small task drawn and matched unannounced, with both draws."""
    with app.app_context(), transaction() as session:
        session.execute(update(Task).where(Task.code == SMALL).values(sealed=True))
    return ceremony.matched(SMALL)


def public(ceremony: Ceremony, draw: Json) -> tuple[Json, Any]:
    """The published document of a draw and its bundle."""
    document = ceremony.client.get(f"/portal/v1/draws/{draw['id']}").json["document"]
    return document, json.loads(ceremony.client.get(document["bundle"]["address"]).data)


class TestSealedDraw:
    def test_shows_digests_alone_until_the_last_visit(
        self, app: Flask, ceremony: Ceremony, sealed: tuple[Json, Json, Json]
    ) -> None:
        _, objects, match = sealed
        rows = ceremony.do("GET", f"/draws/{objects['id']}/drawn", "planner")["items"]
        visited = [row["object_code"] for row in rows if not row["reserve"]]
        before = {}
        for draw in (objects, match):
            document, bundle = public(ceremony, draw)
            before[draw["id"]] = bundle
            assert verify_bundle(bundle, published=draw["commitment_digest"]) == []
            assert document["result"]["digest"] == draw["result_digest"]
            assert document["seed"] is None
            assert all(custodian["code"] is None for custodian in document["custodians"])
            assert not any(code in json.dumps([document, bundle]) for code in visited)
            live = ceremony.client.get(f"/portal/v1/live/{draw['id']}").json
            assert (live["sealed"], live["seed"], live["rows"]) == (True, None, [])

        for path in ("bundle", "drawn", f"objects/{visited[0]}/explanation", "substitutions"):
            assert refused(ceremony.call("GET", f"/draws/{objects['id']}/{path}", "reviewer")) == SEALED
            assert ceremony.call("GET", f"/draws/{objects['id']}/{path}", "planner").status_code == 200
        seen = ceremony.do("GET", f"/draws/{objects['id']}", "reviewer")
        assert (seen["seed"], "read_result" in seen["may"]) == (None, False)
        # A county sees its own rows, not the draw.
        assert refused(ceremony.call("GET", f"/draws/{match['id']}/bundle", "reviewer")) == SEALED
        assert len(ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]) == len(visited)

        early = ceremony.call("POST", f"/draws/{objects['id']}/open", "planner")
        assert refused(early) == (409, "draws.visits-under-way")
        for number, code in enumerate(visited, start=1):
            with app.app_context():
                with transaction() as session:
                    mark_visited(session, match_id=match["id"], object_code=code, now=ceremony.clock.now)
                deliver_due(now=ceremony.clock.now)
            opened = ceremony.do("GET", f"/draws/{objects['id']}", "reviewer")["opened_at"] is not None
            assert opened is (number == len(visited))

        _, open_objects = public(ceremony, objects)
        for draw, parent in ((objects, None), (match, open_objects)):
            document, bundle = public(ceremony, draw)
            assert verify_opening(before[draw["id"]], bundle, parent) == []
            assert document["seal"]["opened_at"]
            assert document["seed"] == bundle["result"]["seed"]
            assert ceremony.client.get(f"/portal/v1/live/{draw['id']}").json["rows"]
        assert refused(ceremony.call("POST", f"/draws/{objects['id']}/open", "planner")) == (409, "draws.not-sealed")

    def test_is_opened_by_hand_when_the_period_is_over(
        self, app: Flask, ceremony: Ceremony, sealed: tuple[Json, Json, Json]
    ) -> None:
        _, objects, match = sealed
        path = f"/draws/{objects['id']}/open"
        assert ceremony.call("POST", path, "supervisor").status_code == 403
        with app.app_context(), transaction() as session:
            ended = ceremony.clock.now.date().replace(day=1)
            session.execute(update(Task).where(Task.code == SMALL).values(period_to=ended))
        assert ceremony.do("POST", path, "planner")["opened_at"]
        assert public(ceremony, match)[1]["mode"] == "open"
        assert [step["action"] for step in ceremony.do("GET", f"/draws/{objects['id']}", "planner")["timeline"]][
            -1
        ] == "draws.open"

    def test_an_open_draw_has_no_seal_to_open(self, app: Flask, ceremony: Ceremony) -> None:
        _, draw = ceremony.dispatched(SMALL)
        answer = ceremony.call("POST", f"/draws/{draw['id']}/open", "planner")
        assert refused(answer) == (409, "draws.not-sealed")
        assert ceremony.client.get(f"/portal/v1/draws/{draw['id']}").json["document"]["seal"] is None
        with app.app_context(), transaction() as session:
            assert not session.get_one(Draw, draw["id"]).hidden
