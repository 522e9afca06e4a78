"""The item list and the two directories over HTTP."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

SignIn = Callable[..., dict[str, str]]


class TestShowItems:
    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/items", headers=sign_in("inspector1")).status_code == 403

    def test_lists_the_items_in_force_with_their_points(self, client: FlaskClient, sign_in: SignIn) -> None:
        items = client.get("/api/v1/items", headers=sign_in("planner")).json["items"]
        assert [item["code"] for item in items] == [f"Q{n:02d}" for n in range(1, 16)]
        assert items[3]["key"] is True
        assert items[3]["ratio_cap"] is None
        assert items[0]["points"][0]["code"] == "Q01.1"


class TestShowObjects:
    def test_refuses_without_a_token(self, client: FlaskClient) -> None:
        assert client.get("/api/v1/objects").status_code == 401

    @pytest.mark.parametrize("query", ["limit=0", "limit=x", "region=13", "kind=planet"])
    def test_refuses_bad_input(self, client: FlaskClient, sign_in: SignIn, query: str) -> None:
        answer = client.get(f"/api/v1/objects?{query}", headers=sign_in("planner"))
        assert answer.status_code == 422
        assert answer.json["errors"]

    def test_pages_through_every_object_once(self, client: FlaskClient, sign_in: SignIn) -> None:
        codes: list[str] = []
        cursor = ""
        while True:
            address = f"/api/v1/objects?limit=200&region=130303&cursor={cursor}"
            page = client.get(address, headers=sign_in("planner")).json
            codes += [row["code"] for row in page["items"]]
            if page["next"] is None:
                break
            cursor = page["next"]
        assert len(codes) > 200
        assert codes == sorted(set(codes))

    def test_shows_a_county_only_its_own(self, client: FlaskClient, sign_in: SignIn) -> None:
        rows = client.get("/api/v1/objects?limit=200", headers=sign_in("dispatcher")).json["items"]
        assert {row["region"] for row in rows} == {"130303"}

    def test_finds_by_part_of_the_name_and_takes_signs_literally(self, client: FlaskClient, sign_in: SignIn) -> None:
        found = client.get("/api/v1/objects?q=检测&limit=5", headers=sign_in("planner")).json["items"]
        assert found
        assert all("检测" in row["name"] for row in found)
        assert client.get("/api/v1/objects?q=%25", headers=sign_in("planner")).json["items"] == []


class TestShowObject:
    def test_hides_what_is_unknown_or_elsewhere(self, client: FlaskClient, sign_in: SignIn) -> None:
        elsewhere = client.get("/api/v1/objects?region=130304", headers=sign_in("planner")).json["items"][0]
        for code in ("no-such-code", elsewhere["code"]):
            answer = client.get(f"/api/v1/objects/{code}", headers=sign_in("dispatcher"))
            assert answer.status_code == 404
            assert answer.content_type == "application/problem+json"

    def test_shows_one_with_whom_to_call(self, client: FlaskClient, sign_in: SignIn) -> None:
        row = client.get("/api/v1/objects?limit=1", headers=sign_in("dispatcher")).json["items"][0]
        shown = client.get(f"/api/v1/objects/{row['code']}", headers=sign_in("dispatcher")).json
        assert shown["name"] == row["name"]
        assert shown["region_name"] == "山海关区"
        assert shown["phone"].startswith("0335-555")


class TestShowInspectors:
    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/inspectors", headers=sign_in("inspector1")).status_code == 403

    def test_refuses_bad_input(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/inspectors?region=x", headers=sign_in("planner")).status_code == 422

    def test_lists_those_of_ones_region(self, client: FlaskClient, sign_in: SignIn) -> None:
        rows = client.get("/api/v1/inspectors", headers=sign_in("dispatcher")).json["items"]
        assert [row["code"] for row in rows] == ["SHG-0001", "SHG-0002", "SHG-0003"]
        city = client.get("/api/v1/inspectors?region=130302", headers=sign_in("planner")).json["items"]
        assert len(city) == 45
        outside = client.get("/api/v1/inspectors?region=130302", headers=sign_in("dispatcher")).json["items"]
        assert outside == []
