"""The live page: what the room sees, step by step, and nothing before its time."""

import json

from tests.stages.draws.ceremony import CODES, DICE, Ceremony, Json


class TestLive:
    def test_follows_the_ceremony_and_keeps_what_is_secret(self, ceremony: Ceremony, draft: Json) -> None:
        path = f"/portal/v1/live/{draft['id']}"

        def look() -> Json:
            answer = ceremony.client.get(path)
            assert answer.headers["Cache-Control"] == "no-store"
            shown: Json = answer.json
            return shown

        assert ceremony.client.get(path).status_code == 404
        assert ceremony.client.get("/portal/v1/live/none").status_code == 404
        draw = ceremony.commit(draft, "planner")
        shown = look()
        assert shown["commitment_digest"] == draw["commitment_digest"]
        assert (shown["state"], shown["event"]["value"], shown["k"]) == (
            "committed",
            None,
            sum(row["k"] for row in draw["commitment"]["strata"]),
        )
        ceremony.clock.advance(minutes=3)
        ceremony.do("POST", f"/draws/{draft['id']}/event", "planner", {"value": DICE})
        assert look()["event"]["value"] == DICE
        for ticks, (username, code) in enumerate(CODES.items(), start=1):
            ceremony.do("PUT", f"/draws/{draft['id']}/my-code/reveal", username, {"code": code})
            assert [row["revealed"] for row in look()["custodians"]].count(True) == ticks
            assert code not in json.dumps(look())
        drawn = ceremony.do("POST", f"/draws/{draft['id']}/run", "planner")
        assert (look()["seed"], look()["rows"], look()["result_digest"]) == (None, [], None)
        assert drawn["seed"] not in json.dumps(look())
        ceremony.do("POST", f"/draws/{draft['id']}/publish", "planner")
        shown = look()
        assert (shown["state"], shown["seed"]) == ("published", drawn["seed"])
        rows = ceremony.do("GET", f"/draws/{draft['id']}/drawn", "planner")["items"]
        in_order = sorted((row["ticket"], row["object_code"]) for row in rows if not row["reserve"])
        assert [row["code"] for row in shown["rows"]] == [code for _, code in in_order]
        assert all(custodian["name"].endswith("*") for custodian in shown["custodians"])

        ceremony.do("POST", f"/tasks/{draft['task']['id']}/dispatch", "planner")
        match = ceremony.publish({"id": draft["task"]["id"]}, "dispatcher", kind="inspectors", region="130303")
        teams = ceremony.client.get(f"/portal/v1/live/{match['id']}").json
        assert (teams["kind"], len(teams["rows"])) == ("inspectors", len(in_order))
        assert all("*" in person for row in teams["rows"] for person in row["team"])
