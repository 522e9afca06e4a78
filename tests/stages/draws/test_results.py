"""What a draw gives: the run that verifies itself, the bundle, teams, dispatch, explanations."""

import pytest
from flask import Flask
from sqlalchemy import delete, update

from backend.draws.models import Draw, PoolBlock
from backend.foundation.database import transaction
from backend.registry.models import Inspector
from tests.stages.draws.ceremony import NOT_ALLOWED, NOT_FOUND, Ceremony, Json, refused


class TestRun:
    def test_refuses_who_does_not_operate_and_what_is_not_there(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("POST", "/draws/none/run", "planner")) == NOT_FOUND
        assert refused(ceremony.call("POST", f"/draws/{draft['id']}/run", "reviewer")) == NOT_ALLOWED

    def test_refuses_before_every_code_is_revealed(self, ceremony: Ceremony, draft: Json) -> None:
        ceremony.commit(draft, "planner")
        answer = ceremony.call("POST", f"/draws/{draft['id']}/run", "planner")
        assert refused(answer) == (409, "draws.wrong-draw-state")

    @pytest.mark.parametrize("altered", ["pool", "commitment", "event"])
    def test_stores_nothing_when_something_was_altered(
        self, app: Flask, ceremony: Ceremony, draft: Json, altered: str
    ) -> None:
        draw = ceremony.commit(draft, "planner")
        ceremony.reveal(draft, "planner")
        with app.app_context(), transaction() as session:
            if altered == "pool":
                session.execute(delete(PoolBlock).where(PoolBlock.stratum == "PLATFORM"))
            elif altered == "commitment":
                strata = [{**row, "k": row["k"] + 1} for row in draw["commitment"]["strata"]]
                changed = {**draw["commitment"], "strata": strata}
                session.execute(update(Draw).where(Draw.id == draft["id"]).values(commitment=changed))
            else:
                session.execute(update(Draw).where(Draw.id == draft["id"]).values(event_value="six"))
        answer = ceremony.call("POST", f"/draws/{draft['id']}/run", "planner")
        assert refused(answer) == (500, "draws.bundle-rejected")
        assert answer.json["findings"]
        after = ceremony.do("GET", f"/draws/{draft['id']}", "planner")
        assert (after["state"], after["bundle_digest"]) == ("revealed", None)
        assert ceremony.do("GET", f"/draws/{draft['id']}/drawn", "planner")["items"] == []

    def test_gives_each_stratum_its_quota_and_reserves(self, ceremony: Ceremony, frozen: Json) -> None:
        draw = ceremony.run(frozen, "planner", kind="objects", region="130303")
        rows = ceremony.do("GET", f"/draws/{draw['id']}/drawn", "dispatcher")["items"]
        for stratum in draw["strata"]:
            mine = [row for row in rows if row["stratum"] == stratum["code"]]
            assert [row["rank"] for row in mine] == list(range(1, len(mine) + 1))
            assert [row["reserve"] for row in mine].count(False) == stratum["k"] == stratum["drawn"]
            assert [row["ticket"] for row in mine] == sorted(row["ticket"] for row in mine)
        assert [step["label"] for step in draw["timeline"]][-1] == "抽取并核验"


class TestPublish:
    def test_refuses_before_the_run(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("POST", "/draws/none/publish", "planner")) == NOT_FOUND
        assert refused(ceremony.call("POST", f"/draws/{draft['id']}/publish", "reviewer")) == NOT_ALLOWED
        answer = ceremony.call("POST", f"/draws/{draft['id']}/publish", "planner")
        assert refused(answer) == (409, "draws.wrong-draw-state")

    def test_makes_the_task_drawn_then_matched(self, ceremony: Ceremony, frozen: Json) -> None:
        draw = ceremony.publish(frozen, "planner", kind="objects", region="130303")
        assert (draw["state"], draw["task"]["state"]) == ("published", "drawn")
        assert "dispatch" in draw["may"]
        ceremony.do("POST", f"/tasks/{frozen['id']}/dispatch", "planner")
        match = ceremony.publish(frozen, "dispatcher", kind="inspectors", region="130303")
        assert match["task"]["state"] == "matched"


class TestBundle:
    def test_is_not_there_before_the_run(self, ceremony: Ceremony, draft: Json) -> None:
        assert refused(ceremony.call("GET", f"/draws/{draft['id']}/bundle", "planner")) == NOT_FOUND
        address = f"/draws/{draft['id']}/objects/X/explanation"
        assert refused(ceremony.call("GET", address, "planner")) == NOT_FOUND

    def test_refuses_an_inspector(self, ceremony: Ceremony, draft: Json) -> None:
        for path in ("", "/bundle", "/drawn", "/objects/X/explanation"):
            assert refused(ceremony.call("GET", f"/draws/{draft['id']}{path}", "inspector1")) == NOT_ALLOWED

    def test_is_hidden_from_a_sister_county(self, app: Flask, ceremony: Ceremony, draft: Json) -> None:
        with app.app_context(), transaction() as session:
            session.execute(update(Draw).where(Draw.id == draft["id"]).values(region="130304"))
        for path in ("", "/bundle", "/drawn", "/objects/X/explanation"):
            assert refused(ceremony.call("GET", f"/draws/{draft['id']}{path}", "dispatcher")) == NOT_FOUND
        assert ceremony.do("GET", "/draws", "dispatcher")["items"] == []


