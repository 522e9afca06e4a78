"""Somebody with every role, but of another county: what belongs to 山海关区 does not exist for them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.deadlines.jobs import issue_due_notices
from backend.deadlines.models import Notice
from backend.draws.models import Draw
from backend.fieldwork.models import BlobUse, Inspection, Upload
from backend.foundation.access.permissions import Permission
from backend.foundation.database import db
from backend.foundation.http import access_of
from backend.registry.models import InspectedObject, Inspector
from schemas.vocabulary import Role
from tests.conftest import Clock
from tests.staff import dump, hire, methods_of
from tests.stages.draws.ceremony import Ceremony
from tests.stages.fieldwork.phone import Phone, must
from tests.stages.reviews.desk import SIGNATURE

SignIn = Callable[..., dict[str, str]]
Json = dict[str, Any]

TUS = {"Tus-Resumable": "1.0.0"}
# What a write needs before anybody looks at whose thing it is, by the end of the address.
BODIES: dict[str, Json] = {
    "/my-code": {"code_hash": "ab" * 32},
    "/event": {"value": "1" * 20},
    "/reveal": {"code": "c" * 20},
    "/void": {"reason": "测试申请作废"},
    "/return": {"rev": 1, "comment": "退回", "points": []},
    "/records/<inspection_id>/approve": {"rev": 1},
    "/sign-off": {"rev": 1, "digest": "ab" * 32, "signature": SIGNATURE},
    "/held/<int:pos>": {"decision": "dismiss", "reason": "测试"},
}


@pytest.fixture
def stranger(app: Flask, sign_in: SignIn) -> dict[str, str]:
    """Headers of somebody of 北戴河区 who may do everything there."""
    hire(app, "stranger", region="130304", roles=Role)
    return sign_in("stranger")


@pytest.fixture
def things(app: Flask, phone: Phone, clock: Clock) -> dict[str, str]:
    """One thing of 山海关区 for each argument that an address can have."""
    picture = b"x" * 9
    must(phone.begin(len(picture), "image/jpeg", "cd" * 32), 201)
    clock.advance(days=40)
    with app.app_context():
        issue_due_notices(clock.now)
        found = {
            "code": select(InspectedObject.code).where(InspectedObject.region == "130303"),
            "draw_id": select(Draw.id).where(Draw.region == "130303"),
            "inspection_id": select(Inspection.id),
            "sha256": select(BlobUse.sha256),
            "upload_id": select(Upload.id),
            "notice_id": select(Notice.id).where(Notice.region == "130303"),
        }
        things = {name: str(db.session.scalars(query).first()) for name, query in found.items()}
        db.session.rollback()
    assert "None" not in things.values()
    return {**things, "inspection_id": phone.inspection, "pos": "1"}


class TestAnotherCounty:
    def test_finds_none_of_it_by_its_address(
        self, app: Flask, client: FlaskClient, things: dict[str, str], stranger: dict[str, str], sign_in: SignIn
    ) -> None:
        stranger, before, tried = sign_in("stranger", fresh=True), dump(app), 0
        for rule in app.url_map.iter_rules():
            if access_of(app.view_functions[rule.endpoint]) is Permission.PUBLIC or not rule.arguments:
                continue
            if not rule.arguments <= things.keys():
                assert rule.arguments & {"plan_id", "task_id"}, "an address of a new kind: add its thing above"
                continue
            path = rule.rule.replace("<int:", "<")
            for name in rule.arguments:
                path = path.replace(f"<{name}>", things[name])
            body = next((body for end, body in BODIES.items() if rule.rule.endswith(end)), None)
            for method in methods_of(rule):
                asked: Json = {"json": body, "headers": {**stranger, **TUS}}
                if rule.rule.endswith("/ops") and method == "POST":
                    continue  # test_bad_input_changes_nothing.py has it: a batch needs a replica of its own
                if method == "PATCH":
                    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
                    asked = {"data": b"x", "headers": {**asked["headers"], **piece}}
                answer = client.open(path, method=method, **asked)
                assert answer.status_code == 404, (method, rule.rule, answer.status_code, answer.text)
                tried += 1
        assert tried > 20
        assert dump(app) == before

    def test_finds_none_of_it_in_any_list(
        self, app: Flask, client: FlaskClient, things: dict[str, str], stranger: dict[str, str], sign_in: SignIn
    ) -> None:
        stranger = sign_in("stranger", fresh=True)
        with app.app_context():
            own = select(InspectedObject.code).where(InspectedObject.region == "130303")
            foreign = {*db.session.scalars(own), *things.values()} - {"1"}
            foreign |= set(db.session.scalars(select(Inspector.code).where(Inspector.region == "130303")))
            db.session.rollback()
        lists = ["/objects", "/objects?region=130303", "/objects?q=山海关", "/inspectors", "/inspectors?region=130303"]
        lists += ["/draws", "/notices", "/inspections", "/sign-offs"]
        lists += [f"/reviews?view={view}" for view in ("open", "mine", "recent")] + ["/reviews?region=130303"]
        for path in lists:
            answer = must(client.get(f"/api/v1{path}", headers=stranger))
            assert [word for word in foreign if f'"{word}"' in answer.text] == [], path
        asked = {"sha256": [things["sha256"]]}
        answer = must(client.post("/api/v1/blobs/missing", json=asked, headers=stranger))
        assert answer.json["missing"] == asked["sha256"]

    def test_sees_who_goes_where_only_once_that_is_published(
        self, app: Flask, client: FlaskClient, ceremony: Ceremony
    ) -> None:
        task, draw = ceremony.dispatched("秦市监抽查〔2021〕1号")
        match = ceremony.run(task, "dispatcher", kind="inspectors", region="130303")
        hire(app, "stranger", region="130304", roles=["dispatcher"])

        def seats(username: str) -> int:
            rows = ceremony.do("GET", f"/draws/{draw['id']}/drawn", username)["items"]
            return sum(len(row["seats"]) for row in rows if row["dispatched_to"] == "130303")

        assert seats("dispatcher") > 0
        assert seats("stranger") == 0
        ceremony.do("POST", f"/draws/{match['id']}/publish", "dispatcher")
        assert seats("stranger") == seats("dispatcher")
