"""Enrolment codes, the recovery of a vault, the lease, and what ends a phone's sessions, over HTTP."""

import base64
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

import sync
from backend.accounts.models import EnrolmentCode, Replica
from backend.foundation.audit import AuditEvent
from backend.foundation.database import SQLITE_WAIT_MS, db, transaction
from backend.foundation.ids import new_id
from backend.sample_city.loader import PASSWORD
from tests.conftest import Clock
from tests.staff import hire
from tests.stages.accounts.test_routes import spki

SignIn = Callable[..., dict[str, str]]
API = "/api/v1"
SECRET = base64.b64encode(bytes(range(32))).decode()


class Browser:
    """One installation in its own browser: its cookie, its key, its access token."""

    def __init__(self, app: Flask, username: str) -> None:
        self.client, self.username, self.headers = app.test_client(), username, {}
        self.id, self.key = new_id(), ec.generate_private_key(ec.SECP256R1())
        self.public_key = spki(self.key)

    def call(self, method: str, path: str, **request: Any) -> Any:
        return self.client.open(API + path, method=method, headers=self.headers, **request)

    def sign_in(self) -> "Browser":
        body = {"username": self.username, "password": PASSWORD, "replica": self.id}
        self._take(self.call("POST", "/session", json=body))
        return self

    def enrol(self, **more: Any) -> Any:
        body = {"id": self.id, "public_key": self.public_key, "label": "Android · Chrome", **more}
        return self.call("POST", "/replicas", json=body)

    def vouch(self, replica: str, public_key: str) -> str:
        """This phone's signature for a replica that follows on it, as WebCrypto makes it."""
        message = f"suicha replica {replica} {public_key}".encode()
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return base64.urlsafe_b64encode(r.to_bytes(32) + s.to_bytes(32)).decode().rstrip("=")

    def refresh(self) -> Any:
        answer = self.call("POST", "/session/refresh", json={"replica": self.id})
        return self._take(answer) if answer.status_code == 200 else answer

    def bound(self) -> "Browser":
        """Signed in, enrolled, and with a token that names this phone."""
        self.sign_in()
        assert self.enrol().status_code == 201
        assert self.refresh().status_code == 200
        return self

    def _take(self, answer: Any) -> Any:
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['access']}"}
        return answer


@pytest.fixture
def shut(app: Flask) -> Flask:
    """The application where a password alone enrols no phone."""
    services = app.extensions["suicha"]
    app.extensions["suicha"] = replace(services, settings=replace(services.settings, open_enrolment=False))
    return app


@pytest.fixture
def office(client: FlaskClient, sign_in: SignIn) -> Callable[..., Any]:
    """`office("POST", path, body)` as the county's dispatcher."""

    def call(method: str, path: str, body: Any = None, *, who: str = "dispatcher") -> Any:
        return client.open(API + path, method=method, json=body, headers=sign_in(who, fresh=True))

    return call


def account_of(office: Callable[..., Any], username: str) -> str:
    rows = office("GET", "/devices/holders").json["items"]
    return next(row["account"] for row in rows if row["username"] == username)


def new_code(office: Callable[..., Any], username: str = "inspector1") -> dict[str, Any]:
    answer = office("POST", "/devices/codes", {"account": account_of(office, username)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def audited(app: Flask, action: str) -> int:
    with app.app_context():
        return len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)).all())


class TestHolders:
    def test_are_the_inspectors_of_ones_region(self, app: Flask, office: Callable[..., Any]) -> None:
        hire(app, "elsewhere", region="130302", roles=["inspector"])
        assert [row["username"] for row in office("GET", "/devices/holders").json["items"]] == [
            "inspector1",
            "inspector2",
        ]
        city = office("GET", "/devices/holders", who="supervisor").json["items"]
        assert "elsewhere" in {row["username"] for row in city}


class TestIssueCode:
    def test_carries_80_bits_in_groups_that_can_be_read_aloud(self, app: Flask, office: Callable[..., Any]) -> None:
        issued = new_code(office)
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", issued["code"])
        assert issued["url"] == f"/enrol#{issued['code']}"
        assert issued["expires_at"].startswith("2026-11-24T01:00")
        with app.app_context():
            kept = db.session.scalars(select(EnrolmentCode)).one()
            assert issued["code"].replace("-", "") not in (kept.code_hash, kept.id)
        assert audited(app, "accounts.issue_code") == 1

    def test_is_for_inspectors_of_ones_region_only(self, app: Flask, office: Callable[..., Any]) -> None:
        hire(app, "elsewhere", region="130302", roles=["inspector"])
        rows = office("GET", "/devices/holders", who="supervisor").json["items"]
        other = next(row["account"] for row in rows if row["username"] == "elsewhere")
        assert office("POST", "/devices/codes", {"account": other}).status_code == 404
        assert office("POST", "/devices/codes", {"account": new_id()}).status_code == 404
        assert office("POST", "/devices/codes", {"account": other}, who="reviewer").status_code == 403


