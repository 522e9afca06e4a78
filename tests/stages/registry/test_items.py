"""Versions of inspection items over HTTP: drafted, published on their day, retired, compared."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.foundation import outbox
from tests.conftest import Clock

SignIn = Callable[..., dict[str, str]]
POINT = {
    "code": "X1.1",
    "seq": 1,
    "title": "证照齐全",
    "title_en": "",
    "guidance": "看原件。",
    "answer": {"type": "verdict"},
    "required": True,
    "visible_when": None,
    "photo": {"min": 1, "on": ["fail"]},
    "note_on": ["fail"],
    "results": {"fail": "8"},
    "shared_key": None,
    "phrases": [],
}
ITEM = {
    "code": "X1",
    "category": "信用监管",
    "name": "新增事项",
    "legal_basis": "《条例》第一条",
    "object_kinds": ["enterprise"],
    "method": "on_site",
    "key": False,
    "ratio_cap": "5/100",
    "frequency_cap": 2,
    "qualifications": ["food"],
    "joint_departments": ["公安机关"],
    "applies": {"fact": "libraries", "has": "食品"},
    "points": [POINT],
    "guidance": {"procedure": "出示证件。"},
    "effective_from": "2026-11-23",
}


def codes(answer: Any) -> set[tuple[str, str]]:
    """The places and codes of a problem's errors."""
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}


