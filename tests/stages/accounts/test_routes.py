"""Signing in, keeping a session alive, and enrolling a phone, over HTTP."""

import base64
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.models import Account
from backend.foundation.database import db, transaction
from backend.foundation.ids import new_id
from backend.sample_city.loader import PASSWORD
from tests.conftest import Clock

SignIn = Callable[..., dict[str, str]]


def post_session(client: FlaskClient, username: str = "planner", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/api/v1/session", json={"username": username, "password": password, **more})


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class TestOpenSession:
    def test_refuses_a_wrong_password_and_an_unknown_name_alike(self, client: FlaskClient) -> None:
        wrong, unknown = post_session(client, password="no"), post_session(client, username="nobody")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json["code"] == unknown.json["code"] == "accounts.wrong-credentials"

    def test_names_the_missing_field(self, client: FlaskClient) -> None:
        answer = client.post("/api/v1/session", json={"username": "planner", "extra": 1})
        assert answer.status_code == 422
        assert answer.content_type == "application/problem+json"
        assert {error["pointer"] for error in answer.json["errors"]} == {"/password", "/extra"}

    def test_says_who_signed_in_and_keeps_the_refresh_token_from_scripts(self, client: FlaskClient) -> None:
        answer = post_session(client, username="inspector1")
        assert answer.json["me"]["roles"] == ["inspector"]
        assert answer.json["me"]["region_name"] == "山海关区"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert cookie.split("=", 1)[1].split(";")[0] not in answer.text


class TestAccessToken:
    def test_expires_after_ten_minutes(self, client: FlaskClient, sign_in: SignIn, clock: Clock) -> None:
        headers = sign_in("planner")
        assert client.get("/api/v1/me", headers=headers).status_code == 200
        clock.advance(minutes=10)
        answer = client.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "foundation.not-signed-in")

    @pytest.mark.parametrize(
        "change", ["none", "hs256", "other-key", "audience", "issuer", "type", "jwk", "future", "kid"]
    )
    def test_refuses_every_forgery(
        self, client: FlaskClient, sign_in: SignIn, app: Flask, clock: Clock, change: str
    ) -> None:
        real = sign_in("planner")["Authorization"].split()[1]
        claims = jwt.decode(real, options={"verify_signature": False})
        key: Any = app.extensions["suicha"].token_key.private
        headers, algorithm = {"typ": "at+jwt", "kid": "k1"}, "EdDSA"
        match change:
            case "none":
                key, algorithm = None, "none"
            case "hs256":
                key, algorithm = "k" * 64, "HS256"
            case "other-key":
                key = ed25519.Ed25519PrivateKey.generate()
            case "audience":
                claims["aud"] = "elsewhere"
            case "issuer":
                claims["iss"] = "elsewhere"
            case "type":
                headers["typ"] = "JWT"
            case "jwk":
                headers["jku"] = "https://elsewhere.example/keys"
            case "future":
                claims["iat"] += 3600
                claims["exp"] += 3600
            case "kid":
                headers["kid"] = "k2"
        forged = jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {real}"}).status_code == 200
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401

    def test_ends_at_once_when_the_account_is_closed(self, client: FlaskClient, sign_in: SignIn, app: Flask) -> None:
        headers = sign_in("planner")
        with app.app_context(), transaction() as session:
            session.query(Account).filter_by(username="planner").one().active = False
        assert client.get("/api/v1/me", headers=headers).status_code == 401


class TestProlongSession:
    def refresh(self, client: FlaskClient, token: str) -> Any:
        client.set_cookie("suicha_refresh", token, path="/api/v1")
        return client.post("/api/v1/session/refresh", json={})

    def token(self, answer: Any) -> str:
        return str(answer.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])

    def test_rotates(self, client: FlaskClient) -> None:
        first = self.token(post_session(client))
        answer = self.refresh(client, first)
        assert answer.status_code == 200
        assert self.token(answer) != first

    def test_gives_the_same_successor_when_the_answer_was_lost(self, client: FlaskClient, clock: Clock) -> None:
        first = self.token(post_session(client))
        second = self.token(self.refresh(client, first))
        clock.advance(seconds=59)
        assert self.token(self.refresh(client, first)) == second

    @pytest.mark.parametrize("theft", ["late", "grandparent"])
    def test_ends_the_family_on_any_other_reuse(self, client: FlaskClient, clock: Clock, theft: str) -> None:
        first = self.token(post_session(client))
        second = self.token(self.refresh(client, first))
        latest = second
        if theft == "late":
            clock.advance(seconds=61)
        else:
            latest = self.token(self.refresh(client, second))
        assert self.refresh(client, first).status_code == 401
        assert self.refresh(client, latest).json["code"] == "accounts.session-ended"

    def test_refuses_an_unknown_token(self, client: FlaskClient) -> None:
        assert self.refresh(client, "made-up").status_code == 401

    def test_ends_with_sign_out(self, client: FlaskClient) -> None:
        token = self.token(post_session(client))
        assert client.delete("/api/v1/session").status_code == 204
        assert self.refresh(client, token).status_code == 401


class TestEnrol:
    def body(self, **change: Any) -> dict[str, Any]:
        return {"id": new_id(), "public_key": spki(ec.generate_private_key(ec.SECP256R1())), "label": "手机", **change}

    def test_needs_a_signed_in_person(self, client: FlaskClient) -> None:
        assert client.post("/api/v1/replicas", json=self.body()).status_code == 401

    def test_refuses_another_curve(self, client: FlaskClient, sign_in: SignIn) -> None:
        other = self.body(public_key=spki(ec.generate_private_key(ec.SECP384R1())))
        answer = client.post("/api/v1/replicas", json=other, headers=sign_in("inspector1"))
        assert (answer.status_code, answer.json["code"]) == (422, "accounts.bad-public-key")

    def test_refuses_an_id_that_another_person_has(self, client: FlaskClient, sign_in: SignIn) -> None:
        body = self.body()
        assert client.post("/api/v1/replicas", json=body, headers=sign_in("inspector1")).status_code == 201
        answer = client.post("/api/v1/replicas", json=body, headers=sign_in("inspector2"))
        assert (answer.status_code, answer.json["code"]) == (409, "accounts.replica-taken")

    def test_enrols_once_however_often_it_is_asked(self, client: FlaskClient, sign_in: SignIn, app: Flask) -> None:
        body, headers = self.body(), sign_in("inspector1")
        first = client.post("/api/v1/replicas", json=body, headers=headers)
        again = client.post("/api/v1/replicas", json=body, headers=headers)
        assert first.status_code == again.status_code == 201
        assert first.json == again.json
        bound = client.post("/api/v1/session/refresh", json={"replica": body["id"]})
        claims = jwt.decode(bound.json["access"], options={"verify_signature": False})
        assert claims["rep"] == body["id"]
        with app.app_context():
            assert db.session().get(Account, claims["sub"]) is not None