class TestEnrolWithCode:
    def test_a_password_alone_does_not_do(self, shut: Flask) -> None:
        answer = Browser(shut, "inspector1").sign_in().enrol()
        assert (answer.status_code, answer.json["code"]) == (403, "accounts.code-needed")

    def test_a_code_enrols_one_phone(self, shut: Flask, office: Callable[..., Any]) -> None:
        code = new_code(office)["code"]
        phone = Browser(shut, "inspector1").sign_in()
        assert phone.enrol(code=code.lower().replace("-", " ").replace("0", "o").replace("1", "l")).status_code == 201
        second = Browser(shut, "inspector1").sign_in().enrol(code=code)
        assert (second.status_code, second.json["code"]) == (422, "accounts.code-unknown")
        assert second.json["errors"][0]["pointer"] == "/code"

    def test_a_code_that_several_give_at_once_enrols_one(self, shut: Flask, office: Callable[..., Any]) -> None:
        code = new_code(office)["code"]
        phones = [Browser(shut, "inspector1").sign_in() for _ in range(4)]
        with ThreadPoolExecutor(len(phones)) as pool:
            answers = list(pool.map(lambda phone: phone.enrol(code=code).status_code, phones))
        assert sorted(answers) == [201, 422, 422, 422]

    def test_no_phone_takes_a_name_of_the_office(self, app: Flask) -> None:
        phone = Browser(app, "inspector1").sign_in()
        for phone.id in ("office", sync.office_name(bytes(range(11)))):
            answer = phone.enrol()
            assert (answer.status_code, answer.json["code"]) == (409, "accounts.replica-taken")

    def test_a_lost_answer_costs_no_second_code(self, shut: Flask, office: Callable[..., Any]) -> None:
        code, phone = new_code(office)["code"], Browser(shut, "inspector1").sign_in()
        first = phone.enrol(code=code, recovery=SECRET)
        assert first.json == phone.enrol(code=code, recovery=SECRET).json == phone.enrol().json
        assert audited(shut, "accounts.enrol_replica") == audited(shut, "accounts.keep_recovery") == 1

    def test_an_enrolled_phone_takes_a_new_replica_after_a_fork(self, shut: Flask, office: Callable[..., Any]) -> None:
        phone = Browser(shut, "inspector1").sign_in()
        assert phone.enrol(code=new_code(office)["code"]).status_code == 201
        fork = {"id": new_id(), "public_key": spki(ec.generate_private_key(ec.SECP256R1()))}
        voucher = phone.vouch(fork["id"], fork["public_key"])
        assert phone.enrol(**fork, voucher=voucher).json["code"] == "accounts.code-needed"
        assert phone.refresh().status_code == 200
        assert phone.enrol(**fork, voucher=voucher).status_code == 201

    def test_a_stolen_password_and_the_name_of_a_phone_do_not_do(self, shut: Flask, office: Callable[..., Any]) -> None:
        phone = Browser(shut, "inspector1").sign_in()
        assert phone.enrol(code=new_code(office)["code"]).status_code == 201
        thief = Browser(shut, "inspector1").sign_in()
        (seen,) = thief.call("GET", "/me/devices").json["items"]
        mine, thief.id = thief.id, seen["id"]
        thief.sign_in()
        other = Browser(shut, "inspector1")
        vouchers = (None, thief.vouch(mine, thief.public_key), phone.vouch(mine, other.public_key))
        for voucher in vouchers:
            answer = thief.enrol(id=mine, voucher=voucher)
            assert (answer.status_code, answer.json["code"]) == (403, "accounts.code-needed")

    @pytest.mark.parametrize("fault", ["wrong", "foreign", "expired", "replaced"])
    def test_every_other_code_gets_the_same_answer(
        self, shut: Flask, office: Callable[..., Any], clock: Clock, fault: str
    ) -> None:
        code = new_code(office, "inspector2" if fault == "foreign" else "inspector1")["code"]
        if fault == "wrong":
            code = code[:-1] + ("0" if code[-1] != "0" else "1")
        if fault == "expired":
            clock.advance(hours=24)
        if fault == "replaced":
            new_code(office)
        answer = Browser(shut, "inspector1").sign_in().enrol(code=code)
        assert (answer.status_code, answer.json["code"]) == (422, "accounts.code-unknown")
        with shut.app_context():
            assert db.session.scalars(select(Replica)).all() == []

    def test_every_public_key_that_is_none_is_refused_by_name(self, app: Flask) -> None:
        phone = Browser(app, "inspector1").sign_in()
        good = base64.b64decode(phone.public_key)
        # The first bytes say which algorithm and curve; one bit off is some other, or nothing at all.
        for place in range(30):
            broken = bytes(byte ^ (index == place) for index, byte in enumerate(good))
            answer = phone.enrol(public_key=base64.b64encode(broken).decode())
            assert (answer.status_code, answer.json["code"]) == (422, "accounts.bad-public-key")

    def test_a_code_that_is_given_must_be_right_also_where_none_is_needed(self, app: Flask) -> None:
        answer = Browser(app, "inspector1").sign_in().enrol(code="0000-0000-0000-0000")
        assert answer.json["code"] == "accounts.code-unknown"


