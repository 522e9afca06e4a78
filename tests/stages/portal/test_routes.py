"""The public portal: only what is published, cacheable, and no personal data."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import Person
from backend.draws.models import Draw
from backend.fieldwork.models import Inspection
from backend.foundation.database import db, transaction
from backend.plans.models import Plan
from backend.publication.actions import publish, publish_draw, publish_item_list, publish_plan
from backend.registry.models import InspectedObject, Inspector
from schemas.vocabulary import PublicationKind
from sync import canonical, hex_digest
from tests.conftest import Clock
from tests.stages.fieldwork.phone import Phone, finish, must
from tests.stages.fieldwork.world import publish_match
from tests.stages.reviews.desk import Desk, publish_record

SignIn = Callable[..., dict[str, str]]
PORTAL = "/portal/v1"
BUNDLE = {"v": "dsj1", "mode": "open", "result": {"strata": []}, "leaves": [{"id": "911303000000000000"}]}


@pytest.fixture
def key(app: Flask, phone: Phone) -> str:
    """The public key that the result of the phone's inspection will have."""
    with app.app_context():
        inspection = db.session.get_one(Inspection, phone.inspection)
        return f"{inspection.task_id}.{inspection.object.code}"


@pytest.fixture
def published(client: FlaskClient, sign_in: SignIn, phone: Phone, key: str) -> str:
    """The same after the result was published."""
    publish_record(client, sign_in, phone.inspection)
    return key


def publish_many(app: Flask, names: list[str], clock: Clock) -> None:
    """Results of objects with these names."""
    with app.app_context(), transaction() as session:
        for number, name in enumerate(names):
            publish(
                session,
                kind=PublicationKind.RESULT,
                key=f"t.{number}",
                title=name,
                region="130303" if number % 2 else "130321",
                object_name=name,
                object_code=f"9113030000000000{number:02d}",
                document={
                    "result": {"code": "1", "name": "未发现问题"},
                    "state": None,
                    "checked_on": "2026-11-23",
                    "organ": "某局",
                    **dict.fromkeys(("raninsPlanId", "raninsPlaneName", "raninsTaskId", "raninsTaskName"), "x"),
                    **dict.fromkeys(("raninsTypeName", "insAuth", "insDate", "pripId"), "x"),
                    "details": [{"seqno": 1, "raninsItemName": "事项", "raninsCheckResName": "未发现问题"}],
                },
                now=clock.now,
            )


class TestUnpublished:
    @pytest.mark.parametrize("path", ["plans/{plan}", "draws/{draw}", "draws/{draw}/bundle", "results/{key}"])
    def test_does_not_exist(self, app: Flask, client: FlaskClient, phone: Phone, key: str, path: str) -> None:
        with app.app_context(), transaction() as session:
            draw = session.scalars(select(Draw).where(Draw.kind == "objects")).one()
            draw.state, draw.bundle, draw.bundle_digest = "drawn", BUNDLE, hex_digest(BUNDLE)
            names = {"plan": draw.task.plan.code, "draw": draw.id, "key": key}
        answer = client.get(f"{PORTAL}/{path.format(**names)}")
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
        assert "Cache-Control" not in answer.headers

    def test_is_in_no_list_until_the_supervisor_has_signed(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, key: str
    ) -> None:
        must(Desk(client, sign_in("reviewer"), phone.inspection).post("approve", rev=1))
        assert client.get(f"{PORTAL}/results").json == {"items": [], "next": None}
        assert client.get(f"{PORTAL}/plans").json["items"] == []
        assert client.get(f"{PORTAL}/results/{key}").status_code == 404

    def test_stays_unknown_under_its_own_ids(self, client: FlaskClient, phone: Phone, published: str) -> None:
        assert client.get(f"{PORTAL}/results/{phone.inspection}").status_code == 404
        assert client.get(f"{PORTAL}/results/{published}?version=2").status_code == 404


class TestShowItems:
    def test_shows_the_list_with_its_digest(self, app: Flask, client: FlaskClient, clock: Clock) -> None:
        with app.app_context(), transaction() as session:
            publish_item_list(session, now=clock.now)
        answer = must(client.get(f"{PORTAL}/items")).json
        assert len(answer["document"]["items"]) == 15
        assert hex_digest(answer["document"]) == answer["digest"] == answer["versions"][0]["digest"]


