"""公示审批 over HTTP: the supervisor's signature under exactly the sealed record."""

import base64
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.foundation.audit import AuditEvent, find_break
from backend.foundation.database import db
from backend.foundation.outbox import OutboxMessage
from tests.stages.fieldwork.phone import Phone, must, photo_bytes
from tests.stages.reviews.desk import SIGNATURE, Desk
from tests.stages.reviews.test_decisions import give_role

SignIn = Callable[..., dict[str, str]]


@pytest.fixture
def supervisor(client: FlaskClient, sign_in: SignIn, phone: Phone) -> Desk:
    """The supervisor at a record that the reviewer has approved."""
    must(Desk(client, sign_in("reviewer"), phone.inspection).post("approve", rev=1))
    return Desk(client, sign_in("supervisor"), phone.inspection)


class TestSignOff:
    def test_finds_nothing_outside_the_jurisdiction(self, app: Flask, supervisor: Desk) -> None:
        give_role(app, "supervisor", region="130321")
        body = {"rev": 1, "digest": "0" * 64, "signature": SIGNATURE}
        assert supervisor.post("sign-off", **body).status_code == 404

    def test_refuses_a_reviewer_without_the_role(self, client: FlaskClient, sign_in: SignIn, supervisor: Desk) -> None:
        assert Desk(client, sign_in("reviewer"), supervisor.inspection).sign_off().status_code == 403

    @pytest.mark.parametrize("username", ["reviewer", "inspector1"])
    def test_refuses_whoever_reviewed_or_inspected(
        self, app: Flask, client: FlaskClient, sign_in: SignIn, supervisor: Desk, username: str
    ) -> None:
        give_role(app, username, "supervisor")
        answer = Desk(client, sign_in(username), supervisor.inspection).sign_off()
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.separation-of-duties")
        assert supervisor.read()["sign_off"] is None

    @pytest.mark.parametrize(
        "signature",
        [
            pytest.param(base64.b64encode(photo_bytes(1)).decode(), id="jpeg"),
            pytest.param(base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 60).decode(), id="broken"),
            pytest.param(SIGNATURE[:200], id="cut-short"),
            pytest.param(base64.b64encode(photo_bytes(1, size=(3000, 3000), kind="PNG")).decode(), id="huge"),
            pytest.param("data:image/png;base64," + SIGNATURE, id="data-address"),
            pytest.param("", id="empty"),
            pytest.param("A" * 300_000, id="too-long"),
        ],
    )
    def test_refuses_a_bad_picture(self, supervisor: Desk, signature: str) -> None:
        assert supervisor.sign_off(signature=signature).status_code == 422
        assert supervisor.read()["inspection"]["state"] == "approved"

    def test_refuses_another_digest(self, supervisor: Desk) -> None:
        answer = supervisor.sign_off(digest="0" * 64)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.digest-mismatch")

    def test_refuses_another_revision(self, supervisor: Desk) -> None:
        answer = supervisor.sign_off(rev=2)
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.stale-revision")

    def test_refuses_a_record_that_was_not_approved(self, client: FlaskClient, sign_in: SignIn, phone: Phone) -> None:
        answer = Desk(client, sign_in("supervisor"), phone.inspection).sign_off()
        assert (answer.status_code, answer.json["code"]) == (409, "reviews.already-decided")

    def test_refuses_twice(self, supervisor: Desk) -> None:
        must(supervisor.sign_off())
        assert supervisor.sign_off().status_code == 409

    def test_signs_and_says_so_to_publication(self, app: Flask, supervisor: Desk) -> None:
        before = supervisor.read()
        assert before["may"]["sign_off"]
        record = must(supervisor.sign_off()).json
        assert record["sign_off"]["supervisor"] == "龚示"
        assert record["inspection"]["state"] == "signed_off"
        assert supervisor.read()["inspection"]["state"] == "published"
        with app.app_context():
            message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "record.signed_off")).one()
            assert message.payload == {"inspection_id": supervisor.inspection, "rev": 1}
            assert message.last_error is None
            actions = db.session.scalars(
                select(AuditEvent.action).where(AuditEvent.subject_id == supervisor.inspection)
            ).all()
            assert {"fieldwork.review.approve", "reviews.sign_off", "fieldwork.published"} <= set(actions)
            assert find_break(db.session()) is None