class TestRecovery:
    def phone(self, app: Flask) -> Browser:
        phone = Browser(app, "inspector1").sign_in()
        assert phone.enrol(recovery=SECRET).status_code == 201
        return phone

    def recover(self, phone: Browser, replica: str, password: str = PASSWORD) -> Any:
        return phone.call("POST", f"/replicas/{replica}/recovery", json={"password": password})

    def test_comes_back_to_the_owner_against_the_password(self, app: Flask) -> None:
        phone = self.phone(app)
        assert self.recover(phone, phone.id).json == {"recovery": SECRET}
        assert audited(app, "accounts.reveal_recovery") == 1
        other = Browser(app, "inspector2").sign_in()
        assert self.recover(other, phone.id).status_code == 404

    def test_waits_after_five_wrong_passwords_and_signing_in_does_not(self, app: Flask, clock: Clock) -> None:
        phone = self.phone(app)
        for _ in range(5):
            wrong = self.recover(phone, phone.id, "no")
            assert (wrong.status_code, wrong.json["code"]) == (422, "accounts.wrong-password")
        assert self.recover(phone, phone.id).json["code"] == "accounts.account-locked"
        body = {"username": "inspector1", "password": PASSWORD}
        assert phone.call("POST", "/session", json=body).status_code == 200
        assert self.recover(phone, phone.id).status_code == 429, "to sign in clears no other count"
        clock.advance(minutes=1)
        assert self.recover(phone, phone.id).json == {"recovery": SECRET}

    def test_is_gone_with_the_phone(self, app: Flask, office: Callable[..., Any]) -> None:
        phone = self.phone(app)
        office("POST", f"/devices/{phone.id}/revoke", {"reason": "丢失", "lost": True})
        answer = self.recover(phone.sign_in(), phone.id)
        assert (answer.status_code, answer.json["code"]) == (410, "accounts.replica-revoked")

    def test_can_be_handed_in_later_and_anew(self, app: Flask) -> None:
        phone = Browser(app, "inspector1").bound()
        assert self.recover(phone, phone.id).status_code == 404
        newer = base64.b64encode(bytes(32)).decode()
        for secret in (SECRET, newer):
            phone.enrol(recovery=secret)
        assert self.recover(phone, phone.id).json == {"recovery": newer}

    def test_lies_encrypted_and_tied_to_its_phone(self, app: Flask) -> None:
        one, two = self.phone(app), self.phone(app)
        with app.app_context(), transaction() as session:
            sealed = session.get_one(Replica, one.id).recovery
            assert sealed is not None
            assert bytes(range(32)) not in base64.b64decode(sealed)
            assert SECRET.encode() not in base64.b64decode(sealed)
            session.execute(update(Replica).where(Replica.id == two.id).values(recovery=sealed))
        # Moved to another row it does not open: a fault, and not somebody else's key.
        assert self.recover(two, two.id).status_code == 500


class TestLease:
    def test_is_for_enrolled_phones(self, app: Flask) -> None:
        phone = Browser(app, "inspector1").sign_in()
        assert phone.refresh().json["lease"] is None
        assert phone.enrol().status_code == 201
        lease = {"not_after": "2026-11-26T01:00:00+00:00"}
        assert phone.refresh().json["lease"] == lease
        body = {"username": "inspector1", "password": PASSWORD, "replica": phone.id}
        assert phone.call("POST", "/session", json=body).json["lease"] == lease


