"""Voiding a draw: asked by one, agreed by another, visible for ever."""

from flask import Flask
from sqlalchemy import update

from backend.draws.models import Draw
from backend.foundation.database import transaction
from backend.plans.models import Plan, Task
from tests.stages.draws.ceremony import NOT_ALLOWED, NOT_FOUND, Ceremony, Json, refused

REASON = {"reason": "持码人遗失保管码"}


class TestVoid:
    def test_refuses_bad_input_and_strangers(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("POST", "/draws/none/void", "planner", REASON)) == NOT_FOUND
        path = f"/draws/{draft['id']}/void"
        assert refused(ceremony.call("POST", path, "reviewer", REASON)) == NOT_ALLOWED
        assert ceremony.call("POST", path, "planner", {"reason": "x"}).status_code == 422

    def test_needs_a_request_by_somebody_else(self, app: Flask, ceremony: Ceremony, draft: Json) -> None:
        path = f"/draws/{draft['id']}/void"
        assert refused(ceremony.call("POST", f"{path}/approve", "planner")) == NOT_ALLOWED
        answer = ceremony.call("POST", f"{path}/approve", "supervisor")
        assert refused(answer) == (409, "draws.void-not-requested")
        ceremony.do("POST", path, "planner", REASON)
        assert refused(ceremony.call("POST", path, "planner", REASON)) == (409, "draws.void-pending")
        supervisor = ceremony.person("supervisor")
        with app.app_context(), transaction() as session:
            session.execute(update(Draw).where(Draw.id == draft["id"]).values(void_requested_by=supervisor))
        answer = ceremony.call("POST", f"{path}/approve", "supervisor")
        assert refused(answer) == (403, "draws.void-by-same-person")

    def test_the_next_attempt_lists_the_void_ones(self, ceremony: Ceremony, frozen: Json, draft: Json) -> None:
        ceremony.do("POST", f"/draws/{draft['id']}/void", "planner", REASON)
        ceremony.do("POST", f"/draws/{draft['id']}/void/approve", "supervisor")
        second = ceremony.publish(frozen, "planner", kind="objects", region="130303")
        ceremony.do("POST", f"/draws/{second['id']}/void", "planner", REASON)
        void = ceremony.do("POST", f"/draws/{second['id']}/void/approve", "supervisor")
        assert (void["state"], void["task"]["state"]) == ("void", "pool_frozen")
        assert void["void"]["approved_by"]["person"] == ceremony.person("supervisor")
        third = ceremony.run(frozen, "planner", kind="objects", region="130303")
        assert third["attempt"] == 3
        bundle = ceremony.do("GET", f"/draws/{third['id']}/bundle", "planner")
        assert [row["attempt"] for row in bundle["voids"]] == [1, 2]
        assert bundle["voids"][1]["commitment"] == second["commitment_digest"]
        assert third["seed"] != second["seed"]

    def test_refuses_once_later_work_rests_on_it(self, ceremony: Ceremony) -> None:
        task, draw = ceremony.dispatched("秦市监抽查〔2026〕1号")
        match = ceremony.publish(task, "dispatcher", kind="inspectors", region="130303")
        for used, operator in ((draw, "planner"), (match, "dispatcher")):
            answer = ceremony.call("POST", f"/draws/{used['id']}/void", operator, REASON)
            assert refused(answer) == (409, "draws.draw-in-use")

    def test_a_draw_over_the_closed_plan_does_not_start(self, app: Flask, ceremony: Ceremony, frozen: Json) -> None:
        with app.app_context(), transaction() as session:
            plan_id = session.get_one(Task, frozen["id"]).plan_id
            session.execute(update(Plan).where(Plan.id == plan_id).values(state="closed"))
        body = ceremony.draw_in(kind="objects", region="130303")
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/draws", "planner", body)
        assert refused(answer) == (409, "draws.plan-not-published")
