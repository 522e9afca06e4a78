"""kill -9 of the serving process in the middle of pushes: what was acknowledged is there, and nothing is doubled."""

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backend.foundation.database import db
from tests.conftest import SECRET, Clock
from tests.faults.server import Server
from tests.stages.fieldwork.phone import Phone
from tests.stages.fieldwork.world import publish_match

KILLS = 100 if os.environ.get("SUICHA_LONG") == "1" else 10


@pytest.fixture
def inspection(app: Flask, clock: Clock) -> str:
    """An inspection in the database file that the server process will open."""
    (found,) = publish_match(app, now=clock.now, count=1)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.fixture
def server(app: Flask, inspection: str, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, SECRET)
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.mark.timeout(60 * KILLS)
def test_no_acknowledged_operation_is_lost(server: Server, inspection: str) -> None:
    phone = Phone(server, "inspector1").start(inspection)
    points = [point["code"] for point in phone.document["points"]]
    dice, acknowledged, made = random.Random(20261121), {}, 0
    for life in range(KILLS):
        killer = threading.Timer(dice.uniform(0.05, 0.8), server.kill)
        killer.start()
        try:
            while True:
                for _ in range(dice.randint(1, 8)):
                    if len(phone.outbox) < 40:
                        phone.edit(f"note/{points[made % len(points)]}", f"说明{made}")
                        made += 1
                answer = phone.send(phone.sign_batch(phone.outbox))
                assert answer.status_code == 200, answer.data
                acknowledged |= {ack["seq"]: ack["pos"] for ack in answer.json["acks"]}
                phone.outbox = []
                phone.pull()
        except OSError:
            killer.join()
        server.start()
        # The access token outlives the process, as its key comes from the secret, but not the long run.
        if life % 20 == 19:
            phone.sign_in()
        # Unsent work is sent again.
        if phone.outbox:
            answer = phone.send(phone.sign_batch(phone.outbox))
            assert answer.status_code == 200, answer.data
            acknowledged |= {ack["seq"]: ack["pos"] for ack in answer.json["acks"]}
            phone.outbox = []
        phone.pull()
    phone.open(inspection)
    found = phone.call("GET", f"/inspections/{inspection}/ops?limit=500").json["ops"]
    while found[-1]["pos"] < phone.log.head:
        more = f"/inspections/{inspection}/ops?limit=500&after={found[-1]['pos']}"
        found += phone.call("GET", more).json["ops"]
    assert [entry["pos"] for entry in found] == list(range(1, made + 1))
    assert {entry["op"]["seq"]: entry["pos"] for entry in found} == acknowledged
    assert len(acknowledged) == made > KILLS
