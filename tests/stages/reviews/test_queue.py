"""The queues over HTTP: who sees what, in which order, how near the deadline is."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, finish, must
from tests.stages.fieldwork.world import publish_match
from tests.stages.reviews.desk import Desk
from tests.stages.reviews.test_decisions import give_role

SignIn = Callable[..., dict[str, str]]


class TestShowReviews:
    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/reviews", headers=sign_in("inspector1")).status_code == 403

    @pytest.mark.parametrize("query", ["view=all", "limit=0", "cursor=tomorrow", "region=x y"])
    def test_refuses_bad_input(self, client: FlaskClient, sign_in: SignIn, query: str) -> None:
        answer = client.get(f"/api/v1/reviews?{query}", headers=sign_in("reviewer"))
        assert answer.status_code == 422
        assert answer.json["errors"]

    def test_shows_what_waits_with_its_deadline(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock
    ) -> None:
        queue = must(client.get("/api/v1/reviews", headers=sign_in("reviewer"))).json
        assert queue["counts"] == {"open": 1, "mine": 0, "recent": 0}
        row = queue["items"][0]
        assert row["id"] == phone.inspection
        assert row["publish_due_on"] == "2026-12-21"
        assert (row["working_days_left"], row["level"], row["provisional"]) == (20, "green", False)
        assert (row["result"], row["problems"], row["blobs_missing"], row["held"]) == ("1", 0, 0, 0)
        assert row["inspectors"] == ["甄查一", "甄查二"]
        assert row["submitted_at"] is not None

    @pytest.mark.parametrize(
        ("days", "level", "left"), [(20, "green", 6), (21, "amber", 5), (28, "amber", 0), (29, "red", -1)]
    )
    def test_colours_by_working_days(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock, days: int, level: str, left: int
    ) -> None:
        clock.advance(days=days)
        row = client.get("/api/v1/reviews", headers=sign_in("reviewer", fresh=True)).json["items"][0]
        assert (row["level"], row["working_days_left"]) == (level, left)

    def test_counts_files_and_operations_that_are_out(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, clock: Clock
    ) -> None:
        phone = Phone(client, "inspector1", clock=clock).start(publish_match(app, now=clock.now)[0])
        phone.fill().sign_all().submit()
        must(phone.push())
        phone.edit("remark", "晚到")
        must(phone.push())
        row = client.get("/api/v1/reviews", headers=sign_in("reviewer")).json["items"][0]
        assert (row["blobs_missing"], row["held"]) == (len(phone.files), 1)

    def test_hides_other_regions_and_ones_own_inspections(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        give_role(app, "inspector1", "reviewer")
        assert client.get("/api/v1/reviews", headers=sign_in("inspector1")).json["items"] == []
        supervisor = sign_in("supervisor")
        assert len(client.get("/api/v1/reviews?region=130303", headers=supervisor).json["items"]) == 1
        assert client.get("/api/v1/reviews?region=130321", headers=supervisor).json["items"] == []
        give_role(app, "reviewer", region="130321")
        assert client.get("/api/v1/reviews", headers=sign_in("reviewer")).json["counts"]["open"] == 0

    def test_moves_a_record_from_open_to_mine_and_recent(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        reviewer = Desk(client, sign_in("reviewer"), phone.inspection)
        must(reviewer.post("return", rev=1, comment="x", points=[]))
        for view in ("mine", "recent"):
            queue = client.get(f"/api/v1/reviews?view={view}", headers=reviewer.headers).json
            assert [row["id"] for row in queue["items"]] == [phone.inspection]
            assert queue["counts"] == {"open": 0, "mine": 1, "recent": 1}
            assert queue["items"][0]["reviewer"] == "沈核"

    def test_pages_through_every_record_once(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, clock: Clock
    ) -> None:
        inspections = publish_match(app, now=clock.now, count=3)
        phone = Phone(client, "inspector1", clock=clock).start(inspections[0])
        for inspection in inspections:
            finish(phone.open(inspection))
        headers = sign_in("reviewer")

        def pages(view: str) -> list[str]:
            found: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                query = {"view": view, "limit": 2, **({"cursor": cursor} if cursor else {})}
                page = must(client.get("/api/v1/reviews", headers=headers, query_string=query)).json
                found += [row["id"] for row in page["items"]]
                cursor = page["next"]
            return found

        assert pages("open") == inspections
        for inspection in inspections:
            must(Desk(client, headers, inspection).post("approve", rev=1))
        assert pages("open") == []
        assert pages("recent") == inspections[::-1]


class TestShowSignOffs:
    def test_refuses_a_reviewer(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/sign-offs", headers=sign_in("reviewer")).status_code == 403

    def test_shows_what_was_approved_and_then_what_was_signed(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        supervisor = Desk(client, sign_in("supervisor"), phone.inspection)

        def ids(view: str) -> list[str]:
            queue = must(client.get(f"/api/v1/sign-offs?view={view}", headers=supervisor.headers)).json
            return [row["id"] for row in queue["items"]]

        assert ids("open") == []
        must(Desk(client, sign_in("reviewer"), phone.inspection).post("approve", rev=1))
        assert (ids("open"), ids("recent")) == ([phone.inspection], [])
        must(supervisor.sign_off())
        assert (ids("open"), ids("recent")) == ([], [phone.inspection])
