"""The list of phones, what was on a lost one, and what becomes of a revoked phone's work."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.fieldwork.models import Inspection
from backend.foundation.database import transaction
from tests.conftest import Clock
from tests.staff import hire
from tests.stages.fieldwork.phone import API, Phone, must
from tests.stages.fieldwork.test_import import batch, bundle, carry

Office = Callable[..., Any]


@pytest.fixture
def office(client: FlaskClient, sign_in: Callable[..., dict[str, str]]) -> Office:
    """`office(path)` reads, `office(path, body)` posts, as the county's dispatcher."""

    def call(path: str, body: Any = None, *, who: str = "dispatcher") -> Any:
        headers = sign_in(who, fresh=True)
        if body is None:
            return client.get(API + path, headers=headers)
        return client.post(API + path, json=body, headers=headers)

    return call


def bind(phone: Phone) -> None:
    """A session that knows its phone; the helper's own is older than the enrolment."""
    body = {"username": phone.username, "password": "suicha-demo-2026", "replica": phone.rep}
    phone.headers = {"Authorization": f"Bearer {must(phone.call('POST', '/session', json=body)).json['access']}"}


class TestList:
    def test_shows_each_phone_with_its_open_work(self, office: Office, lead: Phone, member: Phone) -> None:
        lead.edit("remark", "到场")
        must(lead.push())
        rows = {row["id"]: row for row in office("/devices").json["items"]}
        mine, other = rows[lead.rep], rows[member.rep]
        assert (mine["username"], mine["in_hand"], mine["unfinished"]) == ("inspector1", 2, 1)
        assert (other["in_hand"], other["unfinished"], other["lost"]) == (2, 0, False)
        assert mine["last_seen_at"].startswith("2026-11-23T01:00")

    def test_can_be_narrowed(self, office: Office, lead: Phone, member: Phone) -> None:
        def ids(query: str) -> list[str]:
            return [row["id"] for row in office(f"/devices?{query}").json["items"]]

        assert ids(f"person={member.person}") == [member.rep]
        assert ids("q=甄查一") == [lead.rep]
        assert ids("q=%25") == []
        must(office(f"/devices/{lead.rep}/revoke", {"reason": "换新", "lost": False}))
        assert (ids("state=revoked"), ids("state=active")) == ([lead.rep], [member.rep])

    def test_ends_at_ones_region(self, app: Flask, office: Office, lead: Phone) -> None:
        hire(app, "afar", region="130302", roles=["dispatcher"])
        assert office("/devices", who="afar").json == {"items": [], "next": None, "total": 0}
        assert office(f"/devices/{lead.rep}", who="afar").status_code == 404
        assert len(office("/devices", who="supervisor").json["items"]) == 1

    def test_comes_in_pages_with_the_one_heard_of_last_on_top(
        self, client: FlaskClient, office: Office, inspections: list[str], clock: Clock
    ) -> None:
        phones = []
        for number in range(5):
            # Two of the same moment, so that the moment alone does not part the pages.
            clock.advance(minutes=number % 2)
            phones.append(Phone(client, "inspector1", clock=clock).start(inspections[0]).rep)
        pages, cursor = [], ""
        while True:
            page = must(office(f"/devices?limit=2{cursor}")).json
            assert page["total"] == 5
            pages.append([row["id"] for row in page["items"]])
            if page["next"] is None:
                break
            cursor = f"&cursor={quote(page['next'])}"
        assert [len(page) for page in pages] == [2, 2, 1]
        seen = [rep for page in pages for rep in page]
        assert sorted(seen) == sorted(phones)
        assert seen == [row["id"] for row in office("/devices").json["items"]]

    @pytest.mark.parametrize("query", ["cursor=x", "cursor=2026-11-23T01:00:00~x", "limit=0", "limit=201"])
    def test_refuses_a_page_that_there_is_not(self, office: Office, query: str) -> None:
        must(office(f"/devices?{query}"), 422)

    def test_shows_an_inspector_their_own(self, lead: Phone, member: Phone) -> None:
        assert [row["id"] for row in must(lead.call("GET", "/me/devices")).json["items"]] == [lead.rep]
        must(lead.call("GET", f"/devices/{lead.rep}"), 403)


