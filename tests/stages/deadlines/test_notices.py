"""三单: issued by the clock once each, read in the jurisdiction, acknowledged by the body addressed."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.deadlines.jobs import issue_due_notices
from backend.deadlines.models import Notice
from backend.draws.models import DrawnObject, Seat
from backend.fieldwork.models import Inspection
from backend.foundation.calendar import CalendarDay
from backend.foundation.clock import china_date
from backend.foundation.database import db, transaction
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.reviews.desk import publish_record

SignIn = Callable[..., dict[str, str]]


@pytest.fixture
def session(app: Flask, phone: Phone) -> Iterator[Session]:
    """A session on a city in which one record is submitted and everything is matched."""
    with app.app_context():
        yield db.session()
        db.session.remove()


def issued(session: Session) -> list[tuple[str, str, date]]:
    """(kind, matter, due day) of every notice, in order of issue."""
    session.rollback()
    return [(row.kind, row.matter, row.due_on) for row in session.scalars(select(Notice).order_by(Notice.id))]


def dispatch(clock: Clock, *, matched: bool) -> None:
    """Dispatch the drawn objects now, due in five days; take the match back unless it is done."""
    with transaction() as session:
        for drawn in session.scalars(select(DrawnObject)):
            drawn.dispatched_at, drawn.match_due_on = clock.now, china_date(clock.now) + timedelta(days=5)
        if not matched:
            session.execute(delete(Seat))


class TestIssueDueNotices:
    def test_reminds_of_matching_two_days_before_and_urges_after(self, session: Session, clock: Clock) -> None:
        dispatch(clock, matched=False)
        due = date(2026, 11, 28)
        clock.advance(days=2)
        assert issue_due_notices(clock.now) == 0
        clock.advance(days=1)
        assert issue_due_notices(clock.now) == 1
        clock.advance(days=3)
        assert issue_due_notices(clock.now) == 1
        assert issued(session) == [("remind", "matching", due), ("urge", "matching", due)]
        notice = session.scalars(select(Notice).where(Notice.kind == "remind")).one()
        assert (notice.region, notice.provisional) == ("130303", False)
        assert "2 户待匹配检查人员" in notice.title

    def test_leaves_alone_what_is_matched(self, session: Session, clock: Clock) -> None:
        dispatch(clock, matched=True)
        clock.advance(days=10)
        issue_due_notices(clock.now)
        assert issued(session) == []

    def test_reminds_of_publication_five_working_days_before_and_urges_after(
        self, session: Session, phone: Phone, clock: Clock
    ) -> None:
        due = date(2026, 12, 21)
        for days, expected in [(20, 0), (1, 1), (1, 0), (6, 0), (1, 1), (30, 0)]:
            clock.advance(days=days)
            assert issue_due_notices(clock.now) == expected
        assert issued(session) == [("remind", "publication", due), ("urge", "publication", due)]
        assert {row.subject_id for row in session.scalars(select(Notice))} == {phone.inspection}

    def test_counts_a_holiday_that_the_office_entered(self, session: Session, clock: Clock) -> None:
        with transaction() as writing:
            writing.add(CalendarDay(day=date(2026, 12, 18), is_working=False, source="测试"))
        clock.advance(days=17)
        assert issue_due_notices(clock.now) == 0
        clock.advance(days=1)
        assert issue_due_notices(clock.now) == 1

    def test_issues_each_once_however_often_it_runs(self, session: Session, clock: Clock) -> None:
        dispatch(clock, matched=False)
        clock.advance(days=60)
        assert issue_due_notices(clock.now) == 2
        assert issue_due_notices(clock.now) == 0
        assert sorted(kind for kind, _, _ in issued(session)) == ["urge", "urge"]

    def test_leaves_alone_what_is_published(
        self, session: Session, client: FlaskClient, sign_in: SignIn, phone: Phone, clock: Clock
    ) -> None:
        publish_record(client, sign_in, phone.inspection)
        clock.advance(days=60)
        assert issue_due_notices(clock.now) == 0

    def test_says_that_a_day_of_an_unannounced_year_is_provisional(
        self, session: Session, phone: Phone, clock: Clock
    ) -> None:
        with transaction() as writing:
            writing.get_one(Inspection, phone.inspection).publish_due_on = date(2027, 1, 5)
        clock.advance(days=43)
        assert issue_due_notices(clock.now) == 1
        assert session.scalars(select(Notice.provisional)).one() is True


class TestShowNotices:
    @pytest.fixture
    def notices(self, session: Session, clock: Clock) -> None:
        dispatch(clock, matched=False)
        clock.advance(days=60)
        issue_due_notices(clock.now)

    def test_refuses_an_inspector(self, client: FlaskClient, sign_in: SignIn) -> None:
        assert client.get("/api/v1/notices", headers=sign_in("inspector1")).status_code == 403

    @pytest.mark.parametrize("query", ["open=perhaps", "limit=0"])
    def test_refuses_bad_input(self, client: FlaskClient, sign_in: SignIn, query: str) -> None:
        assert client.get(f"/api/v1/notices?{query}", headers=sign_in("dispatcher")).status_code == 422

    @pytest.mark.usefixtures("notices")
    def test_shows_the_subtree_and_only_the_body_may_acknowledge(self, client: FlaskClient, sign_in: SignIn) -> None:
        for username, may in [("dispatcher", True), ("planner", False)]:
            answer = must(client.get("/api/v1/notices", headers=sign_in(username, fresh=True))).json
            assert [row["kind"] for row in answer["items"]] == ["urge", "urge"]
            assert {row["region_name"] for row in answer["items"]} == {"山海关区"}
            assert {row["may_acknowledge"] for row in answer["items"]} == {may}

    @pytest.mark.usefixtures("notices")
    def test_pages(self, client: FlaskClient, sign_in: SignIn) -> None:
        headers = sign_in("dispatcher", fresh=True)
        first = must(client.get("/api/v1/notices?limit=1", headers=headers)).json
        second = must(client.get(f"/api/v1/notices?limit=1&cursor={first['next']}", headers=headers)).json
        assert second["next"] is None
        assert first["items"][0]["id"] != second["items"][0]["id"]


class TestAcknowledge:
    @pytest.fixture
    def notice(self, session: Session, clock: Clock) -> str:
        clock.advance(days=60)
        issue_due_notices(clock.now)
        return session.scalars(select(Notice.id)).one()

    def test_finds_nothing_outside_the_jurisdiction(self, client: FlaskClient, sign_in: SignIn, notice: str) -> None:
        with transaction() as session:
            session.get_one(Notice, notice).region = "130321"
        for path in (notice, "nothing"):
            headers = sign_in("dispatcher", fresh=True)
            assert client.post(f"/api/v1/notices/{path}/acknowledge", headers=headers).status_code == 404

    def test_refuses_the_body_above(self, client: FlaskClient, sign_in: SignIn, notice: str) -> None:
        answer = client.post(f"/api/v1/notices/{notice}/acknowledge", headers=sign_in("planner", fresh=True))
        assert (answer.status_code, answer.json["code"]) == (403, "deadlines.not-addressed")

    def test_refuses_twice(self, client: FlaskClient, sign_in: SignIn, notice: str) -> None:
        headers = sign_in("dispatcher", fresh=True)
        must(client.post(f"/api/v1/notices/{notice}/acknowledge", headers=headers))
        answer = client.post(f"/api/v1/notices/{notice}/acknowledge", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (409, "deadlines.already-acknowledged")

    def test_says_who_and_takes_it_off_the_open_list(self, client: FlaskClient, sign_in: SignIn, notice: str) -> None:
        headers = sign_in("dispatcher", fresh=True)
        answer = must(client.post(f"/api/v1/notices/{notice}/acknowledge", headers=headers)).json
        assert answer["acknowledged_by"] == "戴派"
        assert answer["may_acknowledge"] is False
        assert must(client.get("/api/v1/notices?open=true", headers=headers)).json["items"] == []
