"""A pool is kept in blocks; before, it was kept as rows, and a bundle repeated its leaves. Both are the same pool."""

from flask import Flask
from sqlalchemy import text

from backend import schema
from backend.draws.documents import Bundle
from backend.draws.models import Draw
from backend.draws.queries.pools import whole_bundle
from backend.foundation.database import db
from tests.stages.draws.ceremony import Ceremony, Json


def kept_bundle(draw_id: str) -> Bundle:
    db.session.rollback()
    bundle = whole_bundle(db.session, db.session.get_one(Draw, draw_id))
    db.session.rollback()
    db.session.expunge_all()
    return bundle


class TestMigration:
    def test_keeps_pool_and_bundle_forth_and_back(self, app: Flask, ceremony: Ceremony, frozen: Json) -> None:
        draw = ceremony.run(frozen, "planner", kind="objects", region=frozen["region"])
        with app.app_context():
            before = kept_bundle(draw["id"])
            db.session.remove()
            schema.downgrade(db.engine, "20261121_03")
            with db.engine.connect() as connection:
                rows = connection.execute(text("select object_code, salt, stratum, leaf from pool_entry")).all()
                stored = connection.execute(text("select bundle from draw")).scalar_one()
            assert {tuple(leaf.values()) for leaf in before["leaves"]} == set(map(tuple, rows))
            assert before["leaves"][0]["salt"] in str(stored)
            schema.upgrade(db.engine)
            assert kept_bundle(draw["id"]) == before