class TestShowPlan:
    def test_shows_each_version(self, app: Flask, client: FlaskClient, clock: Clock) -> None:
        with app.app_context():
            with transaction() as session:
                plan = session.scalars(select(Plan).order_by(Plan.code)).first()
                assert plan is not None
                publish_plan(session, plan_id=plan.id, now=clock.now)
            code, title = plan.code, plan.title
            with transaction() as session:
                session.get_one(Plan, plan.id).title = "改后的计划"
                publish_plan(session, plan_id=plan.id, now=clock.now)
        entry = must(client.get(f"{PORTAL}/plans")).json["items"][0]
        assert (entry["key"], entry["version"], entry["title"]) == (code, 2, "改后的计划")
        latest = must(client.get(f"{PORTAL}/plans/{code}")).json
        assert [row["state"] for row in latest["versions"]] == ["published", "corrected"]
        assert must(client.get(f"{PORTAL}/plans/{code}?version=1")).json["document"]["title"] == title


class TestShowDraw:
    def test_shows_commitment_first_and_the_bundle_when_published(
        self, app: Flask, client: FlaskClient, phone: Phone, clock: Clock
    ) -> None:
        with app.app_context():
            with transaction() as session:
                draw = session.scalars(select(Draw).where(Draw.kind == "objects")).one()
                draw.state, draw.bundle, draw.bundle_digest = "committed", BUNDLE, hex_digest(BUNDLE)
                publish_draw(session, draw_id=draw.id, now=clock.now)
            address = f"{PORTAL}/draws/{draw.id}"
            document = must(client.get(address)).json["document"]
            assert (document["state_name"], document["bundle"]) == ("已承诺", None)
            assert client.get(f"{address}/bundle").status_code == 404
            with transaction() as session:
                session.get_one(Draw, draw.id).state = "published"
                publish_draw(session, draw_id=draw.id, now=clock.now)
        document = must(client.get(address)).json["document"]
        bundle = must(client.get(document["bundle"]["address"]))
        assert bundle.data == canonical(BUNDLE)
        assert hashlib.sha256(bundle.data).hexdigest() == document["bundle"]["digest"]
        assert document["id"] in [row["key"] for row in client.get(f"{PORTAL}/draws").json["items"]]


class TestListResults:
    @pytest.mark.parametrize("query", ["q=x", "limit=0", "limit=1000", "region=13", "version=1&cursor="])
    def test_refuses_bad_input(self, client: FlaskClient, query: str) -> None:
        assert client.get(f"{PORTAL}/results?{query}").status_code == 422

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "汐岚"}, ["汐岚小吃店", "山海关汐岚商贸"]),
            ({"q": "100%"}, ["100%棉业"]),
            ({"q": "%%"}, []),
            ({"q": "911303000000000002"}, ["山海关汐岚商贸"]),
            ({"q": "91130300000000000"}, []),
            ({"region": "130303"}, ["100%棉业"]),
            ({"region": "130300"}, ["汐岚小吃店", "100%棉业", "山海关汐岚商贸"]),
        ],
    )
    def test_finds_by_part_of_the_name_or_the_whole_code(
        self, app: Flask, client: FlaskClient, clock: Clock, query: dict[str, str], found: list[str]
    ) -> None:
        publish_many(app, ["汐岚小吃店", "100%棉业", "山海关汐岚商贸"], clock)
        items = must(client.get(f"{PORTAL}/results", query_string=query)).json["items"]
        assert sorted(item["object_name"] for item in items) == sorted(found)

    def test_pages_through_every_result_once(self, app: Flask, client: FlaskClient, clock: Clock) -> None:
        names = [f"对象{number}号" for number in range(7)]
        publish_many(app, names, clock)

        def pages() -> Iterator[dict[str, Any]]:
            query: dict[str, str] | None = {"limit": "3"}
            while query is not None:
                page = must(client.get(f"{PORTAL}/results", query_string=query)).json
                yield from page["items"]
                query = {"limit": "3", "cursor": page["next"]} if page["next"] else None

        assert [item["object_name"] for item in pages()] == names[::-1]

    def test_shows_the_standard_result(self, client: FlaskClient, published: str) -> None:
        item = must(client.get(f"{PORTAL}/results")).json["items"][0]
        assert item["key"] == published
        assert (item["result"], item["result_name"]) == ("1", "未发现问题")
        assert (item["checked_on"], item["organ"]) == ("2026-11-23", "秦皇岛市山海关区市场监督管理局")


