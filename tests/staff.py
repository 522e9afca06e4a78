"""People whom the sample city does not have, and a look at everything that the database holds."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from sqlalchemy import Table, select
from werkzeug.routing import Rule

from backend.accounts.models import Account, Body, Person
from backend.foundation.database import db, transaction
from backend.models import METADATA


def hire(app: Flask, username: str, *, region: str, roles: Iterable[str]) -> str:
    """A new person of a region's bureau with an account and the demo password; the person's id."""
    with app.app_context(), transaction() as session:
        body = session.scalars(select(Body).where(Body.region == region)).one()
        model = session.scalars(select(Account).where(Account.username == "planner")).one()
        person = Person(name=f"测试{username}", body_code=body.code)
        session.add(person)
        session.flush()
        session.add(
            Account(
                username=username, password_hash=model.password_hash, person_id=person.id, roles=[str(r) for r in roles]
            )
        )
        return person.id


def dump(app: Flask, *, without: frozenset[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those left out, in the order of its primary key."""

    def rows(table: Table) -> list[tuple[Any, ...]]:
        found = db.session.execute(select(table).order_by(*table.primary_key.columns))
        return [tuple(row) for row in found]

    with app.app_context():
        db.session.rollback()
        tables = {name: rows(table) for name, table in METADATA.tables.items() if name not in without}
        db.session.rollback()
        return tables


def path_of(rule: Rule, argument: str = "x") -> str:
    """An address that the rule answers to."""
    return re.sub(r"<int:\w+>", "1", re.sub(r"<(?:path:|string:)?\w+>", argument, rule.rule))


def methods_of(rule: Rule) -> set[str]:
    """The methods that somebody wrote; Flask adds HEAD to GET, and OPTIONS to everything."""
    methods = set(rule.methods or ())
    return methods - {"OPTIONS"} - ({"HEAD"} if "GET" in methods else set())