class TestRevoke:
    def revoke(self, office: Callable[..., Any], phone: Browser, **more: Any) -> Any:
        return office("POST", f"/devices/{phone.id}/revoke", {"reason": "出租车上丢失", "lost": True, **more})

    def test_ends_every_session_of_that_phone_at_the_next_request(self, app: Flask, office: Callable[..., Any]) -> None:
        lost, kept = Browser(app, "inspector1").bound(), Browser(app, "inspector1").bound()
        assert self.revoke(office, lost).json["state"] == "revoked"
        assert lost.call("GET", "/me").status_code == 401
        assert lost.refresh().json["code"] == "accounts.replica-revoked"
        assert kept.call("GET", "/me").status_code == 200
        assert kept.refresh().status_code == 200

    def test_reaches_the_token_that_was_given_before_the_phone_was_enrolled(
        self, app: Flask, office: Callable[..., Any]
    ) -> None:
        phone = Browser(app, "inspector1").sign_in()
        assert phone.enrol().status_code == 201
        self.revoke(office, phone)
        assert phone.call("GET", "/me").status_code == 401

    def test_lets_the_person_sign_in_and_the_phone_not_enrol(self, app: Flask, office: Callable[..., Any]) -> None:
        phone = Browser(app, "inspector1").bound()
        self.revoke(office, phone)
        phone.sign_in()
        assert phone.call("GET", "/me").status_code == 200
        assert phone.enrol().json["code"] == "accounts.replica-revoked"
        assert phone.refresh().json["lease"] is None

    def test_outruns_a_renewal_under_way(self, app: Flask, office: Callable[..., Any], sign_in: SignIn) -> None:
        for _ in range(3):
            phone = Browser(app, "inspector1").bound()
            path, body = f"{API}/devices/{phone.id}/revoke", {"reason": "丢失", "lost": True}
            revoke = partial(app.test_client().post, path, json=body, headers=sign_in("dispatcher"))
            with ThreadPoolExecutor(2) as pool:
                renewal, revocation = pool.submit(phone.refresh), pool.submit(revoke)
            assert revocation.result().status_code == 200
            assert renewal.result().status_code in (200, 410)
            assert phone.call("GET", "/me").status_code == 401
            assert phone.refresh().status_code == 410

    def test_twice_keeps_the_first_reason(self, app: Flask, office: Callable[..., Any]) -> None:
        phone = Browser(app, "inspector1").bound()
        self.revoke(office, phone)
        assert self.revoke(office, phone, reason="又一次", lost=False).status_code == 200
        with app.app_context():
            replica = db.session.get_one(Replica, phone.id)
            assert (replica.revoked_reason, replica.lost) == ("出租车上丢失", True)
        assert audited(app, "accounts.revoke_replica") == 1

    def test_is_for_the_owner_and_the_office_above(self, app: Flask, office: Callable[..., Any]) -> None:
        phone, colleague = Browser(app, "inspector1").bound(), Browser(app, "inspector2").bound()
        hire(app, "afar", region="130302", roles=["dispatcher"])
        path, body = f"/devices/{phone.id}/revoke", {"reason": "换新", "lost": False}
        assert colleague.call("POST", path, json=body).status_code == 404
        assert office("POST", path, body, who="afar").status_code == 404
        assert office("POST", path, body, who="reviewer").status_code == 404
        assert phone.call("POST", path, json={"reason": "", "lost": False}).status_code == 422
        assert phone.call("POST", path, json=body).status_code == 200
        assert phone.call("GET", "/me").status_code == 401


class TestSignOut:
    def test_from_afar_leaves_the_phone_enrolled(self, app: Flask, office: Callable[..., Any]) -> None:
        phone = Browser(app, "inspector1").bound()
        assert office("POST", f"/devices/{phone.id}/sign-out").status_code == 204
        assert phone.call("GET", "/me").status_code == 401
        assert phone.refresh().status_code == 401
        phone.sign_in()
        assert phone.enrol().status_code == 201
        assert audited(app, "accounts.end_sessions") == 1

    def test_of_oneself_ends_the_access_token_too(self, app: Flask) -> None:
        phone = Browser(app, "inspector1").bound()
        assert phone.call("DELETE", "/session").status_code == 204
        assert phone.call("GET", "/me").status_code == 401


class TestLastSeen:
    def seen(self, app: Flask, phone: Browser) -> Any:
        with app.app_context():
            return db.session.get_one(Replica, phone.id).last_seen_at

    def test_follows_the_phones_requests_by_the_minute(self, app: Flask, clock: Clock) -> None:
        phone = Browser(app, "inspector1").bound()
        enrolled = clock.now
        clock.advance(seconds=59)
        phone.call("GET", "/me")
        assert self.seen(app, phone) == enrolled
        clock.advance(seconds=1)
        phone.call("GET", "/me")
        assert self.seen(app, phone) == clock.now

    def test_keeps_no_reader_waiting_for_a_writer(self, app: Flask, clock: Clock) -> None:
        phone = Browser(app, "inspector1").bound()
        enrolled = clock.now
        clock.advance(minutes=2)
        with app.app_context(), transaction() as session:
            # Another long write holds the row, on SQLite the whole database.
            session.execute(update(Replica).where(Replica.id == phone.id).values(label="改名"))
            began = time.monotonic()
            assert phone.call("GET", "/me").status_code == 200
            assert time.monotonic() - began < SQLITE_WAIT_MS / 2000
        assert self.seen(app, phone) == enrolled
        phone.call("GET", "/me")
        assert self.seen(app, phone) == clock.now