class TestShowResult:
    def test_shows_how_the_object_was_drawn(self, client: FlaskClient, published: str) -> None:
        answer = must(client.get(f"{PORTAL}/results/{published}")).json
        document = answer["document"]
        assert hex_digest(document) == answer["digest"]
        assert (document["draw"]["rank"], document["draw"]["n"], document["draw"]["k"]) == (1, 200, 2)
        assert document["draw"]["bundle"].endswith(f"{document['draw']['id']}/bundle")
        assert [person["code"] for person in document["inspectors"]] == ["SHG-0001", "SHG-0002"]
        assert len(document["record"]["digest"]) == 64

    def test_may_be_kept_and_asked_again_by_tag(self, client: FlaskClient, published: str) -> None:
        answer = must(client.get(f"{PORTAL}/results/{published}"))
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        again = client.get(f"{PORTAL}/results/{published}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


class TestDownloadResults:
    def test_has_one_line_per_item(self, client: FlaskClient, published: str) -> None:
        answer = must(client.get(f"{PORTAL}/open-data/results.csv"))
        assert answer.content_type == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        document = client.get(f"{PORTAL}/results/{published}").json["document"]
        assert len(rows) == len(document["details"])
        assert rows[0]["raninsPlaneName"] == document["raninsPlaneName"]
        assert rows[0]["raninsCheckResName"] == "未发现问题"

    @pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1"])
    def test_writes_text_as_text(self, app: Flask, client: FlaskClient, clock: Clock, name: str) -> None:
        publish_many(app, [name], clock)
        text = client.get(f"{PORTAL}/open-data/results.csv").data.decode("utf-8-sig")
        assert next(csv.DictReader(io.StringIO(text)))["object_name"] == f"'{name}"


class TestPersonalData:
    def test_is_in_no_answer_of_the_portal(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, clock: Clock
    ) -> None:
        """Fill every private field with words of its own and look for them in everything that is public."""
        # Every seeded text begins with SECRET; the phone signs as 签名人.
        private = ["SECRET", "签名人", "39.9911", "119.7711"]
        with app.app_context(), transaction() as session:
            for thing in session.scalars(select(InspectedObject).where(InspectedObject.region == "130303")):
                thing.phone, thing.legal_representative = "SECRET-PHONE", "SECRET-LEGAL"
        phone = Phone(client, "inspector1", clock=clock).start(publish_match(app, now=clock.now)[0])
        phone.edit("ans/Q01.3", {"r": "na", "why": "SECRET-WHY"})
        phone.edit("remark", "SECRET-REMARK")
        phone.edit("note/Q01.3", "SECRET-NOTE")
        phone.edit(
            "place", {"lat": "39.99112233", "lon": "119.77112233", "acc": "5", "at": "2026-11-23T09:00:00+08:00"}
        )
        finish(phone)
        must(Desk(client, sign_in("reviewer"), phone.inspection).post("approve", rev=1, comment="SECRET-COMMENT"))
        must(Desk(client, sign_in("supervisor"), phone.inspection).sign_off())
        with app.app_context():
            with transaction() as session:
                publish_item_list(session, now=clock.now)
                for draw in session.scalars(select(Draw)):
                    publish_draw(session, draw_id=draw.id, now=clock.now)
                    publish_plan(session, plan_id=draw.task.plan_id, now=clock.now)
            people = db.session.scalars(select(Person)).all()
            private += [person.name for person in people] + [person.id for person in people]
            private += db.session.scalars(select(Inspector.certificate_no)).all()
            private += [phone.inspection, phone.rep, *phone.files]

        texts = []
        for path in ("items", "plans", "draws", "results"):
            answer = must(client.get(f"{PORTAL}/{path}"))
            texts.append(answer.text)
            for entry in answer.json.get("items", []):
                texts.append(must(client.get(f"{PORTAL}/{path}/{entry['key']}")).text)
        texts.append(must(client.get(f"{PORTAL}/open-data/results.csv")).text)
        assert len(texts) >= 9
        public = "\n".join(texts) + json.dumps(texts, ensure_ascii=False)
        assert [word for word in private if word in public] == []
        assert "甄*" in public
