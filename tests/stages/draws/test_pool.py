"""The pool of a task: frozen once, with its root and the reasons for what is not in."""

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
        assert [row["reason"] for row in pool["excluded"]] == ["after_cut_off", "out_of_scope", "no_stratum"]
        assert "secret" not in pool
        assert ceremony.do("GET", f"/tasks/{task['id']}", "planner")["state"] == "pool_frozen"