class TestDraft:
    def test_refuses_others_and_bad_content_by_name(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.post("/api/v1/items", json=ITEM, headers=sign_in("dispatcher")).status_code == 403
        liaison = sign_in("planner")
        spoiled = {
            **ITEM,
            "ratio_cap": None,
            "applies": {"fact": "colour", "in": ["red"]},
            "points": [{**POINT, "results": {"fail": "9"}}],
        }
        answer = client.post("/api/v1/items", json=spoiled, headers=liaison)
        assert answer.status_code == 422
        assert codes(answer) == {
            ("/ratio_cap", "cap_required"),
            ("/applies/fact", "unknown_fact"),
            ("/points/0/results", "results"),
        }
        assert client.get("/api/v1/items/X1", headers=liaison).status_code == 404
        # The item list is the city's; a county's liaison drafts items of its own only.
        county = sign_in("liaison")
        stolen = client.post("/api/v1/items", json={**ITEM, "code": "Q01"}, headers=county)
        assert (stolen.status_code, stolen.json["code"]) == (403, "registry.not-yours")

    def test_previews_to_which_active_objects_it_would_apply(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("liaison")
        kinds = {"object_kinds": ["individual_business"]}
        search = {"kind": "individual_business", "status": "active", "limit": 200}

        def listed(**more: str) -> list[str]:
            found = client.get("/api/v1/objects", query_string={**search, **more}, headers=liaison).json["items"]
            return [row["code"] for row in found]

        def preview(applies: object) -> Any:
            answer = client.post("/api/v1/items/applicability", json={**kinds, "applies": applies}, headers=liaison)
            assert answer.status_code == 200, answer.text
            return answer.json

        everything = preview(None)
        assert everything["count"] == len(listed()) < everything["of"]
        tagged = preview({"fact": "tags", "has": "ebike"})
        expected = listed(tag="ebike")
        assert (tagged["count"], tagged["of"]) == (len(expected), everything["of"])
        assert [row["code"] for row in tagged["sample"]] == expected[:10] != []
        late = {"registered_from": "2020-01-01"}
        assert preview({"fact": "registered_on", "on_or_after": "2020-01-01"})["count"] == len(listed(**late))
        refused = client.post(
            "/api/v1/items/applicability", json={**kinds, "applies": {"fact": "colour", "in": ["red"]}}, headers=liaison
        )
        assert refused.status_code == 422
        assert codes(refused) == {("/applies/fact", "unknown_fact")}

    def test_leads_to_a_published_item_that_the_public_sees(self, client: FlaskClient, sign_in: SignIn) -> None:
        liaison = sign_in("planner")
        draft = client.post("/api/v1/items", json=ITEM, headers=liaison)
        assert draft.status_code == 201, draft.text
        assert (draft.json["version"], draft.json["stage"], draft.json["mine"]) == (1, "draft", True)
        assert client.post("/api/v1/items", json=ITEM, headers=liaison).status_code == 409
        assert "X1" not in {item["code"] for item in client.get("/api/v1/items", headers=liaison).json["items"]}
        content = {name: value for name, value in ITEM.items() if name != "code"}
        changed = {**content, "name": "改名事项", "row_version": draft.json["row_version"]}
        saved = client.put("/api/v1/items/X1/draft", json=changed, headers=liaison)
        assert saved.status_code == 200, saved.text
        assert (
            client.put("/api/v1/items/X1/draft", json=changed, headers=liaison).json["code"] == "registry.entry-changed"
        )
        body = {"row_version": saved.json["row_version"]}
        published = client.post("/api/v1/items/X1/publish", json=body, headers=liaison)
        assert (published.json["stage"], published.json["name"]) == ("in_force", "改名事项")
        again = client.post("/api/v1/items/X1/publish", json=body, headers=liaison)
        assert again.json["code"] == "registry.wrong-item-state"
        public = client.get("/portal/v1/items").json["document"]["items"]
        assert "改名事项" in {item["name"] for item in public}


class TestVersions:
    def test_follow_each_other_on_their_day(self, client: FlaskClient, sign_in: SignIn, clock: Clock) -> None:
        liaison = sign_in("planner")
        shown = client.get("/api/v1/items/Q01", headers=liaison).json
        content = {name: shown[name] for name in (*ITEM, "name_en", "sub_item", "content", "executing_body")}
        past = client.post("/api/v1/items", json={**content, "name": "登记检查（新）"}, headers=liaison).json
        refused = client.post("/api/v1/items/Q01/publish", json={"row_version": past["row_version"]}, headers=liaison)
        assert codes(refused) == {("/effective_from", "past")}
        later = {
            **content,
            "name": "登记检查（新）",
            "effective_from": "2026-11-25",
            "row_version": past["row_version"],
        }
        del later["code"]
        draft = client.put("/api/v1/items/Q01/draft", json=later, headers=liaison).json
        published = client.post(
            "/api/v1/items/Q01/publish", json={"row_version": draft["row_version"]}, headers=liaison
        )
        assert (published.json["version"], published.json["stage"]) == (2, "upcoming")
        edited = client.put("/api/v1/items/Q01/draft", json={**later, "row_version": 3}, headers=liaison)
        assert edited.json["code"] == "registry.wrong-item-state"
        difference = client.get("/api/v1/items/Q01/difference?earlier=1&later=2", headers=liaison).json
        assert [change["field"] for change in difference["changes"]] == ["name", "effective_from"]
        assert client.get("/api/v1/items/Q01/difference", headers=liaison).json == difference
        assert client.get("/api/v1/items/Q01/difference?earlier=1&later=3", headers=liaison).status_code == 404

        def public() -> dict[str, Any]:
            found = client.get("/portal/v1/items").json["document"]["items"]
            return next(item for item in found if item["code"] == "Q01")

        assert (public()["version"], client.get("/api/v1/items/Q01", headers=liaison).json["version"]) == (1, 1)
        on_day = client.get("/api/v1/items?on=2026-11-25&q=登记检查", headers=liaison).json["items"]
        assert [(item["code"], item["version"]) for item in on_day] == [("Q01", 2)]
        clock.advance(days=2)
        with client.application.app_context():
            assert outbox.deliver_due(now=clock.now) == 1
        liaison = sign_in("planner", fresh=True)
        assert public()["version"] == 2
        now = client.get("/api/v1/items/Q01", headers=liaison).json
        assert [(row["version"], row["stage"]) for row in now["versions"]] == [(2, "in_force"), (1, "superseded")]
        everything = client.get("/api/v1/items?all_versions=true&q=Q01", headers=liaison).json["items"]
        assert [item["version"] for item in everything] == [1, 2]

    def test_end_when_retired(self, client: FlaskClient, sign_in: SignIn, clock: Clock) -> None:
        liaison = sign_in("planner")
        early = {"effective_to": "2026-11-22", "reason": "职能划转"}
        assert client.post("/api/v1/items/Q03/retire", json=early, headers=liaison).status_code == 422
        today = {**early, "effective_to": "2026-11-23"}
        assert client.post("/api/v1/items/Q03/retire", json=today, headers=liaison).json["stage"] == "in_force"
        assert client.post("/api/v1/items/Q03/retire", json=today, headers=liaison).status_code == 409
        assert client.post("/api/v1/items/none/retire", json=today, headers=liaison).status_code == 404
        clock.advance(days=1)
        with client.application.app_context():
            outbox.deliver_due(now=clock.now)
        liaison = sign_in("planner", fresh=True)
        assert "Q03" not in {item["code"] for item in client.get("/portal/v1/items").json["document"]["items"]}
        retired = client.get("/api/v1/items?stage=retired", headers=liaison).json["items"]
        assert [item["code"] for item in retired] == ["Q03"]
        assert len(client.get("/api/v1/items?key=true", headers=liaison).json["items"]) == 4


@pytest.mark.parametrize("query", ["on=x", "stage=x", "key=maybe"])
def test_list_refuses_bad_input(client: FlaskClient, sign_in: SignIn, query: str) -> None:
    assert client.get(f"/api/v1/items?{query}", headers=sign_in("planner")).status_code == 422
