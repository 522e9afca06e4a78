"""The big task of the sample city from its plan to the published match of 山海关区."""

import hashlib
import json
import time
from typing import Any

import pytest

from backend.draws.merkle import proves_inclusion
from backend.draws.rules import quota
from backend.draws.verifier import verify_bundle
from tests.stages.draws.ceremony import Ceremony

BIG = "秦市监抽查〔2021〕1号"


@pytest.fixture
def bundles(ceremony: Ceremony) -> Any:
    """`bundles(draw)` -> the downloaded bytes."""

    def download(draw: dict[str, Any]) -> bytes:
        answer = ceremony.call("GET", f"/draws/{draw['id']}/bundle", "dispatcher")
        assert answer.status_code == 200
        data: bytes = answer.data
        return data

    return download


class TestJourney:
    def test_a_city_draws_and_a_county_matches(self, ceremony: Ceremony, bundles: Any) -> None:
        task = ceremony.task(BIG)
        ceremony.publish_plan(task)
        forecast = ceremony.do("GET", f"/tasks/{task['id']}/forecast", "planner")
        started = time.process_time()
        pool = ceremony.do("POST", f"/tasks/{task['id']}/pool", "planner")
        # Processor time, so that other work on the machine does not count: about 0.3 s for 3,000 objects.
        assert time.process_time() - started < 2
        assert pool["n"] == forecast["n"]
        assert pool["excluded"] == forecast["excluded"]

        draw = ceremony.publish(task, "planner", kind="objects", region="130300")
        assert draw["state"] == "published"
        assert all(s["drawn"] == s["k"] == quota(s["n"], s["ratio"]) for s in draw["strata"])
        objects = bundles(draw)
        assert hashlib.sha256(objects).hexdigest() == draw["bundle_digest"]
        assert verify_bundle(json.loads(objects), published=draw["commitment_digest"]) == []

        counties = ceremony.do("POST", f"/tasks/{task['id']}/dispatch", "planner")["counties"]
        county = next(county for county in counties if county["region"] == "130303")
        assert county["match_due_on"] == "2026-11-28"
        assert sum(county["n"] for county in counties) == sum(s["k"] for s in draw["strata"])

        match = ceremony.publish(task, "dispatcher", kind="inspectors", region="130303")
        assert match["parent"] == draw["id"]
        assert match["teams"]["objects"] == county["n"]
        teams = bundles(match)
        assert verify_bundle(json.loads(teams), json.loads(objects), published=match["commitment_digest"]) == []
        rows = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"]
        assert len(rows) == county["n"]
        short = {shortfall["object_code"] for shortfall in match["teams"]["insufficient"]}
        assert {len(row["seats"]) for row in rows if row["object_code"] not in short} == {2}

        after = ceremony.do("GET", f"/tasks/{task['id']}/dispatch", "planner")
        assert after["state"] == "dispatched"
        assert [row["region"] for row in after["counties"] if row["matched"]] == ["130303"]
        whole = ceremony.do("GET", f"/draws/{draw['id']}/drawn?region=130303", "planner")["items"]
        assert [row["seats"] for row in whole] == [row["seats"] for row in rows]

    def test_an_object_learns_why(self, ceremony: Ceremony) -> None:
        task, draw = ceremony.dispatched(BIG)
        match = ceremony.publish(task, "dispatcher", kind="inspectors", region="130303")
        row = ceremony.do("GET", f"/draws/{match['id']}/drawn", "dispatcher")["items"][0]
        code = row["object_code"]
        why = ceremony.do("GET", f"/draws/{draw['id']}/objects/{code}/explanation", "dispatcher")
        assert (why["outcome"], why["rank"], why["ticket"]) == ("drawn", row["rank"], row["ticket"])
        assert why["rank"] <= why["k"] <= why["n"]
        assert proves_inclusion(
            leaf=why["leaf"], index=why["leaf_index"], size=why["pool_n"], path=why["proof"], root=why["pool_root"]
        )
        who = ceremony.do("GET", f"/draws/{match['id']}/objects/{code}/explanation", "dispatcher")
        assert who["outcome"] == "staffed"
        assert [seat["inspector_code"] for seat in who["team"]] == [seat["inspector_code"] for seat in row["seats"]]
        everybody = [person["inspector_code"] for person in who["team"] + who["others"]]
        assert sorted(everybody) == ["SHG-0001", "SHG-0002", "SHG-0003"]
        assert all(other["labels"] for other in who["others"])
