"""Somebody with every role, but of another county: what belongs to 山海关区 does not exist for them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import Account, Replica
from backend.deadlines.jobs import issue_due_notices
from backend.deadlines.models import Notice
from backend.draws.models import Draw, Evidence, Substitution
from backend.fieldwork.models import BlobUse, Inspection, Upload
from backend.foundation.access.permissions import Permission
from backend.foundation.database import db, transaction
from backend.foundation.http import access_of
from backend.foundation.ids import new_id
from backend.registry.imports.models import ImportJob
from backend.registry.models import InspectedObject, Inspector, Recusal
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
ITEM = {
    "category": "类", "name": "事项", "legal_basis": "依据", "object_kinds": ["enterprise"], "method": "on_site",
    "key": True, "effective_from": "2030-01-01", "row_version": 1,
}  # fmt: skip
SUBSTITUTION = {"objects": ["x"], "leaving": "x", "reason": "illness", "note": "测试用的说明", "evidence": "ab" * 32}
BODIES: dict[str, Json] = {
    "/imports/<import_id>/start": {"mode": "skip_bad"},
    "/my-code": {"code_hash": "ab" * 32},
    "/event": {"value": "1" * 20},
    "/reveal": {"code": "c" * 20},
    "/void": {"reason": "测试申请作废"},
    "/return": {"rev": 1, "comment": "退回", "points": []},
    "/records/<inspection_id>/approve": {"rev": 1},
    "/replicas/<replica_id>/recovery": {"password": "x"},
    "/devices/<replica_id>/revoke": {"reason": "丢失", "lost": True},
    "/sign-off": {"rev": 1, "digest": "ab" * 32, "signature": SIGNATURE},
    "/held/<int:pos>": {"decision": "dismiss", "reason": "测试"},
    "/objects/<code>": {"row_version": 1},
    "/inspectors/<code>": {"row_version": 1},
    "/experts/<code>": {"row_version": 1},
    "/items/<code>/draft": ITEM,
    "/items/<code>/publish": {"row_version": 1},
    "/items/<code>/retire": {"effective_to": "2030-01-01", "reason": "测试"},
    "/recusals/<recusal_id>/withdraw": {"reason": "测试"},
    "/draws/<draw_id>/substitutions": SUBSTITUTION,
    "/substitutions/<substitution_id>/approve": {},
    "/substitutions/<substitution_id>/refuse": {"reason": "测试用的理由"},
    "/substitutions/<substitution_id>/withdraw": {"reason": "测试用的理由"},
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
        imported, asked = keep_import(clock), keep_substitution(clock)
        found = {
            "code": select(InspectedObject.code).where(InspectedObject.region == "130303"),
            "draw_id": select(Draw.id).where(Draw.region == "130303"),
            "inspection_id": select(Inspection.id),
            "sha256": select(BlobUse.sha256),
            "upload_id": select(Upload.id),
            "replica_id": select(Replica.id),
            "recusal_id": select(Recusal.id).join(Inspector).where(Inspector.region == "130303"),
            "notice_id": select(Notice.id).where(Notice.region == "130303"),
        }
        things = {name: str(db.session.scalars(query).first()) for name, query in found.items()}
        db.session.rollback()
    assert "None" not in things.values()
    # Tables of no kind: those that there are show everybody their own.
    tables = {"import_id": imported, "kind": "x", "ending": "xlsx"}
    return {**things, **tables, "substitution_id": asked, "inspection_id": phone.inspection, "pos": "1"}


def keep_import(clock: Clock) -> str:
    """An import of 山海关区."""
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "dispatcher")).one()
        job = ImportJob(
            id=new_id(),
            kind="objects",
            state="checked",
            account_id=account.id,
            person_id=account.person_id,
            body_code="SHG",
            file_name="名录.csv",
            sha256="ef" * 32,
            size=1,
            created_at=clock.now,
        )
        session.add(job)
    return job.id


def keep_substitution(clock: Clock) -> str:
    """A request for a substitute in 山海关区."""
    with transaction() as session:
        draw_id = session.scalars(select(Draw.id).where(Draw.region == "130303", Draw.kind == "inspectors")).one()
        person = session.scalars(select(Account.person_id).where(Account.username == "dispatcher")).one()
        file = {"name": "a.pdf", "mime": "application/pdf", "size": 1, "stored_by": person, "stored_at": clock.now}
        session.add(Evidence(draw_id=draw_id, sha256="ef" * 32, **file))
        session.flush()
        asked = Substitution(
            id=new_id(),
            draw_id=draw_id,
            objects=["x"],
            leaving="x",
            reason="illness",
            note="测试用的说明",
            evidence="ef" * 32,
            requested_by=person,
            requested_at=clock.now,
        )
        session.add(asked)
    return asked.id


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
                if method == "PATCH" and "upload_id" in rule.arguments:
                    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
                    asked = {"data": b"x", "headers": {**asked["headers"], **piece}}
                if rule.rule.endswith("/evidence"):
                    asked = {"data": b"x", "query_string": {"name": "a.pdf"}, "headers": stranger}
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
