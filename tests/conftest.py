"""Shared fixtures: a real application on a real database with the sample city, a clock to move, and people to sign in.

SUICHA_TEST_POSTGRES=1 runs the same tests on PostgreSQL (see tests/postgres.py); SUICHA_LONG=1 adds the long ones.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from backend import schema
from backend.app import create_app
from backend.foundation.config import Settings
from backend.foundation.database import db
from backend.sample_city import loader
from tests.postgres import cluster, create_database

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
# A hash says how costly it is to verify; at the usual cost signing in would be half of what a test takes.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "a-secret-only-for-tests-0123456789abcdef"
# How long an example takes says how busy the machine is; speed is measured in tests/bench.
settings.register_profile("suicha", deadline=None)
settings.load_profile("suicha")


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**amount)


@dataclass
class People:
    """Signs the sample city's people in and remembers their headers."""

    client: FlaskClient
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, username: str, *, fresh: bool = False) -> dict[str, str]:
        """Authorization headers of a demo person; `fresh` after the clock has moved."""
        if fresh or username not in self.headers:
            answer = self.client.post("/api/v1/session", json={"username": username, "password": loader.PASSWORD})
            assert answer.status_code == 200, answer.text
            self.headers[username] = {"Authorization": f"Bearer {answer.json['access']}"}
        return self.headers[username]


def settings_for(folder: Path, database_url: str | None = None) -> Settings:
    """Settings of a test installation in one folder."""
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'suicha.db'}",
        files=folder / "files",
        secret=SECRET,
        demo=True,
        secure_cookies=False,
        site=folder / "site",
        open_enrolment=True,
    )


@dataclass(frozen=True)
class Snapshot:
    """A database and its files at one moment, to be copied for each test."""

    folder: Path
    database_url: str

    def copy(self, target: Path) -> str:
        """Put the files into a folder and the database beside them or into the cluster; the copy's URL."""
        shutil.copytree(self.folder, target, dirs_exist_ok=True)
        if self.database_url.startswith("sqlite"):
            return f"sqlite:///{target / 'suicha.db'}"
        prefix, _, name = self.database_url.rpartition("/")
        return create_database(prefix + "/", f"copy_{next(_COPIES)}", template=name)


_COPIES = itertools.count(1)


def let_go(application: Flask) -> None:
    """Close every connection, so that the database can be copied or dropped."""
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The sample city as loaded: plans in draft, nothing drawn."""
    folder = tmp_path_factory.mktemp("city")
    url = f"sqlite:///{folder / 'suicha.db'}"
    if os.environ.get("SUICHA_TEST_POSTGRES") == "1":
        url = create_database(request.getfixturevalue("postgres"), "city")
    application = create_app(settings_for(folder, url), clock=Clock())
    with application.app_context():
        schema.upgrade(db.engine)
        with patch.object(loader, "hash_password", CHEAP.hash):
            loader.load(clock=Clock())
    let_go(application)
    return Snapshot(folder, url)


@pytest.fixture
def snapshot(city: Snapshot) -> Snapshot:
    """What the tests of a folder start from; a folder's own conftest may say otherwise."""
    return city


@pytest.fixture
def clock() -> Clock:
    """The clock of the application under test, standing at Monday 2026-11-23 09:00 in China."""
    return Clock()


@pytest.fixture
def app(snapshot: Snapshot, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """A fresh application on a copy of the snapshot."""
    application = create_app(settings_for(tmp_path, snapshot.copy(tmp_path)), clock=clock)
    yield application
    let_go(application)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client of that application."""
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[..., dict[str, str]]:
    """`sign_in("planner")` -> headers."""
    return People(client)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL prefix of a running PostgreSQL cluster."""
    with cluster() as prefix:
        yield prefix


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long tests out unless they are asked for."""
    if os.environ.get("SUICHA_LONG") != "1":
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: make test LONG=1"))
