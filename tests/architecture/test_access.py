"""Every route declares its access, and the application refuses to start when one does not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.foundation.access.permissions import ROLES, Permission
from backend.foundation.http import access_of, refuse_undeclared_routes


class TestRefuseUndeclaredRoutes:
    def test_stops_the_start(self, app: Flask) -> None:
        bare = Flask("bare")
        bare.add_url_rule("/open", view_func=lambda: "")
        with pytest.raises(RuntimeError, match="/open"):
            refuse_undeclared_routes(bare)

    def test_lets_the_whole_application_start(self, app: Flask) -> None:
        refuse_undeclared_routes(app)


class TestEveryRoute:
    def test_answers_401_in_one_shape_to_a_stranger(self, app: Flask, client: FlaskClient) -> None:
        tried = 0
        for rule in app.url_map.iter_rules():
            permission = access_of(app.view_functions[rule.endpoint])
            if permission is Permission.PUBLIC:
                continue
            path = rule.rule
            for argument in rule.arguments:
                path = path.replace(f"<{argument}>", "x").replace(f"<string:{argument}>", "x")
                path = path.replace(f"<int:{argument}>", "1")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = client.open(path, method=method)
                assert answer.status_code == 401, (method, path, answer.status_code)
                assert answer.content_type == "application/problem+json"
                tried += 1
        assert tried > 30

    def test_belongs_to_somebody(self) -> None:
        assert set(ROLES) == set(Permission) - {Permission.PUBLIC}
