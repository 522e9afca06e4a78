"""The same city drawn on SQLite and on PostgreSQL gives the same bundles, byte for byte."""

import itertools
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from backend import schema
from backend.app import create_app
from backend.draws.documents import Bundle
from backend.draws.models import Draw
from backend.draws.queries.pools import whole_bundle
from backend.draws.verifier import verify_bundle
from backend.foundation import ids
from backend.foundation.database import db
from backend.sample_city import loader, rehearsal
from tests.conftest import Clock, settings_for
from tests.postgres import create_database


def draw_all(folder: Path, monkeypatch: pytest.MonkeyPatch, database_url: str | None = None) -> dict[str, Bundle]:
    """Load and rehearse the city with ids counted from nought; the bundles by kind."""
    count = itertools.count()
    monkeypatch.setattr(ids, "os", SimpleNamespace(urandom=lambda n: next(count).to_bytes(n)))
    monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: 1_800_000_000_000_000_000))
    settings = settings_for(folder, database_url)
    app = create_app(settings, clock=Clock())
    with app.app_context():
        schema.upgrade(db.engine)
        loader.load(clock=Clock())
    rehearsal.rehearse(settings, clock=Clock())
    with app.app_context():
        drawn = db.session.scalars(select(Draw).where(Draw.bundle_digest.is_not(None))).all()
        bundles = {draw.kind: whole_bundle(db.session, draw) for draw in drawn}
        db.session.remove()
        db.engine.dispose()
    return bundles


class TestBothDatabases:
    def test_draw_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: str) -> None:
        (tmp_path / "one").mkdir()
        (tmp_path / "other").mkdir()
        on_sqlite = draw_all(tmp_path / "one", monkeypatch)
        on_postgres = draw_all(tmp_path / "other", monkeypatch, create_database(postgres, "same_draw"))
        assert set(on_sqlite) == {"objects", "inspectors"}
        assert on_sqlite == on_postgres
        assert verify_bundle(on_sqlite["objects"]) == []
        assert verify_bundle(on_sqlite["inspectors"], on_sqlite["objects"]) == []
