"""Every problem has its words, its status and one shape."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.foundation.access.permissions import Permission
from backend.foundation.http import endpoint, problem_response
from backend.foundation.problems import NotFound, Problem


def every(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    for child in kind.__subclasses__():
        yield child
        yield from every(child)


class TestEveryProblem:
    def test_declares_slug_titles_and_status(self, app: Flask) -> None:
        kinds = list(every())
        assert len(kinds) > 15
        for kind in kinds:
            assert 400 <= kind.status < 500 or kind.alarm, kind
            for word in ("slug", "title", "title_en"):
                assert word in vars(kind), f"{kind.__qualname__} declares no {word}"
        codes = [kind.code() for kind in kinds]
        assert len(codes) == len(set(codes))

    @pytest.mark.parametrize(("language", "title"), [("zh-CN", "没有找到"), ("en", "Not found"), ("fr", "没有找到")])
    def test_speaks_the_readers_language(self, app: Flask, language: str, title: str) -> None:
        with app.test_request_context(headers={"Accept-Language": language}):
            body = problem_response(NotFound()).json
        assert body is not None
        assert body["title"] == title
        assert body["code"] == "foundation.not-found"

    def test_hides_faults_but_names_the_request(self, app: Flask, client: FlaskClient) -> None:
        @app.get("/api/v1/broken")
        @endpoint(Permission.PUBLIC)
        def broken(ctx: object) -> None:
            raise ValueError("a secret detail")

        answer = client.get("/api/v1/broken")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.json["instance"].endswith(answer.headers["X-Request-Id"])
