"""The edge: what is no proper request is refused in one shape, on either database, before anything is written."""

import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.draws.problems import BundleRejected
from backend.foundation import database, http
from backend.foundation.database import db
from backend.foundation.problems import NotFound
from backend.sample_city import loader

SignIn = Callable[..., dict[str, str]]
SESSION = "/api/v1/session"


def refused(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, which must be problem+json."""
    assert answer.content_type == "application/problem+json", answer.text
    return answer.status_code, answer.json["code"]


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"{", id="unfinished"),
            pytest.param(b"\xff\xfe{}", id="not-utf-8"),
            pytest.param(b"[" * 200_000, id="deep"),
            pytest.param(b'{"username": NaN, "password": "x"}', id="not-a-number"),
            pytest.param(b'{"username": ' + b"9" * 5000 + b"}", id="long-number"),
        ],
    )
    def test_that_is_no_json_is_refused(self, client: FlaskClient, body: bytes) -> None:
        answer = client.post(SESSION, data=body, content_type="application/json")
        assert refused(answer) == (400, "foundation.not-json")

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
    def test_of_another_type_is_refused(self, client: FlaskClient, kind: str | None) -> None:
        body = b'{"username": "planner", "password": "suicha-demo-2026"}'
        assert refused(client.post(SESSION, data=body, content_type=kind)) == (415, "http.415")
        assert refused(client.post(f"{SESSION}/refresh", data=b"{}", content_type=kind)) == (415, "http.415")

    def test_that_is_too_large_is_refused(self, client: FlaskClient) -> None:
        body = json.dumps({"username": "x" * 3_000_000, "password": "x"}).encode()
        assert refused(client.post(SESSION, data=body, content_type="application/json")) == (413, "http.413")

    @pytest.mark.parametrize("value", [[], "text", 3, None, True])
    def test_that_is_no_object_is_refused(self, client: FlaskClient, value: Any) -> None:
        answer = client.post(SESSION, data=json.dumps(value), content_type="application/json")
        assert refused(answer) == (422, "foundation.invalid-input")

    @pytest.mark.parametrize("word", ["a\x00b", "a\ud800b", "a\x1bb"])
    def test_with_text_that_no_database_holds_is_refused(self, client: FlaskClient, word: str) -> None:
        body = json.dumps({"username": word, "password": "x"})
        answer = client.post(SESSION, data=body, content_type="application/json")
        assert refused(answer) == (422, "foundation.invalid-input")
        assert answer.json["errors"][0]["pointer"] == "/username"

    def test_names_an_unknown_field(self, client: FlaskClient) -> None:
        answer = client.post(SESSION, json={"username": "x", "password": "x", "admin": True})
        assert answer.json["errors"] == [{"pointer": "/admin", "code": "invalid", "message": "Unknown field."}]


class TestAddress:
    @pytest.mark.parametrize("sign", ["%00", "%0a", "%1b", "%7f"])
    @pytest.mark.parametrize(
        "path",
        [
            "/api/v1/plans/{}",
            "/api/v1/objects?q=a{}",
            "/api/v1/objects?{}=a",
            "/portal/v1/results?q=ab{}",
            "/portal/v1/draws/{}/bundle",
            "/office/{}",
        ],
    )
    def test_has_no_control_characters(self, client: FlaskClient, sign_in: SignIn, path: str, sign: str) -> None:
        answer = client.get(path.format(sign), headers=sign_in("planner"))
        assert refused(answer) == (422, "foundation.invalid-input")

    @pytest.mark.parametrize("path", ["/api/v1/objects", "/api/v1/plans", "/portal/v1/plans", "/api/v1/notices"])
    def test_has_no_parameter_that_nobody_reads(self, client: FlaskClient, sign_in: SignIn, path: str) -> None:
        answer = client.get(f"{path}?sort=name", headers=sign_in("planner"))
        assert refused(answer) == (422, "foundation.invalid-input")
        assert [error["pointer"] for error in answer.json["errors"]] == ["/sort"]

    @pytest.mark.parametrize(
        "path", ["/api/v1/reviews?region=130303%0A", "/api/v1/objects?region=130303%0A", "/api/v1/reviews?view=all"]
    )
    def test_has_only_values_that_fit(self, client: FlaskClient, sign_in: SignIn, path: str) -> None:
        assert client.get(path, headers=sign_in("reviewer")).status_code == 422

    def test_of_nothing_is_said_so(self, client: FlaskClient) -> None:
        assert refused(client.get("/api/v1/nothing")) == (404, "http.404")
        answer = client.post("/healthz")
        assert refused(answer) == (405, "http.405")
        assert "GET" in answer.headers["Allow"]


class TestHealth:
    def test_names_the_server_to_anybody_and_is_never_kept(self, client: FlaskClient) -> None:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json) == (200, {"status": "ok", "app": "suicha"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.data) < 64


class TestBusyDatabase:
    def test_asks_to_come_again_and_changes_nothing(
        self, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.app_context():
            url = db.engine.url
            if url.get_backend_name() != "sqlite":
                pytest.skip("only SQLite has one writer at a time")
            db.session.remove()
            db.engine.dispose()
        monkeypatch.setattr(database, "SQLITE_WAIT_MS", 50)
        person = {"username": "planner", "password": loader.PASSWORD}
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as other:
            other.execute("begin immediate")
            answer = client.post(SESSION, json=person)
            assert refused(answer) == (503, "foundation.busy")
            assert answer.headers["Retry-After"] == "5"
            other.execute("rollback")
        assert client.post(SESSION, json=person).status_code == 200


class TestProblemResponse:
    def test_logs_an_alarm_and_nothing_else(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        log = Mock(spec=logging.Logger)
        monkeypatch.setattr(http, "log", log)
        with app.test_request_context():
            http.problem_response(NotFound())
            assert log.mock_calls == []
            http.problem_response(BundleRejected("", "altered"))
        log.error.assert_called_once_with("problem.alarm", code="draws.bundle-rejected", detail="altered")


class TestSite:
    def test_gives_the_app_for_its_pages_and_nothing_for_a_missing_file(self, app: Flask, tmp_path: Path) -> None:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "index.html").write_text("the app")
        client = app.test_client()
        # The address of a result ends with the code of its object, after a dot.
        for page in ("/office/tasks/1", "/results/01a1fec3-3271-73a0-abc6-3ef7dc9c8fc8.91130303MAY0110073"):
            assert client.get(page, buffered=True).text == "the app"
        for missing in ("/assets/index-1.js", "/app.webmanifest", "/api/v1/nothing"):
            assert client.get(missing).status_code == 404

    def test_sends_what_was_packed_to_who_takes_it(self, app: Flask, tmp_path: Path) -> None:
        (tmp_path / "site" / "assets").mkdir(parents=True)
        for end in ("", ".br", ".gz"):
            (tmp_path / "site" / "assets" / f"a.js{end}").write_text(f"packed{end}")
        client = app.test_client()
        found, tags = {}, set()
        for takes in ("br, gzip", "gzip", "br;q=0, gzip", "identity", None):
            answer = client.get("/assets/a.js", headers={"Accept-Encoding": takes} if takes else {}, buffered=True)
            tags.add(answer.headers["ETag"])
            found[takes] = (answer.text, answer.headers.get("Content-Encoding"))
            assert (answer.mimetype, answer.headers["Vary"]) == ("text/javascript", "Accept-Encoding")
        plain, brotli, gzip = ("packed", None), ("packed.br", "br"), ("packed.gz", "gzip")
        assert list(found.values()) == [brotli, gzip, gzip, plain, plain]
        assert len(tags) == 3
