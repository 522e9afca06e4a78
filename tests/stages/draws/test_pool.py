"""The pool of a task: frozen once, with its root and the reasons for what is not in."""

from flask import Flask
from sqlalchemy import select, update

from backend.draws.merkle import proves_inclusion
from backend.draws.rules import leaf_of
from backend.foundation.database import transaction
from backend.plans.rules import EXCLUSIONS
from backend.registry.models import InspectedObject
from tests.stages.draws.ceremony import ELSEWHERE, NOT_ALLOWED, NOT_FOUND, Ceremony, Json, refused


class TestFreeze:
    def test_hides_what_is_not_there(self, ceremony: Ceremony) -> None:
        assert refused(ceremony.call("POST", "/tasks/none/pool", "planner")) == NOT_FOUND

    def test_refuses_who_does_not_operate(self, ceremony: Ceremony, task: Json) -> None:
        assert refused(ceremony.call("POST", f"/tasks/{task['id']}/pool", "supervisor")) == NOT_ALLOWED

    def test_refuses_a_county_for_the_citys_task(self, ceremony: Ceremony) -> None:
        task = ceremony.task("秦市监抽查〔2021〕1号")
        assert refused(ceremony.call("POST", f"/tasks/{task['id']}/pool", "dispatcher")) == ELSEWHERE

    def test_refuses_a_plan_that_is_not_published(self, ceremony: Ceremony) -> None:
        task = ceremony.task("秦市监抽查〔2026〕1号")
        answer = ceremony.call("POST", f"/tasks/{task['id']}/pool", "planner")
        assert refused(answer) == (409, "draws.plan-not-published")

    def test_refuses_a_second_time(self, ceremony: Ceremony, frozen: Json) -> None:
        answer = ceremony.call("POST", f"/tasks/{frozen['id']}/pool", "planner")
        assert refused(answer) == (409, "plans.wrong-task-state")

    def test_freezes_the_scope_with_its_root(self, ceremony: Ceremony, task: Json) -> None:
        assert refused(ceremony.call("GET", f"/tasks/{task['id']}/pool", "planner")) == NOT_FOUND
        pool = ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
        assert pool == ceremony.do("GET", f"/tasks/{task['id']}/pool", "dispatcher")
        assert pool["n"] == sum(stratum["n"] for stratum in pool["strata"]) > 0
        assert len(pool["root"]) == 64
        assert [row["reason"] for row in pool["excluded"]] == list(EXCLUSIONS)
        assert "secret" not in pool
        assert ceremony.do("GET", f"/tasks/{task['id']}", "planner")["state"] == "pool_frozen"


class TestCandidates:
    def test_tell_who_is_in_and_why_not(self, ceremony: Ceremony, task: Json) -> None:
        path = f"/tasks/{task['id']}/pool/objects"
        forecast = ceremony.do("GET", f"/tasks/{task['id']}/forecast", "planner")
        before = everybody(ceremony, path)
        counted = {row["reason"]: row["n"] for row in forecast["excluded"]}
        for reason, label in EXCLUSIONS.items():
            mine = [row for row in before if row["reason"] == reason]
            assert len(mine) == counted[reason]
            assert all(row["label"] == label and row["stratum"] is None for row in mine)
        inside = [row for row in before if row["reason"] is None]
        assert len(inside) == forecast["n"]
        one = inside[0]
        for query in (f"q={one['code']}", f"q={one['name']}", f"stratum={one['stratum']}&q={one['code'][:10]}"):
            assert one in ceremony.do("GET", f"{path}?{query}", "planner")["items"]
        assert everybody(ceremony, path, "&reason=out_of_scope") == [
            row for row in before if row["reason"] == "out_of_scope"
        ]
        assert ceremony.do("GET", f"{path}?region=130304", "planner")["items"] == []
        pool = ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
        assert everybody(ceremony, path) == before
        proof = ceremony.do("GET", f"{path}/{one['code']}/proof", "dispatcher")
        assert (proof["pool_root"], proof["pool_n"]) == (pool["root"], pool["n"])
        assert proves_inclusion(
            leaf=leaf_of(salt=proof["salt"], stratum=proof["stratum"], object_id=one["code"]),
            index=proof["leaf_index"],
            size=proof["pool_n"],
            path=proof["proof"],
            root=pool["root"],
        )
        outside = next(row for row in before if row["reason"])
        assert refused(ceremony.call("GET", f"{path}/{outside['code']}/proof", "planner")) == NOT_FOUND
        assert refused(ceremony.call("GET", path, "inspector1")) == NOT_ALLOWED
        assert ceremony.call("GET", f"{path}?limit=0", "planner").status_code == 422

    def test_say_that_the_directory_changed_after_the_freeze(
        self, app: Flask, ceremony: Ceremony, frozen: Json
    ) -> None:
        path = f"/tasks/{frozen['id']}/pool/objects"
        outside = everybody(ceremony, path, "&reason=out_of_scope")[0]
        inside = everybody(ceremony, path, "&stratum=METERING")[0]
        with app.app_context(), transaction() as session:
            like = session.scalars(select(InspectedObject).where(InspectedObject.code == inside["code"])).one()
            facts = {name: getattr(like, name) for name in ("tags", "licences", "status", "kind", "industry", "risk")}
            session.execute(update(InspectedObject).where(InspectedObject.code == outside["code"]).values(**facts))
            session.execute(
                update(InspectedObject).where(InspectedObject.code == inside["code"]).values(status="closed")
            )
        now = {row["code"]: row for row in everybody(ceremony, path)}
        assert now[outside["code"]]["reason"] == "changed_since"
        assert now[inside["code"]]["stratum"] == "METERING"


def everybody(ceremony: Ceremony, path: str, query: str = "") -> list[Json]:
    """All pages of a list of candidates."""
    page = ceremony.do("GET", f"{path}?limit=200{query}", "planner")
    rows: list[Json] = page["items"]
    while page["next"]:
        page = ceremony.do("GET", f"{path}?limit=200{query}&cursor={page['next']}", "planner")
        rows += page["items"]
    return rows