class TestLostPhone:
    def test_tells_what_was_on_it(self, office: Office, lead: Phone, member: Phone, clock: Clock) -> None:
        bind(lead)
        lead.fill()
        arrived = clock.now
        must(lead.push())
        clock.advance(hours=3)
        found = must(office(f"/devices/{lead.rep}")).json
        assert (found["sessions"], found["other_devices"], found["in_hand"]) == (2, 0, 2)
        begun = next(row for row in found["carried"] if row["inspection"] == lead.inspection)
        (waiting,) = [row for row in found["carried"] if row["inspection"] != lead.inspection]
        assert begun["operations"] == lead.log.head
        assert (begun["files"], begun["files_missing"]) == (len(lead.files), len(lead.files))
        assert (begun["unsubmitted"], begun["held"]) == (True, 0)
        assert begun["last_received_at"] == arrived.isoformat()
        assert (waiting["operations"], waiting["unsubmitted"], waiting["state"]) == (0, False, "assigned")
        assert [step["action"] for step in found["steps"]] == ["accounts.enrol_replica"]

        bind(lead)
        lead.upload_files()
        after = must(office(f"/devices/{lead.rep}")).json["carried"]
        assert sum(row["files_missing"] for row in after) == 0

    def test_leaves_out_what_it_never_heard_of(
        self, app: Flask, office: Office, lead: Phone, inspections: list[str], clock: Clock
    ) -> None:
        must(office(f"/devices/{lead.rep}/revoke", {"reason": "丢失", "lost": True}))
        with app.app_context(), transaction() as session:
            session.get_one(Inspection, inspections[1]).created_at = clock.now + timedelta(hours=1)
        found = must(office(f"/devices/{lead.rep}")).json
        assert (found["state"], found["lost"], found["revoked_by_name"]) == ("revoked", True, "戴派")
        assert [row["inspection"] for row in found["carried"]] == inspections[:1]
        assert [step["action"] for step in found["steps"]][-1] == "accounts.revoke_replica"

    def test_names_nothing_that_lies_outside_the_readers_region(
        self, app: Flask, office: Office, lead: Phone, inspections: list[str]
    ) -> None:
        with app.app_context(), transaction() as session:
            afar = session.get_one(Inspection, inspections[1])
            afar.region = "130302"
            name = afar.object.name
        answer = must(office(f"/devices/{lead.rep}"))
        assert [row["inspection"] for row in answer.json["carried"]] == inspections[:1]
        assert answer.json["elsewhere"] == 1
        assert name not in answer.text
        assert inspections[1] not in answer.text
        hire(app, "city", region="130300", roles=["dispatcher"])
        above = must(office(f"/devices/{lead.rep}", who="city")).json
        assert (len(above["carried"]), above["elsewhere"]) == (2, 0)


class TestRevokedPhone:
    def test_keeps_earlier_work_and_holds_later(self, office: Office, lead: Phone, member: Phone) -> None:
        bind(member)
        member.edit("remark", "吊销前")
        must(member.push())
        must(office(f"/devices/{member.rep}/revoke", {"reason": "丢失", "lost": True}))
        member.edit("remark", "吊销后")
        must(member.push(), 401)

        member.sign_in()
        refused = must(member.push(), 410)
        assert refused.json["code"] == "fieldwork.replica-revoked"
        (done,) = must(carry(lead, bundle(batch(member), replicas=(member,)))).json["batches"]
        assert (done["st"], done["acks"][0]["st"], done["acks"][0]["code"]) == ("stored", "held", "replica_revoked")
        lead.pull()
        assert lead.log.registers["remark"].value == "吊销前"
        row = next(row for row in office(f"/devices/{member.rep}").json["carried"] if row["operations"])
        assert (row["operations"], row["held"]) == (2, 1)

    def test_goes_on_under_a_new_enrolment(self, office: Office, member: Phone, client: FlaskClient) -> None:
        must(office(f"/devices/{member.rep}/revoke", {"reason": "换新手机", "lost": False}))
        newer = Phone(client, "inspector2", clock=member.clock).start(member.inspection)
        newer.edit("remark", "新手机")
        assert [ack["st"] for ack in must(newer.push()).json["acks"]] == ["ok"]
