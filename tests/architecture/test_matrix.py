"""Who gets in where: the table that people agreed on, tried out on every route of the running application."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from backend.accounts.queries import find_account
from backend.foundation.access.permissions import ROLES, Permission, allows
from backend.foundation.database import db
from backend.foundation.http import access_of
from schemas.vocabulary import Role
from tests.staff import hire, methods_of, path_of

OFFICE = {
    Permission.SIGNED_IN,
    Permission.REGISTRY_READ,
    Permission.RECUSAL_READ,
    Permission.PLAN_READ,
    Permission.DRAW_READ,
    Permission.NOTICE_READ,
}
LIAISON = {
    Permission.REGISTRY_EXCHANGE,
    Permission.REGISTRY_MAINTAIN,
    Permission.REGISTRY_ITEMS_MAINTAIN,
    Permission.REGISTRY_FEED,
    Permission.RECUSAL_RAISE,
}
INSPECTOR = {Permission.RECUSAL_READ, Permission.RECUSAL_RAISE}
FIELD = {
    Permission.SIGNED_IN,
    Permission.FIELDWORK,
    Permission.FILE_SEND,
    Permission.RECORD_READ,
    Permission.RESCUE,
}
# Written out, so that a slip in the policy shows here and not only in what it opens.
MAY = {
    "planner": OFFICE
    | LIAISON
    | {Permission.PLAN_DRAFT, Permission.PLAN_ANSWER, Permission.PLAN_PUBLISH, Permission.DRAW_OPERATE},
    "dispatcher": OFFICE | {Permission.DEVICES, Permission.DRAW_OPERATE},
    "inspector1": INSPECTOR | FIELD,
    "inspector2": INSPECTOR | FIELD,
    "reviewer": OFFICE
    | {
        Permission.DRAW_KEEP_CODE,
        Permission.FILE_SEND,
        Permission.RECORD_READ,
        Permission.RESCUE,
        Permission.REVIEW_READ,
        Permission.REVIEW_DECIDE,
    },
    "supervisor": OFFICE
    | {
        Permission.DEVICES,
        Permission.PLAN_APPROVE,
        Permission.DRAW_KEEP_CODE,
        Permission.DRAW_VOID,
        Permission.SUBSTITUTION_DECIDE,
        Permission.RECORD_READ,
        Permission.REVIEW_READ,
        Permission.SIGN_OFF,
    },
}


def guarded(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Every route that asks who is there, with each of its methods."""
    for rule in app.url_map.iter_rules():
        permission = access_of(app.view_functions[rule.endpoint])
        assert permission is not None
        if permission is not Permission.PUBLIC:
            for method in sorted(methods_of(rule)):
                yield rule, method, permission


class TestPolicy:
    def test_gives_the_demo_people_what_was_agreed(self, app: Flask) -> None:
        for username, agreed in MAY.items():
            with app.app_context():
                account = find_account(db.session(), username=username)
                assert account is not None
                roles = frozenset(Role(role) for role in account.roles)
                db.session.rollback()
            assert {permission for permission in ROLES if allows(permission, roles)} == agreed, username


class TestEveryRoute:
    @pytest.mark.parametrize("username", MAY)
    def test_opens_to_those_whose_role_allows_it(
        self, app: Flask, client: FlaskClient, sign_in: Callable[..., dict[str, str]], username: str
    ) -> None:
        headers, tried = sign_in(username), 0
        for rule, method, permission in guarded(app):
            answer = client.open(path_of(rule), method=method, headers=headers)
            told = (method, rule.rule, answer.status_code, answer.text)
            assert (answer.status_code == 403) == (permission not in MAY[username]), told
            assert answer.status_code < 500, told
            tried += 1
        assert tried > 40

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}])
    def test_is_shut_to_strangers(self, app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
        for rule, method, _ in guarded(app):
            answer = client.open(path_of(rule), method=method, headers=headers)
            assert answer.status_code == 401, (method, rule.rule)
            assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_is_shut_to_an_account_without_roles_but_for_itself(
        self, app: Flask, client: FlaskClient, sign_in: Callable[..., dict[str, str]]
    ) -> None:
        hire(app, "nobody", region="130303", roles=[])
        headers = sign_in("nobody")
        for rule, method, _ in guarded(app):
            assert client.open(path_of(rule), method=method, headers=headers).status_code == 403, (method, rule.rule)