class TestExplanation:
    def test_explains_who_was_not_drawn(self, ceremony: Ceremony, frozen: Json) -> None:
        draw = ceremony.run(frozen, "planner", kind="objects", region="130303")
        bundle = ceremony.do("GET", f"/draws/{draw['id']}/bundle", "planner")
        listed = {row["object_code"] for row in ceremony.do("GET", f"/draws/{draw['id']}/drawn", "planner")["items"]}
        code = next(leaf["id"] for leaf in bundle["leaves"] if leaf["id"] not in listed)
        why = ceremony.do("GET", f"/draws/{draw['id']}/objects/{code}/explanation", "planner")
        stratum = next(s for s in draw["strata"] if s["code"] == why["stratum"])
        assert (why["outcome"], why["label"]) == ("not_drawn", "未抽中")
        assert why["rank"] > stratum["k"] + stratum["reserves"]
        address = f"/draws/{draw['id']}/objects/no-such-code/explanation"
        assert refused(ceremony.call("GET", address, "planner")) == NOT_FOUND

    def test_reports_a_shortage_and_never_relaxes(self, app: Flask, ceremony: Ceremony) -> None:
        task, _ = ceremony.dispatched("秦市监抽查〔2026〕1号")
        with app.app_context(), transaction() as session:
            gone = Inspector.code.in_(["SHG-0002", "SHG-0003"])
            session.execute(update(Inspector).where(gone).values(status="transferred"))
        match = ceremony.publish(task, "dispatcher", kind="inspectors", region="130303")
        assert match["teams"]["staffed"] == 0
        short = match["teams"]["insufficient"][0]
        assert (short["reason"], short["label"]) == ("too_few", "可派人员不足")
        address = f"/draws/{match['id']}/objects/{short['object_code']}/explanation"
        why = ceremony.do("GET", address, "dispatcher")
        assert (why["outcome"], why["team"]) == ("too_few", [])
        reasons = {other["inspector_code"]: other["reasons"] for other in why["others"]}
        assert reasons["SHG-0001"] == ["too_few"]
        assert "inactive" in reasons["SHG-0002"]


class TestMatch:
    def test_uses_the_directory_as_it_was_committed(self, app: Flask, ceremony: Ceremony) -> None:
        task, _ = ceremony.dispatched("秦市监抽查〔2026〕1号")
        draw = ceremony.create(task, "dispatcher", kind="inspectors", region="130303")
        ceremony.commit(draw, "dispatcher")
        with app.app_context(), transaction() as session:
            session.execute(update(Inspector).where(Inspector.region == "130303").values(status="retired"))
        ceremony.reveal(draw, "dispatcher")
        after = ceremony.do("POST", f"/draws/{draw['id']}/run", "dispatcher")
        assert after["teams"]["insufficient"] == []

    def test_leads_are_marked_and_nobody_sits_twice(self, ceremony: Ceremony) -> None:
        task, _ = ceremony.dispatched("秦市监抽查〔2026〕1号")
        match = ceremony.run(task, "dispatcher", kind="inspectors", region="130303")
        for row in ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]:
            assert [seat["role"] for seat in row["seats"]] == ["lead", "member"]
            assert len({seat["inspector_code"] for seat in row["seats"]}) == 2


class TestDispatch:
    def test_refuses_what_is_not_published(self, ceremony: Ceremony, frozen: Json) -> None:
        path = f"/tasks/{frozen['id']}/dispatch"
        assert refused(ceremony.call("POST", "/tasks/none/dispatch", "planner")) == NOT_FOUND
        assert refused(ceremony.call("POST", path, "reviewer")) == NOT_ALLOWED
        assert refused(ceremony.call("POST", path, "planner")) == (409, "draws.task-not-ready")
        assert refused(ceremony.call("GET", path, "planner")) == NOT_FOUND

    def test_leaves_reserves_and_refuses_a_second_time(self, ceremony: Ceremony) -> None:
        task, draw = ceremony.dispatched("秦市监抽查〔2026〕1号")
        rows = ceremony.do("GET", f"/draws/{draw['id']}/drawn", "planner")["items"]
        assert {row["dispatched_to"] for row in rows if not row["reserve"]} == {"130303"}
        assert {row["dispatched_to"] for row in rows if row["reserve"]} <= {None}
        answer = ceremony.call("POST", f"/tasks/{task['id']}/dispatch", "planner")
        assert refused(answer) == (409, "plans.wrong-task-state")
